"""What is looked at beside a group's or a member's own write: renames that hold, memberships that end."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Final

from app.engine.cycle.compare import differences, shown
from app.engine.cycle.target import Target
from app.engine.cycle.work import Work, values_of
from app.engine.events import LogEntry
from app.engine.state.link import Link
from app.engine.state.store import Store
from app.people.record import Value
from app.scim.errors import ScimProblem
from app.scim.path import AttributePath

_GROUPS_SHOWN: Final = 5
_LONGEST: Final = 500  # letters of what an app kept that a log row shows


class NotKept(ScimProblem):
    """The app answered well and has something else. ``kept`` says what, for the log row."""

    def __init__(self, kept: str) -> None:
        super().__init__("NOT-KEPT")
        self.what = f"{self.what} {kept[:_LONGEST]}."


class GroupCare:
    """Reads groups back after a change, and takes people out of their groups before they are deleted.

    Args:
        store: read only, through ``store.seen``.
        paths: the mapped attributes of groups.
    """

    def __init__(self, target: Target, store: Store, paths: Mapping[str, AttributePath]) -> None:
        self._target = target
        self._store = store
        self._paths = dict(paths)
        self._locks: dict[str, asyncio.Lock] = {}

    async def make_sure(self, work: Work, account: str, sent: Mapping[str, Value]) -> None:
        """Read a group back that was changed. Groups change rarely, so each is read.

        Raises:
            NotKept: the app has something else than was sent.
            ScimProblem: the group cannot be read.
        """
        if work.kind != "group" or not self._target.writes:
            return
        held, wrong = await self._wrong(work, account)
        if wrong and not wrong.keys() & sent.keys():
            # What was sent holds, and something else is not as it should be: it is put right.
            await self._target.change("group", account, wrong, set())
            held, wrong = await self._wrong(work, account)
        if wrong:
            raise NotKept(
                "; ".join(
                    f"{target} is {shown(held[target])!r} instead of {shown(value)!r}"
                    for target, value in wrong.items()
                )
            )

    async def _wrong(self, work: Work, account: str) -> tuple[dict[str, Value], dict[str, Value]]:
        """What a group holds, and what it should hold instead; what the app does not show is not known."""
        resource = await self._target.get("group", account)
        held = {} if resource is None else values_of(resource, self._paths)
        return held, differences(
            {target: value for target, value in work.values.items() if target in held}, held
        )

    async def leave(self, work: Work, link: Link | None, entry: LogEntry) -> None:
        """Take somebody out of all groups before the account is deleted: some apps keep dangling members.

        An app that refuses keeps nobody from being deleted: that is what matters.
        """
        if work.op != "delete" or work.kind != "user" or link is None or link.target_id is None:
            return
        left, kept = [], []
        for group, name in self._store.seen.groups_of(work.source_id):
            async with self._locks.setdefault(group, asyncio.Lock()):  # changes of one group must not race
                try:
                    await self._target.remove_members(group, [link.target_id])
                    left.append(name)
                except ScimProblem as problem:
                    kept.append(f"{name} ({problem.code})")
        if left:
            entry.step("reference", "success", f"Removed from {_named(left)} before the delete.")
        if kept:
            entry.step("reference", "warning", f"Could not be removed from {_named(kept)} before the delete.")


def _named(names: list[str]) -> str:
    more = f" and {len(names) - _GROUPS_SHOWN:,} more groups" if len(names) > _GROUPS_SHOWN else ""
    return ", ".join(names[:_GROUPS_SHOWN]) + more
