"""Stop and pause, asked for from outside and heeded between requests."""

from __future__ import annotations

import asyncio

from app.engine.clock import SYSTEM, Clock


class Control:
    """What the person wants of a running cycle, and the clock that it goes by.

    Requests in flight always end: stopping or pausing never cuts one off, so nothing is left unsettled.
    All methods are for the event loop's thread.
    """

    def __init__(self, clock: Clock = SYSTEM) -> None:
        self.clock = clock
        self._stopped = False
        self._going: asyncio.Event | None = None
        self._paused = False

    @property
    def stopped(self) -> bool:
        """Whether the cycle should end."""
        return self._stopped

    @property
    def paused(self) -> bool:
        """Whether the cycle holds its breath."""
        return self._paused

    def stop(self) -> None:
        """End the cycle after the requests in flight."""
        self._stopped = True
        self.resume()

    def pause(self) -> None:
        """Send nothing more until :meth:`resume`."""
        self._paused = not self._stopped
        if self._going is not None and self._paused:
            self._going.clear()

    def resume(self) -> None:
        """Go on."""
        self._paused = False
        if self._going is not None:
            self._going.set()

    async def gate(self) -> bool:
        """Wait while paused; then say whether to go on (False: stopped)."""
        if self._paused:
            if self._going is None:
                self._going = asyncio.Event()
            self._going.clear()
            await self._going.wait()
        return not self._stopped
