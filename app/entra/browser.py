"""Opens the system's browser."""

from __future__ import annotations

import os
import sys
import webbrowser


def open_browser(address: str) -> bool:
    """Open an address in the system's browser; whether one was found.

    On a Linux without a desktop Python would start a browser inside the terminal: that is not wanted.
    """
    if sys.platform.startswith("linux") and not {"DISPLAY", "WAYLAND_DISPLAY"} & os.environ.keys():
        return False
    try:
        return webbrowser.open(address, new=1)
    except webbrowser.Error:
        return False
