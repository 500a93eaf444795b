"""The rate of requests that a server allows, learnt from its refusals (429), with no waiting in it.

Servers count in two ways: so many requests in a window of time, most often a second; or a bucket of tokens
that fills steadily. Neither says how many. What was accepted until a refusal tells, whichever of the two it
is: at first as if it were a second's worth, later by how long a rate lasted before it was refused.
"""

from __future__ import annotations

from typing import Final

MARGIN: Final = 0.97
"""Share of the learnt rate that is used: requests arrive less evenly than they are sent."""
_WINDOW: Final = 1.0  # seconds; what servers most often count in
_LONG: Final = 3.0  # seconds that a rate must last to be nearly right
_LONGEST_HOLD: Final = 20.0  # seconds, where the server does not say how long
_SLOWEST: Final = 0.1  # requests a second
_TRY_MORE_AFTER: Final = 30.0  # seconds without a refusal
_MORE: Final = 1.03
_TELLING: Final = 10  # requests accepted in a row that tell a rate; fewer may have met a stray refusal
_AT_ONCE: Final = 0.05  # seconds; a server that asks for less does not count by time
_STRAY: Final = 3  # times that a refusal after fewer counts as stray


class LearntRate:
    """Learns from answers. Times are seconds of one clock that never goes back.

    Attributes:
        rate: what the server allows, in requests a second; None while nothing was refused.
    """

    def __init__(self, rate: float | None = None) -> None:
        self.rate = rate
        self._accepted = 0
        self._since: float | None = None
        self._held_until = float("-inf")
        self._hold = 0.0
        self._first = 0
        self._in_vain = 0
        self._strays = 0
        self._changed_at: float | None = None
        self._before = 0.0
        self._patience = _TRY_MORE_AFTER

    @property
    def gap(self) -> float:
        """Seconds between two requests; 0 while nothing is known."""
        return 1.0 / (self.rate * MARGIN) if self.rate else 0.0

    def accepted(self, at: float) -> None:
        """The server took a request. After a long time without a refusal a little more is tried."""
        if self._since is None:
            self._since = self._changed_at = at
        self._accepted += 1
        if self.rate and self._changed_at is not None and at - self._changed_at > self._patience:
            self._before, self.rate, self._changed_at = self.rate, self.rate * _MORE, at

    def refused(self, sent: float, at: float, asked: float | None) -> float:
        """The server refused a request for its rate. Gives how many seconds nothing is to be sent.

        Args:
            sent: when the request was sent. One that was under way when another was refused tells nothing.
            asked: the seconds that the server asks to wait; None where it does not say.
        """
        if sent < self._held_until:
            return max(0.0, self._held_until - at)
        if asked is not None and asked < _AT_ONCE:
            return 0.0  # it takes so many at a time, and not so many a second
        span = at - (self._since if self._since is not None else at)
        if not self._accepted:
            hold = max(asked or 0.0, min(_LONGEST_HOLD, 0.1 * 2.0**self._in_vain))
            self._in_vain += 1
        elif self.rate is None and self._accepted < _TELLING and self._strays < _STRAY:
            self._strays += 1
            hold = asked if asked is not None else 0.1 * 2.0**self._strays
        else:
            self._in_vain = 0
            self.rate = max(_SLOWEST, self._estimate(span))
            hold = asked if asked is not None else max(0.05, _WINDOW + 0.05 - span)
        self._accepted, self._hold, self._held_until = 0, hold, at + hold
        self._since, self._changed_at, self._before = None, None, 0.0
        return hold

    def _estimate(self, span: float) -> float:
        count = self._accepted
        if self.rate is None:
            self._first = count
            return count / max(_WINDOW, span)
        if self._before:
            self._patience *= 2
            return self._before * 0.99
        if span < _LONG:
            return max(self.rate * 0.5, min(self.rate * 0.9, count / max(0.1, span + self._hold)))
        # A bucket lasted so long beside what fills it; it was full, or filled in the time of the hold.
        drained = self.rate * MARGIN - self._first / span
        return min(self.rate * 0.98, max(count / (span + self._hold), drained))
