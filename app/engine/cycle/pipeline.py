"""Work goes through a bounded queue to a few senders: recorded first, sent, and its outcome recorded.

The feeder writes the records of a whole batch and commits once, then hands the batch out; the outcomes of the
batches before go into the same commit. So each request is on the disk before it is sent, at the price of one
commit for many requests. Records that a kill leaves behind are settled by looking the person up, so recording
a few that were never sent does no harm. A batch is as large as what is sent in a fraction of a second: with a
quick app few commits are paid for, and with a slow one few records are left behind.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Iterator
from itertools import islice
from typing import Final, Generic, TypeVar

from app.engine.control import Control
from app.engine.cycle.health import Health

_FIRST: Final = 64  # pieces of work in the first batch
_MOST: Final = 512
_QUICK: Final = 0.1  # seconds that a batch lasts: shorter, and the next one is larger
_SLOW: Final = 0.3
_BEAT: Final = 0.25

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")


class Pipeline(Generic[Item, Outcome]):
    """Carries out one phase of a cycle.

    Args:
        prepare: write down that an item may be sent from now on. Not awaited: it belongs to a batch.
        carry_out: do it. Must turn the failures of one item into an outcome.
        conclude: write down what became of these items; those with outcome None were never sent.
        commit: put all that is written on the disk, and tell it.
        senders: how many items are carried out at once.
    """

    def __init__(
        self,
        control: Control,
        health: Health,
        *,
        prepare: Callable[[Item], None],
        carry_out: Callable[[Item], Awaitable[Outcome]],
        conclude: Callable[[Item, Outcome | None], None],
        commit: Callable[[], Awaitable[None]],
        senders: int,
    ) -> None:
        self._control = control
        self._health = health
        self._prepare = prepare
        self._carry_out = carry_out
        self._conclude = conclude
        self._commit = commit
        self._senders = senders
        self._size = max(_FIRST, 2 * senders)
        self._ready: deque[Item] = deque()
        self._more = asyncio.Event()
        self._low = asyncio.Event()
        self._fed = False
        self._done: list[tuple[Item, Outcome | None]] = []
        self._writing = asyncio.Lock()
        self._over = asyncio.Event()

    @property
    def _halted(self) -> bool:
        return self._control.stopped or self._health.problem is not None

    async def run(self, items: Iterable[Item]) -> None:
        """Carry all items out, or as many as there are until the cycle is stopped."""
        source = iter(items)
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._beats())
                senders = [group.create_task(self._sends()) for _ in range(self._senders)]
                await self._feed(source)
                self._fed = True
                self._more.set()
                await asyncio.wait(senders)
                self._over.set()
        except BaseExceptionGroup as group_error:
            raise _first(group_error) from None
        await self._write(iter(()))

    async def _feed(self, source: Iterator[Item]) -> None:
        """Record batch after batch and hand each out when the one before is half gone."""
        while await self._control.gate() and not self._halted:
            began = time.monotonic()
            batch = await self._write(source)
            if not batch:
                return
            self._ready.extend(batch)
            self._more.set()
            while len(self._ready) > self._size // 2:
                self._low.clear()
                await self._low.wait()
            lasted = time.monotonic() - began
            if lasted < _QUICK:
                self._size = min(_MOST, self._size * 2)
            elif lasted > _SLOW:
                self._size = max(2 * self._senders, self._size // 2)

    async def _sends(self) -> None:
        ready, control = self._ready, self._control
        while True:
            while not ready:
                if self._fed:
                    return
                self._more.clear()
                self._low.set()
                await self._more.wait()
            item = ready.popleft()
            if len(ready) == self._size // 2:
                self._low.set()
            if control.paused:
                await control.gate()
            outcome = None if self._halted else await self._carry_out(item)
            # Looked up after the await: the list is exchanged while a request is under way.
            self._done.append((item, outcome))

    async def _write(self, source: Iterator[Item]) -> list[Item]:
        """Record outcomes and the batch that comes next, in one commit; gives the batch."""
        async with self._writing:
            batch = list(islice(source, self._size))
            for item in batch:
                self._prepare(item)
            done, self._done = self._done, []
            for item, outcome in done:
                self._conclude(item, outcome)
            await self._commit()
        return batch

    async def _beats(self) -> None:
        """Outcomes of slow apps are recorded and told while the feeder waits for the queue."""
        while not self._over.is_set():
            try:
                await asyncio.wait_for(self._over.wait(), _BEAT)
            except TimeoutError:
                await self._write(iter(()))


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """The fault itself, not the group that it came in."""
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
