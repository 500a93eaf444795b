"""How the worker is started: the same program again, with the word ``worker``."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from PySide6.QtCore import QProcessEnvironment

_CONSOLE_NAMES = ("rollcall-cli.exe", "rollcall-console.exe")


def worker_command() -> tuple[str, list[str]]:
    """Program and arguments of the worker process.

    In a checkout and in an installed wheel that is this Python with ``-m app worker``; in the packaged app
    it is the file itself. Under Windows a windowed executable may come without standard streams, so there
    the console executable is taken when it stands beside.
    """
    if not getattr(sys, "frozen", False):
        return sys.executable, ["-m", "app", "worker"]
    if sys.platform == "win32":
        for name in _CONSOLE_NAMES:
            beside = Path(sys.executable).with_name(name)
            if beside.is_file():
                return str(beside), ["worker"]
    return sys.executable, ["worker"]


def worker_environment() -> QProcessEnvironment:
    """This process's environment, made so that ``-m app`` finds this very copy of Rollcall.

    A checkout is found through the current folder otherwise, and a window may be started from any folder.
    Secrets never go through here.
    """
    environment = QProcessEnvironment.systemEnvironment()
    if not getattr(sys, "frozen", False):
        here = str(Path(__file__).resolve().parent.parent.parent)
        others = environment.value("PYTHONPATH", "")
        environment.insert("PYTHONPATH", os.pathsep.join(part for part in (here, others) if part))
    # The worker's errors are read by the window as UTF-8 whatever the system's code page is.
    environment.insert("PYTHONIOENCODING", "utf-8")
    return environment
