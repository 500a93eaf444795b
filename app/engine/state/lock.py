"""One plan, one Rollcall: a lock that the operating system gives back when its holder dies."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

from app.setup.problem import Problem

LOCK_FILE = "lock"


class FolderLock:
    """An exclusive lock on one plan's state folder.

    It is a lock of the operating system on an open file, not the file itself: a killed process leaves the
    file behind and the lock free.

    Raises:
        Problem: ``STATE-IN-USE`` when another Rollcall works on this plan, ``STATE-READ-ONLY`` when the
            folder cannot be written to.
    """

    def __init__(self, folder: Path) -> None:
        path = folder / LOCK_FILE
        try:
            self._file: int | None = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise Problem(
                "STATE-READ-ONLY",
                f"Rollcall cannot write to its state folder {folder}.",
                "The folder is read-only, or belongs to another account.",
                "Give your account the right to write there, or choose another data folder with --data-dir.",
                str(error),
            ) from error
        try:
            _take(self._file)
        except OSError as error:
            self.release()
            raise Problem(
                "STATE-IN-USE",
                "Another Rollcall is already working on this plan.",
                "Two at once could create people twice, so the second one waits outside.",
                "Stop the other run, or wait until it has ended, and try again.",
                str(error),
            ) from error

    def release(self) -> None:
        """Give the lock back. Harmless when done twice."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


if sys.platform == "win32":
    import msvcrt

    def _take(file: int) -> None:
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _take(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
