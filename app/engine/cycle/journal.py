"""What a cycle tells: counts, log rows, events. Rows are kept back until they can be written in one go."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import Final

from app.engine.clock import this_moment
from app.engine.events import ROW_UNREAD, CycleEvent, CycleProgress, LogEntry
from app.engine.state.store import Store

_BEAT: Final = 0.25  # seconds between two events of progress; the window redraws four times a second
_COUNTED: Final = {"other": "settled", "none": "skipped"}
AMENDS: Final = -1  # the row number of an entry that goes on with an earlier one
WAITING: Final = 40  # batches of events that may wait for a slow listener before the cycle waits for it


class Journal:
    """Counts, logs and tells what happens in one cycle.

    Args:
        store: where rows go; None for a dry run, whose rows are told and not kept.
        cycle: the cycle's number; 0 for a dry run.
    """

    def __init__(self, store: Store | None, cycle: int) -> None:
        self._store = store
        self.cycle = cycle
        self._waiting: list[LogEntry] = []
        self._planned: set[tuple[str, str]] = set()
        self.events: asyncio.Queue[Sequence[CycleEvent] | None] = asyncio.Queue(WAITING)
        self.counts: dict[str, int] = {}
        self.failures = 0
        self._text = ""
        self.done = 0
        self._total: int | None = None
        self._phase_began = self._told = time.monotonic()
        self._phase_done = 0

    @property
    def planned(self) -> bool:
        """Whether this is a dry run."""
        return self._store is None

    def add(self, entry: LogEntry, *, amends: bool = False) -> None:
        """Take a row in. It is written with the next :meth:`write` and told with the next :meth:`tell`.

        Args:
            amends: it goes on with the row that this person or group may have in this cycle already.
        """
        if amends:
            entry.row = AMENDS
            if self.planned and (entry.kind, entry.source_id) in self._planned:
                return  # a dry run has no log to go on with, and this one was told already
        entry.time = entry.time or this_moment()
        entry.cycle = self.cycle
        if amends and entry.status == "success":
            pass  # counted by whoever sent it: the row as a whole was counted before
        elif entry.status == "failure":
            self.failures += 1
            self.count("failure")
        elif entry.code == ROW_UNREAD:
            self.count("unread")
        else:
            self.count("skipped" if entry.status == "skipped" else _COUNTED.get(entry.action, entry.action))
            if entry.status == "warning" and entry.action != "staged-delete":
                self.count("warning")
        if self.planned and entry.status == "success":
            entry.status = "planned"
            self._planned.add((entry.kind, entry.source_id))
        self._waiting.append(entry)

    def count(self, what: str, number: int = 1) -> None:
        """Count without a row."""
        if not number:
            return
        self.counts[what] = self.counts.get(what, 0) + number

    def write(self) -> list[LogEntry]:
        """Write the waiting rows into the open transaction; gives them for :meth:`tell` afterwards."""
        rows, self._waiting = self._waiting, []
        if rows and self._store is not None:
            self._store.write_log(rows)
        return rows

    async def tell(self, rows: list[LogEntry]) -> None:
        """Hand rows to the listener, waiting for a slow one; and now and then how far the cycle is."""
        if rows:
            await self.events.put(rows)
        if time.monotonic() - self._told >= _BEAT:
            await self.progress()

    async def phase(self, text: str, total: int | None) -> None:
        """Begin a new part of the cycle. ``total`` is what there is to do in the whole cycle."""
        self._text = text
        self._total = total
        self._phase_began = time.monotonic()
        self._phase_done = self.done
        await self.progress()

    async def progress(self) -> None:
        """Tell how far the cycle is."""
        self._told = time.monotonic()
        await self.events.put(
            (CycleProgress(self._text, self.done, self._total, dict(self.counts), self._seconds_left()),)
        )

    def _seconds_left(self) -> float | None:
        passed = time.monotonic() - self._phase_began
        moved = self.done - self._phase_done
        if self._total is None or moved < 10 or passed < 1:
            return None
        return round((self._total - self.done) * passed / moved, 1)
