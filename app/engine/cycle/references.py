"""Managers: set in a second pass, when the accounts of both people are known.

Entra never repairs a manager who came into scope later; here the reference simply becomes due.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from app.engine.cycle.group_care import NotKept
from app.engine.cycle.health import Health
from app.engine.cycle.journal import Journal
from app.engine.cycle.target import Target
from app.engine.events import Change, LogEntry
from app.engine.state.store import Store
from app.scim.dialect import ENTERPRISE_SCHEMA
from app.scim.errors import ScimProblem
from app.scim.ids import as_id

_DUE: Final = """
  FROM links u JOIN links m ON m.kind='user' AND m.source_id=u.manager AND m.target_id IS NOT NULL
  WHERE u.kind='user' AND u.manager IS NOT NULL AND u.target_id IS NOT NULL AND u.active
  AND u.manager_sent IS NOT m.target_id"""


@dataclass(slots=True)
class ManagerWork:
    """One person whose manager is to be set; ``manager`` is the app's id, ``manager_id`` the source's."""

    source_id: str
    name: str
    target_id: str
    manager: str
    manager_name: str
    manager_id: str = ""
    request: int = 0


class References:
    """Sends the managers that are due.

    Args:
        attribute: the target that the mapping gives for the manager, for the log.
    """

    def __init__(
        self, store: Store, target: Target, journal: Journal, health: Health, cycle: int, attribute: str
    ) -> None:
        self._store = store
        self._target = target
        self._journal = journal
        self._health = health
        self._cycle = cycle
        self._attribute = attribute
        self._trust = target.trust
        self._reading = asyncio.Lock()

    def count(self) -> int:
        """How many managers are due."""
        return int(self._store.db.execute(f"SELECT count(*) {_DUE}").fetchone()[0])

    def due(self) -> Iterator[ManagerWork]:
        """The people whose manager is due, read a part at a time."""
        last = ""
        while rows := self._store.db.execute(
            "SELECT u.source_id, u.name, u.target_id, m.target_id, m.name, m.source_id"
            f" {_DUE} AND u.source_id > ?"
            " ORDER BY u.source_id LIMIT 256",
            (last,),
        ).fetchall():
            for row in rows:
                yield ManagerWork(*row)
            last = str(rows[-1][0])

    def prepare(self, work: ManagerWork) -> None:
        """Record that the manager may be set from now on."""
        work.request = self._store.record_request(
            self._cycle, "user", work.source_id, work.name, "manager", []
        )

    async def carry_out(self, work: ManagerWork) -> LogEntry:
        """Set one manager."""
        began = time.perf_counter()
        entry = LogEntry("user", "update", "success", work.name, work.source_id, work.target_id)
        try:
            answer = await self._target.set_manager(work.target_id, work.manager)
            self._health.worked("manager")
            kept = await self._kept(work, answer)
        except ScimProblem as problem:
            self._health.failed(problem, "manager")
            entry.blame(problem, "reference")
        else:
            entry.changes.append(Change(self._attribute, None, work.manager_name))
            entry.step("reference", "success", f"Manager set to {work.manager_name}.")
            if not kept:
                _warn(entry, work)
        entry.milliseconds = round((time.perf_counter() - began) * 1000, 1)
        return entry

    async def _kept(self, work: ManagerWork, answer: dict[str, Any] | None) -> bool:
        """Whether the app shows the manager, in its answer or, of a sample, when the person is read.

        Raises:
            NotKept: it shows another one.
        """
        if not self._target.writes:
            return True
        shown = manager_of(answer)
        # One after the other: the first reading tells whether the next one is needed.
        async with self._reading:
            if shown != work.manager and (shown or self._trust.reads_back("manager")):
                # The answer may be from before the change: the person is read before anything is said.
                shown = manager_of(await self._target.get("user", work.target_id))
            elif not shown:
                return True
            self._trust.showed("manager", shown == work.manager)
        if shown and shown != work.manager:
            raise NotKept(f"The manager is {shown!r} in the app instead of {work.manager!r}")
        return bool(shown)

    def conclude(self, work: ManagerWork, entry: LogEntry | None) -> None:
        """Record it. Setting a manager twice does no harm, so a failure leaves it due."""
        self._store.begin()
        self._store.close_request(work.request)
        if entry is None:
            return
        self._trust.keep()
        if entry.status != "failure":
            # One that the app does not show is not sent in every cycle: a comparison finds it again.
            self._store.db.execute(
                "UPDATE links SET manager_sent=? WHERE kind='user' AND source_id=?",
                (work.manager, work.source_id),
            )
        if entry.status == "success":
            self._journal.count("manager")
        self._journal.done += 1
        self._journal.add(entry, amends=True)


def manager_of(resource: dict[str, Any] | None) -> str:
    """The id of a user's manager where the app shows one, in any of the forms seen; else empty."""
    if resource is None:
        return ""
    # Some apps answer with the extension's schema in other letters; attribute names have no case.
    extension = next(
        (
            value
            for name, value in resource.items()
            if name.casefold() == ENTERPRISE_SCHEMA.casefold() and isinstance(value, dict)
        ),
        {},
    )
    held = extension.get("manager")
    if isinstance(held, list) and len(held) == 1:
        held = held[0]
    return as_id(held.get("value") if isinstance(held, dict) else held)


def _warn(entry: LogEntry, work: ManagerWork) -> None:
    """Say that the app took the manager, and shows none."""
    entry.status, entry.code = "warning", "NOT-KEPT"
    entry.reason = (
        f"The app answered that it set the manager to {work.manager_name}, and shows no manager for this"
        " person."
    )
    entry.remedy = (
        "It is not sent again in each cycle. Look in the app whether the manager is there. If not, ask the"
        " app's vendor under which attribute it keeps managers, then compare the app (drift) and repair."
    )
    entry.step("reference", "warning", "Read again: the app shows no manager.")
