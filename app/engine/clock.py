"""The time of day as the engine goes by it: put off, due, over. Tests hand in one that they set."""

from __future__ import annotations

import time
from datetime import UTC, datetime


class Clock:
    """This computer's clock. It may be set back or forward at any time: nothing may hang on its going on."""

    def now(self) -> datetime:
        """The time, in UTC."""
        return datetime.now(UTC)

    def text(self) -> str:
        """The time as the state keeps it: ISO 8601, to the millisecond."""
        return written(self.now())


SYSTEM = Clock()


def written(moment: datetime) -> str:
    """A time as the state keeps it."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def read(text: str) -> datetime:
    """A time that the state kept."""
    return datetime.fromisoformat(text)


def passed(since: str, now: datetime) -> datetime:
    """A time that the state kept, but never one that is still to come: then the clock was set back."""
    return min(read(since), now)


_moment: tuple[int, str] = (0, "")


def this_moment() -> str:
    """The time of this computer's clock as the state keeps it; quick, for what is written for each person."""
    global _moment  # noqa: PLW0603 - the text of this millisecond: many rows are written in one
    milliseconds = time.time_ns() // 1_000_000
    if _moment[0] != milliseconds:
        _moment = (milliseconds, SYSTEM.text())
    return _moment[1]
