"""A real X screen of the test's own, and hands on it: keys and clicks through xdotool."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path


class Screen:
    """An Xvfb server on a free display, ended by pid.

    Attributes:
        environment: what a program needs to open its window here, with an empty home of its own.
    """

    def __init__(self, home: Path, size: str = "1600x1000x24") -> None:
        reading, writing = os.pipe()
        # Without -noreset the server begins anew whenever its last client leaves. Each xdotool is such a one,
        # and a program that opens its window at that moment is refused.
        self._server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(writing), "-screen", "0", size, "-nolisten", "tcp", "-noreset"],
            pass_fds=[writing],
            stderr=subprocess.DEVNULL,
        )
        os.close(writing)
        with os.fdopen(reading) as answer:
            display = answer.readline().strip()
        self.environment = {
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "HOME": str(home),
            "DISPLAY": f":{display}",
            "QT_QPA_PLATFORM": "xcb",
            "ROLLCALL_DATA_DIR": str(home / "data"),
            "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
        }

    def close(self) -> None:
        """End the server."""
        self._server.terminate()
        self._server.wait(timeout=10)

    def xdotool(self, *words: str) -> str:
        """One xdotool call; its output."""
        done = subprocess.run(
            ["xdotool", *words], env=self.environment, capture_output=True, text=True, check=True, timeout=20
        )
        return done.stdout.strip()

    def window(self, title: str, seconds: float = 30.0, look: Callable[[], None] = lambda: None) -> str:
        """The id of the visible window whose title contains ``title``; waits for it.

        Args:
            look: called while waiting; raises when there is nothing to wait for any more.
        """
        found = ""

        def there() -> bool:
            nonlocal found
            look()
            search = subprocess.run(
                ["xdotool", "search", "--onlyvisible", "--name", title],
                env=self.environment,
                capture_output=True,
                text=True,
                timeout=20,
                check=False,  # it fails when there is none
            )
            found = search.stdout.split()[0] if search.stdout.split() else ""
            return bool(found)

        wait_for(there, seconds, f"a window titled {title!r}")
        return found

    def press(self, *keys: str) -> None:
        """Press keys, such as ``alt+n``, in the window that has the focus."""
        self.xdotool("key", "--delay", "30", *keys)

    def type(self, text: str) -> None:
        """Type a text."""
        self.xdotool("type", "--delay", "15", text)

    def click(self, window: str, x: int, y: int) -> None:
        """Click at a place of a window, counted from its upper left corner."""
        self.xdotool("mousemove", "--sync", "--window", window, str(x), str(y), "click", "1")


def wait_for(condition: Callable[[], bool], seconds: float, what: str) -> None:
    """Poll until ``condition`` holds; fail by name when it does not in time."""
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            raise AssertionError(f"waited {seconds:.0f} s in vain for {what}")
        time.sleep(0.05)
