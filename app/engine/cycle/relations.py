"""The last part of a cycle: memberships and managers, when both ends of each are in the app."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from app.engine.control import Control
from app.engine.cycle.health import Health
from app.engine.cycle.journal import Journal
from app.engine.cycle.members import Members
from app.engine.cycle.only import Only
from app.engine.cycle.pipeline import Pipeline
from app.engine.cycle.reference_escrow import ReferenceEscrow, Relating
from app.engine.cycle.references import References
from app.engine.cycle.target import Target
from app.engine.rules.compiled import Rules
from app.engine.state.store import Store


class Relations:
    """Sets what refers to others.

    Args:
        escrow: who is put off, and takes those who fail.
        only: those that this run is about; None: everybody.
        save: put all that is written on the disk, and tell it.
    """

    def __init__(
        self,
        control: Control,
        health: Health,
        journal: Journal,
        store: Store,
        target: Target,
        escrow: ReferenceEscrow,
        only: Only | None,
        save: Callable[[], Awaitable[None]],
    ) -> None:
        self._control = control
        self._health = health
        self._journal = journal
        self._store = store
        self._target = target
        self._escrow = escrow
        self._only = only
        self._save = save

    async def members(self, portion: int, total: int) -> None:
        """Set the members of groups, so many in a request.

        Args:
            portion: how many members a request has at most.
            total: what there is to do in the whole cycle, for its progress.
        """
        journal, only = self._journal, self._only
        members = Members(self._store, self._target, journal, self._health, journal.cycle, portion)
        await self._verify(members)
        await journal.phase("Setting group members", total)
        due = members.due() if only is None else only.memberships(members.due())
        await self._pipe(members, self._escrow.members(due))

    async def managers(self, rules: Rules, total: int) -> None:
        """Set the managers of users."""
        journal, only = self._journal, self._only
        references = References(
            self._store, self._target, journal, self._health, journal.cycle, rules.manager
        )
        if count := references.count():
            await journal.phase("Setting managers", total + count)
            due = references.due() if only is None else only.managers(references.due())
            await self._pipe(references, self._escrow.managers(due))

    async def _verify(self, members: Members) -> None:
        """Read the members of the groups that were in the app before."""
        unsure = members.unsure()
        for group, target_id, _ in unsure if self._only is None else self._only.unsure(unsure):
            if not await self._control.gate() or self._health.problem is not None:
                return
            await members.verify(group, target_id)
            await self._save()

    async def _pipe(self, relating: Relating, items: Iterable[Any]) -> None:
        """Send references of one kind."""
        await Pipeline[Any, Any](
            self._control,
            self._health,
            prepare=relating.prepare,
            carry_out=relating.carry_out,
            conclude=self._escrow.noting(relating.conclude),
            commit=self._save,
            senders=self._target.at_once,
        ).run(items)
