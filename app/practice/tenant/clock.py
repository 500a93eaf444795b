"""The practice tenant's time: the real one, or faster, so that cycles need not be waited for."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

from app.engine.clock import Clock


class FastClock(Clock):
    """A clock that can run faster than the real one, and be put forward."""

    def __init__(self) -> None:
        self.speed = 1.0
        self._base = datetime.now(UTC)
        self._since = time.monotonic()

    def now(self) -> datetime:
        """The tenant's time, in UTC."""
        return self._base + timedelta(seconds=(time.monotonic() - self._since) * self.speed)

    def run(self, speed: float, forward: timedelta = timedelta(0)) -> None:
        """From now on, go this many times as fast as the real time; first put it forward."""
        self._base, self._since = self.now() + forward, time.monotonic()
        self.speed = speed

    def real_seconds(self, span: timedelta) -> float:
        """How long a span of the tenant's time takes really."""
        return span.total_seconds() / self.speed
