"""The worker's way out: a thread of its own writes the lines, so that a full pipe never stops the loop."""

from __future__ import annotations

import asyncio
import os
import threading
from collections import deque

FULL = 1 << 20
"""Bytes waiting to be written at which tasks are held until the window reads again."""


class Outbox:
    """Writes lines to a file descriptor in the order they came.

    Raw ``os.write`` and no Python file object: a thread that is blocked in one at the end of the process
    holds a lock that the interpreter then waits for.
    """

    def __init__(self, descriptor: int, loop: asyncio.AbstractEventLoop) -> None:
        self._descriptor = descriptor
        self._loop = loop
        self._waiting: deque[bytes] = deque()
        self._size = 0
        self._changed = threading.Condition()
        self._room = asyncio.Event()
        self._room.set()
        self._broken = False
        self._thread = threading.Thread(target=self._write_all, name="outbox", daemon=True)
        self._thread.start()

    def post(self, line: bytes) -> None:
        """Have a line written soon. To be called in the loop's thread."""
        with self._changed:
            if self._broken:
                return
            self._waiting.append(line)
            self._size += len(line)
            if self._size > FULL:
                self._room.clear()
            self._changed.notify()

    async def room(self) -> None:
        """Return when the reader keeps up; who yields many lines waits here between them."""
        await self._room.wait()

    def drain(self, timeout: float) -> bool:
        """Wait until all is written, for so many seconds at most; False when something was left."""
        with self._changed:
            return self._changed.wait_for(lambda: self._size == 0 or self._broken, timeout)

    def _write_all(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: bool(self._waiting))
                chunk = b"".join(self._waiting)
                self._waiting.clear()
            try:
                rest = memoryview(chunk)
                while rest:
                    rest = rest[os.write(self._descriptor, rest) :]
            except OSError:
                # Nobody reads any more. Standard input closes at the same time, and that ends the process.
                with self._changed:
                    self._broken = True
                    self._size = 0
                    self._changed.notify_all()
                self._tell_room()
                return
            with self._changed:
                self._size -= len(chunk)
                self._changed.notify_all()
                relieved = self._size <= FULL // 2
            if relieved:
                self._tell_room()

    def _tell_room(self) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._room.set)
