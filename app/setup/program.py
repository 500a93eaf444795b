"""How Rollcall starts itself again: as the practice app, or by the system's schedule."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def own_command(*arguments: str) -> list[str]:
    """The command that runs Rollcall with these arguments: from source, installed, or packaged."""
    if getattr(sys, "frozen", False):
        return [sys.executable, *arguments]
    return [sys.executable, "-m", "app", *arguments]


def windowless_command(*arguments: str) -> list[str]:
    """The same for a program that the system starts by itself: on Windows, one that opens no console."""
    command = own_command(*arguments)
    if sys.platform == "win32":
        name = "Rollcall.exe" if getattr(sys, "frozen", False) else "pythonw.exe"
        other = Path(command[0]).with_name(name)
        if other.exists():
            command[0] = str(other)
    return command


def own_folder() -> str:
    """The folder that this copy of Rollcall is imported from."""
    return str(Path(__file__).resolve().parent.parent.parent)


def own_environment() -> dict[str, str]:
    """This process's environment, made so that ``-m app`` finds this copy of Rollcall from any folder."""
    environment = dict(os.environ)
    if not getattr(sys, "frozen", False):
        here = own_folder()
        others = environment.get("PYTHONPATH", "")
        environment["PYTHONPATH"] = os.pathsep.join(part for part in (here, others) if part)
    # A token that was given to this process in its environment is not its children's affair.
    environment.pop("ROLLCALL_TOKEN", None)
    environment.pop("ROLLCALL_MAIL_PASSWORD", None)
    return environment
