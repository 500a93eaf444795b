"""Rollcall in a real window, walked by keys as a person would."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.e2e.screen import Screen, wait_for

ROOT = Path(__file__).parents[2]
OPENS_IN = 90.0
"""Seconds for the first window. A busy machine takes its time; a program that ended is told at once."""


class RollcallWindow:
    """The program, its first window with the focus; killed at the end if it still runs."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._program = subprocess.Popen(
            [sys.executable, "-m", "app"],
            env=screen.environment,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.id = ""

    def __enter__(self) -> Self:
        try:
            self.id = self._screen.window("Choose the app", OPENS_IN, self._still_runs)
            self._screen.xdotool("windowfocus", "--sync", self.id)
        except BaseException:
            self._kill()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._kill()

    @property
    def title(self) -> str:
        """What stands in the title bar: the heading of the page."""
        return self._screen.xdotool("getwindowname", self.id)

    def go_on(self, keys: list[str], heading: str, seconds: float = 40.0, again: float = 2.0) -> None:
        """Press until the page lets go, as a person does who reads that it is still busy.

        Args:
            again: seconds until the keys are pressed once more.
        """
        before = self.title
        pressed = 0.0

        def arrived() -> bool:
            nonlocal pressed
            now = self.title
            if now == before and time.monotonic() - pressed > again:
                self._screen.press(*keys)
                pressed = time.monotonic()
            return heading in now

        wait_for(arrived, seconds, f"the page {heading!r}")

    def finish(self) -> None:
        """Press *Finish*: the program ends well, and has said nothing to anybody."""
        self._screen.press("alt+f")
        out, error = self._program.communicate(timeout=20)
        assert self._program.returncode == 0
        assert (out, error) == ("", "")

    def _still_runs(self) -> None:
        if self._program.poll() is not None:
            raise AssertionError(f"Rollcall ended before it showed a window: {self._program.communicate()}")

    def _kill(self) -> None:
        if self._program.poll() is None:
            self._program.kill()
            self._program.communicate()
