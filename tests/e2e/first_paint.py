"""When a window's first picture reaches the screen, seen from outside: by looking at the screen's own memory.

The program under test is not changed and says nothing: whatever draws first ends the wait.
"""

from __future__ import annotations

import mmap
import os
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Self

_WIDTH, _HEIGHT = 1280, 900
_LOOK_EVERY = 0.002


class BareScreen:
    """An Xvfb server whose screen is a file in memory."""

    def __init__(self, folder: Path) -> None:
        reading, writing = os.pipe()
        self._server = subprocess.Popen(
            [
                "Xvfb",
                "-displayfd",
                str(writing),
                "-screen",
                "0",
                f"{_WIDTH}x{_HEIGHT}x24",
                "-fbdir",
                str(folder),
            ],
            pass_fds=[writing],
            stderr=subprocess.DEVNULL,
        )
        os.close(writing)
        with os.fdopen(reading) as answer:
            self.display = f":{answer.readline().strip()}"
        with (folder / "Xvfb_screen0").open("rb") as file:
            self._memory = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._memory.close()
        self._server.terminate()
        self._server.wait(timeout=10)

    @property
    def dark(self) -> bool:
        """Whether nothing is drawn in the upper middle of the screen, which every window covers."""
        # The picture is the end of the file, behind a header. The very middle has the mouse pointer in it.
        start = len(self._memory) - _WIDTH * 4 * (_HEIGHT // 2 + 100)
        return not any(self._memory[start : start + _WIDTH * 4 * 20])

    def seconds_to_paint(self, command: list[str], environment: dict[str, str]) -> float:
        """Start a program, wait for its first picture, end it; seconds from its start to the picture."""
        _until(lambda: self.dark, 10)
        began = time.perf_counter()
        program = subprocess.Popen(
            command,
            env={**environment, "DISPLAY": self.display},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            _until(lambda: not self.dark, 30)
            return time.perf_counter() - began
        finally:
            program.terminate()
            program.wait(timeout=10)


def _until(condition: object, seconds: float) -> None:
    until = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        if time.monotonic() > until:
            raise AssertionError(f"the screen did not change within {seconds:.0f} s")
        time.sleep(_LOOK_EVERY)
