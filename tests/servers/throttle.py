"""How many requests an app lets through: windows of time, or a bucket of tokens. Counted, never slept."""

from __future__ import annotations

import time
from collections.abc import Callable


class Throttle:
    """Says of each request whether it passes.

    Args:
        rate: requests a second that are allowed.
        bucket: a bucket that holds a second's worth and fills steadily; otherwise windows of a second, the
            first of which begins with the first request.
        retry_after: seconds that a refusal asks to wait; None where it says nothing.
        clock: seconds; a test may have its own.

    Attributes:
        passed: how many passed.
        refused: how many did not.
    """

    def __init__(
        self,
        rate: float,
        *,
        bucket: bool = False,
        retry_after: float | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.rate = rate
        self.retry_after = retry_after
        self.passed = self.refused = 0
        self._bucket = bucket
        self._clock = clock
        self._tokens = rate
        self._at: float | None = None

    def lets_pass(self) -> bool:
        """Count a request, and say whether it passes."""
        now = self._clock()
        if self._at is None:
            self._at = now
        if self._bucket:
            self._tokens = min(self.rate, self._tokens + (now - self._at) * self.rate)
            self._at = now
        elif now - self._at >= 1.0:
            self._tokens, self._at = self.rate, self._at + float(int(now - self._at))
        if self._tokens < 1:
            self.refused += 1
            return False
        self._tokens -= 1
        self.passed += 1
        return True

    @property
    def headers(self) -> dict[str, str]:
        """The headers of a refusal."""
        return {} if self.retry_after is None else {"Retry-After": f"{self.retry_after:g}"}
