"""The one door. What is asked for is decided before anything heavy is imported.

Nothing, ``practice`` and ``tour`` open the window; ``worker``, ``practice-app`` and ``practice-tenant`` are
processes that Rollcall starts for itself; everything else is a command.
"""

from __future__ import annotations

import os
import sys

from app.setup.folders import DATA_DIR_VARIABLE

NO_DISPLAY = """\
Rollcall: this machine has no display, so the window cannot open.
Neither DISPLAY nor WAYLAND_DISPLAY is set. That is usual on a server or over ssh.

What you can do instead:
  rollcall tour FOLDER       walk through every page unattended and leave a picture of each
                             (needs no display; it sets QT_QPA_PLATFORM=offscreen itself)
  rollcall sync PLAN.toml    provision from a saved plan, without a window
  rollcall --help            see every command

(NO-DISPLAY)
"""


def main() -> int:
    """Run Rollcall with the arguments of the process; gives the exit code."""
    arguments = _take_data_dir(sys.argv[1:])
    first = arguments[0] if arguments else ""
    if first == "worker":
        from app.worker import process

        return process.main()
    if first == "practice-app":
        from app.practice import server

        return server.main()
    if first == "practice-tenant":
        from app.practice.tenant import server as tenant

        return tenant.main()
    if not arguments or arguments == ["practice"]:
        return _desk(arguments)
    from app.cli import run

    return run(arguments, _desk)


def _desk(arguments: list[str]) -> int:
    """Open the window, or walk it unattended."""
    if arguments[:1] == ["tour"]:
        if not _has_display():
            os.environ["QT_QPA_PLATFORM"] = "offscreen"
        from app.wizard.tour import main as walk

        return walk(arguments[1])
    if not _has_display():
        sys.stderr.write(NO_DISPLAY)
        return 1
    from app.desktop import open_window

    return open_window(arguments)


def _has_display() -> bool:
    """Whether a window can open: always on Windows and macOS, with a display server elsewhere."""
    if sys.platform in {"win32", "darwin"}:
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


def _take_data_dir(arguments: list[str]) -> list[str]:
    """Act on ``--data-dir`` wherever it stands, so that it works for the window as for the commands."""
    rest: list[str] = []
    waiting = iter(arguments)
    for argument in waiting:
        if argument == "--":
            return [*rest, argument, *waiting]
        if argument.startswith("--data-dir="):
            os.environ[DATA_DIR_VARIABLE] = argument.partition("=")[2]
        elif argument == "--data-dir" and (folder := next(waiting, None)) is not None:
            os.environ[DATA_DIR_VARIABLE] = folder
        else:
            rest.append(argument)
    return rest


if __name__ == "__main__":
    sys.exit(main())
