"""User names that pass from one person to another within a cycle, and people who swap theirs.

The app refuses a name while somebody has it, so the order decides, and a swap works in no order. Who met such
a conflict is put off until the other users have been renamed. Where nobody can go first, one of them steps
aside to a passing name. A person who is not brought to the end looks unfinished to the next cycle, which sets
the name that the source has.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Iterator
from typing import Final

from app.engine.cycle.result import AlreadyLinked
from app.engine.cycle.work import Work
from app.scim.errors import Outcome, ScimProblem
from app.scim.text import folded
from app.setup.problem import Problem

_LONGEST: Final = 40  # rounds; each brings somebody to the end or has one more step aside


class SecondRound:
    """Takes those who met a conflict, until it is closed."""

    def __init__(self) -> None:
        self._waiting: list[Work] = []
        self._open = True

    def takes(self, work: Work, problem: Problem) -> bool:
        """Whether somebody who failed so is tried again in this cycle."""
        conflict = isinstance(problem, AlreadyLinked) or (
            isinstance(problem, ScimProblem) and problem.kind is Outcome.CONFLICT
        )
        return self._open and conflict and work.kind == "user" and work.op == "provision"

    def add(self, work: Work) -> None:
        """Put somebody off."""
        self._waiting.append(work)

    async def run(
        self,
        carry_out: Callable[[Iterator[Work]], Awaitable[None]],
        step_aside: Callable[[Work, set[str]], Awaitable[bool]],
        goes_on: Callable[[], bool],
    ) -> None:
        """Try those who were put off until nobody gets further.

        Args:
            carry_out: does the work as any other.
            step_aside: gives a person's name away, when it is among those that others want.
            goes_on: whether the cycle does.
        """
        aside: set[str] = set()
        for _ in range(_LONGEST):
            waiting, self._waiting = self._waiting, []
            if not waiting or not goes_on():
                break
            for work in waiting:
                work.attempt = 2  # what was listed before the others were renamed is not believed
            await carry_out(iter(waiting))
            if len(self._waiting) == len(waiting):
                self._open = await _one_steps_aside(self._waiting, step_aside, aside)
        self._open = False
        if self._waiting and goes_on():
            waiting, self._waiting = self._waiting, []
            await carry_out(iter(waiting))


async def _one_steps_aside(
    waiting: list[Work], step_aside: Callable[[Work, set[str]], Awaitable[bool]], aside: set[str]
) -> bool:
    """Have one of those who wait for each other step aside; says whether one did."""
    for work in waiting:
        if work.source_id in aside:
            continue
        wanted = {folded(value) for other in waiting if other is not work for _, value in other.matching}
        if await step_aside(work, wanted):
            aside.add(work.source_id)
            return True
    return False


def passing_name(name: str) -> str:
    """A name that nobody has, which shows whose it is; still an address where it was one."""
    head, at, tail = name.partition("@")
    return f"{head}-{secrets.token_hex(4)}{at}{tail}"
