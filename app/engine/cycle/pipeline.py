"""Work goes through a bounded queue to a few senders: recorded first, sent, and its outcome recorded.

The feeder writes the records of a whole batch and commits once, then hands the batch out; the outcomes of the
batches before go into the same commit. So each request is on the disk before it is sent, at the price of one
commit for many requests. Records that a kill leaves behind are settled by looking the person up, so recording
a few that were never sent does no harm.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator
from itertools import islice
from typing import Final, Generic, TypeVar

from app.engine.control import Control
from app.engine.cycle.health import Health

SENDERS: Final = 8
BATCH: Final = 48
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
        senders: int = SENDERS,
    ) -> None:
        self._control = control
        self._health = health
        self._prepare = prepare
        self._carry_out = carry_out
        self._conclude = conclude
        self._commit = commit
        self._senders = senders
        self._queue: asyncio.Queue[Item | None] = asyncio.Queue(BATCH)
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
                while await self._control.gate() and not self._halted and (batch := self._batch(source)):
                    await self._write(batch)
                    for item in batch:
                        await self._queue.put(item)
                for _ in senders:
                    await self._queue.put(None)
                await asyncio.wait(senders)
                self._over.set()
        except BaseExceptionGroup as group_error:
            raise _first(group_error) from None
        await self._write([])

    def _batch(self, source: Iterator[Item]) -> list[Item]:
        return list(islice(source, BATCH))

    async def _sends(self) -> None:
        while (item := await self._queue.get()) is not None:
            sent = await self._control.gate() and not self._halted
            outcome = await self._carry_out(item) if sent else None
            # Looked up after the await: the list is exchanged while a request is under way.
            self._done.append((item, outcome))

    async def _write(self, batch: list[Item]) -> None:
        """Record outcomes and the batch that comes next, in one commit."""
        async with self._writing:
            for item in batch:
                self._prepare(item)
            done, self._done = self._done, []
            for item, outcome in done:
                self._conclude(item, outcome)
            await self._commit()

    async def _beats(self) -> None:
        """Outcomes of slow apps are recorded and told while the feeder waits for the queue."""
        while not self._over.is_set():
            try:
                await asyncio.wait_for(self._over.wait(), _BEAT)
            except TimeoutError:
                await self._write([])


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """The fault itself, not the group that it came in."""
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
