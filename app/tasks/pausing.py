"""A plan that is paused: a mark in its state folder, which one process may set while another runs a cycle."""

from __future__ import annotations

import asyncio
from pathlib import Path

from app.engine.control import Control
from app.setup.problem import Problem

_MARK = "paused"
LOOK_EVERY = 0.5
"""Seconds between two looks of a running cycle at the mark."""


def is_paused(folder: Path) -> bool:
    """Whether the plan of this state folder is paused."""
    return (folder / _MARK).exists()


def set_paused(folder: Path, paused: bool) -> None:
    """Pause a plan, or let it go on.

    Raises:
        Problem: the state folder cannot be written to.
    """
    try:
        if paused:
            (folder / _MARK).touch()
        else:
            (folder / _MARK).unlink(missing_ok=True)
    except OSError as error:
        raise Problem(
            "STATE-READ-ONLY",
            f"Rollcall cannot write to its state folder {folder}.",
            "The folder is read-only, or belongs to another account.",
            "Give your account the right to write there, or choose another data folder with --data-dir.",
            str(error),
        ) from error


async def heed(folder: Path, control: Control) -> None:
    """Hold and release a running cycle as the mark comes and goes; ends by being cancelled.

    Only a change of the mark counts, so that a cycle which the window itself holds stays held.
    """
    before = is_paused(folder)
    while True:
        await asyncio.sleep(LOOK_EVERY)
        paused = is_paused(folder)
        if paused and not before:
            control.pause()
        elif before and not paused:
            control.resume()
        before = paused
