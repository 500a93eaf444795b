"""Repairs chosen differences by the engine's own way of writing: the cycle, about these objects only.

A comparison may be old, so nothing is sent because of it: each chosen object is judged and read from the app
once more, and the deletion guard counts as in any cycle.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Collection
from contextlib import aclosing

from app.engine.control import Control
from app.engine.cycle.cycle import Cycle
from app.engine.cycle.only import Only
from app.engine.drift.eyes import RepairingTarget
from app.engine.drift.kept import keep, last_comparison
from app.engine.drift.rows import ADOPTED, Comparison, Found
from app.engine.events import CycleEvent, LogEntry
from app.engine.state.link import Link
from app.engine.state.store import Store
from app.people.record import Directory
from app.scim.client import ScimClient
from app.scim.dialect import dialect_for
from app.setup.plan import SetupPlan
from app.setup.problem import Problem
from app.setup.profile import AppProfile
from app.setup.tenant_url import TenantUrl


def choose_rows(comparison: Comparison | None, ids: Collection[str], *, everything: bool) -> list[Found]:
    """The rows of the last comparison that are to be repaired.

    Raises:
        Problem: there was no comparison, it has no such row, or no row was chosen.
    """
    if comparison is None:
        raise Problem(
            "NOT-COMPARED",
            "The app was not compared with what should be there yet.",
            "What is repaired is what the last comparison found.",
            "Compare first, look at the differences, then repair them.",
        )
    if everything:
        return comparison.rows
    known = {row.id: row for row in comparison.rows}
    if unknown := [each for each in ids if each not in known]:
        raise Problem(
            "NO-SUCH-DIFFERENCE",
            f"The last comparison has no difference {', '.join(unknown[:5])}.",
            "It was repaired already, or the app was compared again since.",
            "Compare again and choose from what it finds.",
        )
    if not ids:
        raise Problem(
            "NOTHING-CHOSEN",
            "No difference was chosen to be repaired.",
            remedy="Choose one or more of those that the comparison found, or all of them.",
        )
    return [known[each] for each in dict.fromkeys(ids)]


async def repair(
    plan: SetupPlan,
    profile: AppProfile,
    directory: Directory,
    client: ScimClient,
    store: Store,
    control: Control,
    rows: list[Found],
) -> AsyncGenerator[CycleEvent, None]:
    """Bring the chosen objects to what they should be; ends as a cycle does, with a ``CycleEnd``.

    Args:
        store: the plan's state, open for writing.
    """
    prepare(store, rows)
    users = frozenset(row.source_id for row in rows if row.kind == "user") | _members_of(store, rows)
    groups = frozenset(row.source_id for row in rows if row.kind == "group")
    url = TenantUrl.parse(plan.app.tenant_url, profile.suffix)
    cycle = Cycle(
        plan,
        profile,
        directory,
        client,
        store,
        control,
        only=Only("repair", users, groups),
        target=RepairingTarget(client, dialect_for(url.flag), store, url.text),
    )
    # Nothing was sent for a reference whose other end is still missing: that is no repair.
    relating = {(row.kind, row.source_id) for row in rows if _relates(row)}
    repaired: set[tuple[str, str]] = set()
    async with aclosing(cycle.run()) as events:
        async for event in events:
            if isinstance(event, LogEntry):
                key = (event.kind, event.source_id)
                if event.status == "success" or (event.status == "skipped" and key not in relating):
                    repaired.add(key)
                elif event.status != "skipped":
                    repaired.discard(key)
            yield event
    _strike(store, repaired)


def prepare(store: Store, rows: list[Found]) -> None:
    """Have the chosen objects read from the app, and those that are wrongly in use count as in use."""
    store.begin()
    for row in rows:
        link = store.links.get(row.kind, row.source_id)
        if link is None and row.source_id.startswith(ADOPTED):
            link = _adopted(store, row)
        if link is None:
            continue  # never provisioned: the source alone says what is to be done
        if row.what == "enabled" and link.target_id == row.target_id:
            link.active = True
        link.digest, link.epoch = None, -1
        # Of a group, the members are read too. A user whose epoch is not this one is read in any case.
        link.recheck = link.recheck or row.kind == "group"
        store.db.execute("UPDATE memberships SET denied=0 WHERE group_id=?", (row.source_id,))
        store.links.put(link)


def _adopted(store: Store, row: Found) -> Link | None:
    """A link for an account that has none, as of somebody who left: disabled now, deleted when due."""
    if store.links.holders(row.kind, row.target_id):
        return None  # somebody was matched to it since
    return Link(row.kind, row.source_id, row.name, row.target_id, active=True)


def _members_of(store: Store, rows: list[Found]) -> frozenset[str]:
    """The members that rows are about: who left since the last cycle must be seen to leave first."""
    found: set[str] = set()
    for row in rows:
        names = {each.old or each.new for each in row.changes if each.target == "members"}
        members = store.db.execute(
            "SELECT u.source_id, u.name FROM memberships m JOIN links u"
            " ON u.kind='user' AND u.source_id=m.member_id WHERE m.group_id=?",
            (row.source_id,) if names else ("",),
        )
        found |= {source_id for source_id, name in members if name in names}
    return frozenset(found)


def _relates(row: Found) -> bool:
    """Whether a row is about members or a manager, and not about values alone."""
    return row.what == "members" or any("manager" in change.target.casefold() for change in row.changes)


def _strike(store: Store, repaired: set[tuple[str, str]]) -> None:
    """Take what is repaired off the list; what failed, or was held back, stays on it."""
    comparison = last_comparison(store.folder)
    if comparison is None:
        return
    left = [row for row in comparison.rows if (row.kind, row.source_id) not in repaired]
    comparison.total -= len(comparison.rows) - len(left)
    comparison.rows = left
    keep(store.folder, comparison)
