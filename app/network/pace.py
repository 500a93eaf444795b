"""How fast requests may go: a steady rate, waits that the app asks for, and the pauses between tries."""

from __future__ import annotations

import asyncio
import random
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from app.network.learnt_rate import LearntRate


def parse_retry_after(text: str | None, now: datetime | None = None) -> float | None:
    """Seconds that a ``Retry-After`` header asks for; None when it is missing or unreadable.

    RFC 9110 has whole seconds and dates; fractions are met in practice.
    """
    if not text:
        return None
    text = text.strip()
    if text.replace(".", "", 1).isascii() and text.replace(".", "", 1).isdigit() and len(text) < 20:
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - (now or datetime.now(UTC))).total_seconds())


@dataclass(frozen=True, slots=True)
class Waits:
    """The pauses between tries, in seconds.

    Attributes:
        first: upper bound of the pause before the first repetition; each further one doubles it.
        cap: no pause of our own is longer.
        learns: whether the rate that an app allows is learnt from what it refuses.
        longest: an app that asks for a longer wait than this is not waited for: the caller is told.
    """

    first: float = 0.5
    cap: float = 20.0
    longest: float = 60.0
    learns: bool = True

    def before_try(self, tries: int, asked: float | None = None) -> float:
        """The pause after ``tries`` failed tries; ``asked`` is what the app asked for."""
        own = min(self.cap, self.first * 2.0 ** (tries - 1)) * random.uniform(0.5, 1.0)  # noqa: S311
        if asked is None:
            return own
        # A little more than was asked for, spread, so that not all callers come back in the same instant.
        return asked + min(own, 0.5)


class Pace:
    """A token bucket: at most ``rate`` requests a second over time, ``burst`` of them at once.

    One instance is shared by all requests of a client: a wait that the app asks for holds them all, and all
    teach it the rate that the app allows.

    Attributes:
        learnt: what the server allows; its rate may be set before the first request.
    """

    def __init__(self, rate: float | None, burst: int = 1) -> None:
        self.learnt = LearntRate()
        self._gap = 1.0 / rate if rate else 0.0
        self._credit = self._gap * (max(1, burst) - 1)
        self._next = 0.0
        self._held_until = 0.0

    async def turn(self) -> None:
        """Wait until a request may go."""
        while (wait := self._held_until - time.monotonic()) > 0:  # noqa: ASYNC110 - it may be held anew
            await asyncio.sleep(wait)
        gap = max(self._gap, self.learnt.gap)
        if not gap:
            return
        now = time.monotonic()
        # What a stall of a learnt rate left unused is lost: sent at once, it would be refused.
        at = max(self._next, now if self.learnt.rate else now - self._credit)
        self._next = at + gap
        if at > now:
            await asyncio.sleep(at - now)
            if time.monotonic() < self._held_until:
                await self.turn()

    def answered(self, began: float, *, refused: bool, asked: float | None = None) -> None:
        """Learn from an answer; a refusal for the rate holds all requests.

        Args:
            began: when its request was sent, by the monotonic clock.
            refused: it was 429.
            asked: the seconds of its ``Retry-After``; None where it has none.
        """
        now = time.monotonic()
        if not refused:
            self.learnt.accepted(now)
            return
        self.hold(self.learnt.refused(began, now, asked))
        self._next = max(self._next, self._held_until)

    def hold(self, seconds: float) -> None:
        """Let no request go for this long."""
        self._held_until = max(self._held_until, time.monotonic() + seconds)
