"""Waiting for a tenant to come to know what was just made in it: bounded, and told.

An object's id is given out before the object can be read everywhere; 404, and for a new app also 401, 403 and
409, are normal in its first minute. Source: Microsoft's application template pages, and what the azuread
provider of Terraform repeats.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Final, TypeVar

from app.entra.graph_problem import GraphProblem

Given = TypeVar("Given")

NEW_APP: Final = frozenset({"GRAPH-NOT-FOUND", "GRAPH-DENIED", "GRAPH-SIGNED-OUT", "GRAPH-CONFLICT"})
"""What a new app answers with until it is known everywhere."""


_SIGN_IN: Final = frozenset({"GRAPH-DENIED", "GRAPH-SIGNED-OUT"})
"""Here waiting helps rarely, and the person has something to do: a quarter of the time is enough."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait, in seconds.

    Attributes:
        first: the first pause; each further one is half as long again.
        longest: no pause is longer.
        total: when it is given up.
    """

    first: float = 1.0
    longest: float = 8.0
    total: float = 120.0

    def pauses(self, left: float | None = None) -> Iterator[float]:
        """Pauses that together are as long as is waited; ``left`` is in place of the total."""
        left = self.total if left is None else min(left, self.total)
        pause = self.first
        while left > 0:
            yield min(pause, left)
            left -= pause
            pause = min(self.longest, pause * 1.5)


async def patiently(
    ask: Callable[[], Awaitable[Given]], patience: Patience, codes: frozenset[str] = NEW_APP
) -> Given:
    """What ``ask`` gives, asked again while it fails in a way that time mends.

    Raises:
        GraphProblem: the last one, when waiting did not help, or another kind.
    """
    began = time.monotonic()
    for pause in patience.pauses():
        try:
            return await ask()
        except GraphProblem as problem:
            late = problem.code in _SIGN_IN and time.monotonic() - began > patience.total / 4
            if problem.code not in codes or late:
                raise
        await asyncio.sleep(pause)
    return await ask()


async def until(
    ask: Callable[[], Awaitable[bool]], patience: Patience, left: float | None = None
) -> AsyncIterator[float]:
    """Ask until the answer is yes; gives the seconds waited so far before each further try.

    Ends when the answer was yes, or the time is over: look at what ``ask`` found.
    """
    began = time.monotonic()
    if await ask():
        return
    for pause in patience.pauses(left):
        yield time.monotonic() - began
        await asyncio.sleep(pause)
        if await ask():
            return


async def comes_true(
    ask: Callable[[], Awaitable[bool]], patience: Patience, left: float | None = None
) -> bool:
    """Whether the answer becomes yes in time."""
    if await ask():
        return True
    for pause in patience.pauses(left):
        await asyncio.sleep(pause)
        if await ask():
            return True
    return False
