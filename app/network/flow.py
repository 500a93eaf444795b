"""How many requests may be under way at once: one more while all goes well, half as many when it does not.

The rule of TCP (additive increase, multiplicative decrease): it finds what a server can do without being
told, and several clients that follow it come to share the server evenly.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from typing import Final

_FIRST: Final = 4
_SMOOTHING: Final = 1 / 8  # weight of one answer in the smoothed time of answers
_DRIFT: Final = 1 / 512  # how fast the best time is forgotten: a server may become slower for good
_TIMES: Final = 2.0  # answers that take this many times the best time,
_MORE: Final = 0.05  # and this many seconds more, say that requests queue up at the server


class Window:
    """The rule, without any waiting in it.

    Attributes:
        most: the size is never larger.
        size: how many requests may be under way.
    """

    def __init__(self, most: int) -> None:
        self.most = max(1, most)
        self.size = min(_FIRST, self.most)
        self._good = 0
        self._cut_at = float("-inf")
        self._smooth = 0.0
        self._best = 0.0

    def answered(self, began: float, ended: float, *, trouble: bool, full: bool) -> None:
        """Take an answer into account.

        Args:
            began: when its request was sent, in seconds of any clock.
            ended: when the answer had come.
            trouble: it was 429, 503, or none at all.
            full: as many requests as allowed were under way: only then a larger size was of any use.
        """
        slow = self._is_slow(ended - began)
        if began < self._cut_at:
            return  # sent before the last cut: it says nothing about the size since
        if trouble or slow:
            self.size = max(1, self.size // 2)
            self._cut_at = ended
            self._good = 0
            self._smooth = 0.0 if slow else self._smooth
        elif full:
            self._good += 1
            if self._good >= self.size and self.size < self.most:
                self.size += 1
                self._good = 0

    def _is_slow(self, seconds: float) -> bool:
        """Whether answers take so much longer than at best that requests must be queueing up."""
        self._smooth += (seconds - self._smooth) * (_SMOOTHING if self._smooth else 1.0)
        if not self._best or self._smooth < self._best:
            self._best = self._smooth
        self._best += (self._smooth - self._best) * _DRIFT
        return self._smooth > self._best * _TIMES + _MORE


class Flow:
    """Lets requests go as the window allows, in the order in which they came."""

    def __init__(self, most: int) -> None:
        self.window = Window(most)
        self._under_way = 0
        self._waiting: deque[asyncio.Future[None]] = deque()

    async def enter(self) -> None:
        """Wait for a place. Each one must be left again."""
        if self._under_way >= self.window.size or self._waiting:
            place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting.append(place)
            try:
                await place
            except asyncio.CancelledError:
                if place.done() and not place.cancelled():
                    self._give_back()
                raise
        else:
            self._under_way += 1

    def leave(self, began: float, *, trouble: bool) -> None:
        """Give a place back, and say how it went.

        Args:
            began: when the request was sent, by the monotonic clock.
            trouble: as for :meth:`Window.answered`.
        """
        full = self._under_way >= self.window.size
        self.window.answered(began, time.monotonic(), trouble=trouble, full=full)
        self._give_back()

    def _give_back(self) -> None:
        self._under_way -= 1
        while self._waiting and self._under_way < self.window.size:
            place = self._waiting.popleft()
            if not place.done():
                self._under_way += 1
                place.set_result(None)
