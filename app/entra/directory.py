"""The tenant as a source of people for this computer's engine: everybody once, and then only what changed.

Source: Microsoft Graph, "Use delta query to track changes in Microsoft Graph data".
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

from app.entra.graph import GraphClient
from app.entra.graph_problem import GraphProblem
from app.entra.names import GROUP_ATTRIBUTES, USER_ATTRIBUTES, select_of, translated
from app.people.mirror import Heard, Mirror
from app.people.record import Removed

Kind: TypeAlias = Literal["user", "group"]
LINK_LASTS: Final = timedelta(days=7) - timedelta(hours=2)
"""A delta link for directory objects is forgotten after seven days. Given up a little earlier, so that no
long reading runs into that."""

FRESH: Final = timedelta(minutes=5)
"""What was read so lately is not read again just to be shown."""

_PATHS: Final[dict[Kind, str]] = {
    "user": f"/users/delta?$select={select_of((*USER_ATTRIBUTES, 'manager'))}",
    "group": f"/groups/delta?$select={select_of((*GROUP_ATTRIBUTES, 'members'))}",
}
_MEMBERS: Final = ("#microsoft.graph.user", "#microsoft.graph.group")


class EntraDirectory(Mirror):
    """The tenant's users, groups, members and managers; implements ``ChangingDirectory``.

    Args:
        folder: the plan's state folder, where the copy is.
        open_graph: makes a client; called for each reading. May be set, and set anew, later.
        now: the time, for tests.
    """

    def __init__(
        self,
        folder: Path,
        open_graph: Callable[[], GraphClient] | None = None,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        super().__init__(folder)
        self.open_graph = open_graph
        self._now = now
        self._whole_at: dict[Kind, datetime] = {}
        self._lock = asyncio.Lock()

    @property
    def known(self) -> bool:
        """Whether everybody was read once, so that there is something to show without the network."""
        return self.link("user") is not None and self.link("group") is not None

    async def be_fresh(self, within: timedelta = FRESH) -> None:
        """Catch up, unless that was done so lately."""
        links = [self.link("user"), self.link("group")]
        if any(link is None or self._now() - link.taken > within for link in links):
            await self.catch_up()

    def attribute_names(self) -> list[str]:
        """The source attributes that these users can have."""
        return ["objectId", *USER_ATTRIBUTES, "manager"]

    async def begin_anew(self) -> None:
        """Read everybody from the beginning, also when that was done lately: it is another tenant now."""
        self._whole_at.clear()
        await self.catch_up(anew=True)

    async def catch_up(self, *, anew: bool = False) -> None:
        """Take over what changed; from the beginning where it must be.

        Raises:
            Problem: it could not be read to the end. Whoever was not heard of stays as known.
        """
        assert self.open_graph is not None, "set open_graph before"
        async with self._lock, self.open_graph() as graph:
            await self._read(graph, "user", anew=anew)
            await self._read(graph, "group", anew=anew)

    async def _read(self, graph: GraphClient, kind: Kind, *, anew: bool) -> None:
        # Whoever shows the people first, and then runs a first cycle, has read all of them just now.
        lately = kind in self._whole_at and self._now() - self._whole_at[kind] < FRESH
        link = None if anew and not lately else self.link(kind)
        if link is not None and self._now() - link.taken < LINK_LASTS:
            try:
                await self._take(graph, kind, link.text, whole=False)
            except GraphProblem as problem:
                if not _is_forgotten(problem):
                    raise
            else:
                return
        # 410 names an address to begin at, but what was selected is lost there: our own is used.
        await self._take(graph, kind, _PATHS[kind], whole=True)

    async def _take(self, graph: GraphClient, kind: Kind, path: str, *, whole: bool) -> None:
        reading = self.read(kind, whole=whole)
        taken, met = self._now(), set[str]()
        async for page in graph.answers(path):
            items = page.get("value")
            heard = [_heard(kind, each, met, whole=whole) for each in items or [] if _has_id(each)]
            await asyncio.to_thread(reading.apply, heard)
            if isinstance(link := page.get("@odata.deltaLink"), str) and link:
                await asyncio.to_thread(reading.finish, link, taken)
                if whole:
                    self._whole_at[kind] = taken
                return
        raise GraphProblem(
            "GRAPH-ANSWER", path=path, host=graph.cloud.host, status=200, detail="the changes have no end"
        )


def _is_forgotten(problem: GraphProblem) -> bool:
    """Whether the service no longer knows since when to tell."""
    codes = " ".join(problem.errors).casefold()
    return problem.status == 410 or "syncstate" in codes or "resync" in codes


def _has_id(given: object) -> bool:
    return isinstance(given, dict) and isinstance(given.get("id"), str) and bool(given["id"])


def _heard(kind: Kind, found: Mapping[str, Any], met: set[str], *, whole: bool) -> Heard | Removed:
    """What a page says of one object. It may come again, with more of its members or with a later change:
    then it tells but a part, as everything does that is no reading from the beginning."""
    object_id = str(found["id"]).lower()
    removed = found.get("@removed")
    if isinstance(removed, dict):
        return Removed(kind, object_id, restorable=removed.get("reason") != "deleted")
    first = object_id not in met
    met.add(object_id)
    attributes = translated(found)
    attributes["objectId"] = object_id
    if kind == "user" and isinstance(found.get("manager@delta"), list):
        attributes["manager"] = _manager(found["manager@delta"])
    joined, left = _members(found.get("members@delta")) if kind == "group" else ((), ())
    return Heard(object_id, attributes, partial=not (whole and first), joined=joined, left=left)


def _manager(told: list[Any]) -> str | None:
    """Who the manager is now; None when there is none any more."""
    there = [each for each in told if _has_id(each) and "@removed" not in each]
    return str(there[-1]["id"]).lower() if there else None


def _members(told: object) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Who joined and who left. Devices and service principals are no people."""
    joined: list[str] = []
    left: list[str] = []
    for each in told if isinstance(told, list) else []:
        if _has_id(each) and str(each.get("@odata.type") or _MEMBERS[0]) in _MEMBERS:
            (left if "@removed" in each else joined).append(str(each["id"]).lower())
    return tuple(joined), tuple(left)
