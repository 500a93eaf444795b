"""What the wizard's window needs of whoever opened it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from app.worker.client import WorkerClient


class Desk(Protocol):
    """Who owns what outlives the wizard: the worker, and the monitor that may stay when the wizard closes."""

    def worker(self) -> WorkerClient:
        """The one worker client; the desk ends it."""
        ...

    def open_monitor(self, plan_path: Path) -> None:
        """Show the monitor of a plan."""
        ...
