"""Which members a group of the app has, as far as that can be known.

Some apps list a part of a group's members only. Who is missing from such a list may be a member all the same,
so the app is also asked by the search that Entra uses for it (``id eq ... and members eq ...``).
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from typing import Final

from app.engine.cycle.target import Target
from app.engine.state.store import Store
from app.scim.errors import ScimProblem
from app.scim.ids import member_ids

_FACT: Final = "members_cut"
_SMALL: Final = 10  # a list of fewer members is not taken for one that was cut short
_ASKED: Final = 20  # who is missing is asked for one by one up to this number
_SAMPLES: Final = 5
_USUAL_CUTS: Final = frozenset({20, 25, 30, 50, 100, 200, 250, 256, 300, 400, 500, 512, 1000, 1024, 2000})


class MemberReading:
    """Reads groups, and says who is certainly not a member.

    Args:
        store: keeps that the app's lists of members are cut short, once that was seen.

    Attributes:
        cut: whether a list of members was seen to lack some.
    """

    def __init__(self, target: Target, store: Store) -> None:
        self._target = target
        self._store = store
        self._searches: bool | None = None
        self.cut = bool(store.fact(_FACT))

    async def held(self, group: str) -> set[str] | None:
        """The listed members' ids; None where the group is not there or does not list them.

        Raises:
            ScimProblem: the app cannot be asked.
        """
        resource = await self._target.get("group", group, members=True)
        return None if resource is None else member_ids(resource)

    async def lacking(self, group: str, held: Collection[str], ids: Collection[str]) -> set[str]:
        """Those of these accounts that are certainly not members of the group."""
        absent = sorted(set(ids).difference(held))
        if not absent or (len(held) < _SMALL and not self.cut):
            return set(absent)
        if not await self._can_search(group, held):
            return set() if self.cut or self.may_be_cut(held) else set(absent)
        if len(absent) > _ASKED:
            samples = absent[:: len(absent) // _SAMPLES][:_SAMPLES]
            if not (there := await self._members(group, samples)):
                return set(absent)
            if len(there) == len(samples):
                return set()
            # What cannot be asked for in a reasonable time is not known.
            absent = absent[: 10 * _ASKED]
        return set(absent) - await self._members(group, absent)

    def may_be_cut(self, held: Collection[str]) -> bool:
        """Whether a list is as long as those that apps cut short, and no search tells whether this one is."""
        return not self._searches and len(held) in _USUAL_CUTS

    async def still(self, group: str, held: Collection[str], ids: Collection[str]) -> set[str]:
        """Those of these accounts that the group still has, as far as it shows."""
        shown = set(ids).intersection(held)
        hidden = sorted(set(ids) - shown)
        if self.cut and hidden and await self._can_search(group, held):
            shown |= await self._members(group, hidden[:_ASKED])
        return shown

    async def _can_search(self, group: str, held: Collection[str]) -> bool:
        """Whether the app finds a group by its members: one that it lists, and not one that nobody is."""
        if self._searches is None and held:
            known = await self._target.has_member(group, min(held))
            nobody = await self._target.has_member(group, str(uuid.uuid4()))
            self._searches = known is True and nobody is False
        return bool(self._searches)

    async def _members(self, group: str, ids: Collection[str]) -> set[str]:
        """Those whom a search finds in the group, or cannot tell."""
        said = {each: await self._target.has_member(group, each) for each in ids}
        self.cut |= True in said.values()
        return {each for each, member in said.items() if member is not False}

    def keep(self) -> None:
        """Keep what was found out, in the open transaction."""
        if self.cut and not self._store.fact(_FACT):
            self._store.keep(_FACT, "yes")


async def read_members(reading: MemberReading, group: str) -> set[str] | None:
    """The listed members' ids; None also where the app cannot be asked just now."""
    try:
        return await reading.held(group)
    except ScimProblem:
        return None
