"""How much of what a task says goes to the window: as much as a person can see, and the window can draw."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from app.tasks.events import Entry, Event, Progress

PROGRESS_EVERY = 0.25
"""Seconds between two progress events of one request."""
ENTRIES_A_SECOND = 50
"""Rows of the provisioning log sent while a cycle runs; the window reads all of them from the log itself."""


class Throttle:
    """Passes on the events of one request, fewer where they come thick.

    Progress is passed on at most every quarter of a second; the newest one is never lost, it only waits its
    turn. Entries of a running cycle are dropped beyond fifty a second, failures counted apart so that
    successes do not crowd them out. What a dry run finds, who is left out too, is in no log and belongs to no
    cycle: it is never dropped, the task itself bounds it.
    """

    def __init__(self, send: Callable[[Event], None], loop: asyncio.AbstractEventLoop) -> None:
        self._send = send
        self._loop = loop
        self._held: Progress | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._next_progress = 0.0
        self._buckets = {"failure": _Bucket(), "other": _Bucket()}

    def take(self, event: Event) -> None:
        """Pass an event on, now, later, or not at all."""
        now = self._loop.time()
        if isinstance(event, Progress):
            if self._timer is None and now >= self._next_progress:
                self._pass(event)
            else:
                self._held = event
                if self._timer is None:
                    self._timer = self._loop.call_at(self._next_progress, self._turn)
        elif isinstance(event, Entry) and event.cycle:
            bucket = self._buckets["failure" if event.status == "failure" else "other"]
            if bucket.take(now):
                self._send(event)
        else:
            self._send(event)

    def finish(self) -> None:
        """Pass on what is held; nothing comes after it."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._held is not None:
            self._pass(self._held)

    def _turn(self) -> None:
        self._timer = None
        if self._held is not None:
            self._pass(self._held)

    def _pass(self, progress: Progress) -> None:
        self._held = None
        self._next_progress = self._loop.time() + PROGRESS_EVERY
        self._send(progress)


class _Bucket:
    """A token bucket that holds one second's worth."""

    def __init__(self) -> None:
        self._tokens = float(ENTRIES_A_SECOND)
        self._filled = 0.0

    def take(self, now: float) -> bool:
        if self._filled:
            self._tokens = min(ENTRIES_A_SECOND, self._tokens + (now - self._filled) * ENTRIES_A_SECOND)
        self._filled = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True
