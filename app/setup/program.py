"""How Rollcall starts itself again, as the worker or as the practice app."""

from __future__ import annotations

import sys
from pathlib import Path


def own_command(*arguments: str) -> list[str]:
    """The command that runs Rollcall with these arguments: from source, installed, or packaged.

    From source and installed it must be started in :func:`own_folder`, for ``-m`` looks there first.
    """
    if getattr(sys, "frozen", False):
        return [sys.executable, *arguments]
    return [sys.executable, "-m", "app", *arguments]


def own_folder() -> Path:
    """The folder to start :func:`own_command` in: the one that holds the package ``app``."""
    if getattr(sys, "frozen", False):
        return Path(sys.executable).parent
    return Path(__file__).parent.parent.parent
