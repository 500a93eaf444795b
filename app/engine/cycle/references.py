"""Managers: set in a second pass, when the accounts of both people are known.

Entra never repairs a manager who came into scope later; here the reference simply becomes due.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from app.engine.cycle.health import Health
from app.engine.cycle.journal import Journal
from app.engine.cycle.target import Target
from app.engine.events import Change, LogEntry
from app.engine.state.store import Store
from app.scim.errors import ScimProblem

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
            await self._target.set_manager(work.target_id, work.manager)
        except ScimProblem as problem:
            self._health.failed(problem, "manager")
            entry.blame(problem, "reference")
        else:
            self._health.worked("manager")
            entry.changes.append(Change(self._attribute, None, work.manager_name))
            entry.step("reference", "success", f"Manager set to {work.manager_name}.")
        entry.milliseconds = round((time.perf_counter() - began) * 1000, 1)
        return entry

    def conclude(self, work: ManagerWork, entry: LogEntry | None) -> None:
        """Record it. Setting a manager twice does no harm, so a failure leaves it due."""
        self._store.begin()
        self._store.close_request(work.request)
        if entry is None:
            return
        if entry.status == "success":
            self._store.db.execute(
                "UPDATE links SET manager_sent=? WHERE kind='user' AND source_id=?",
                (work.manager, work.source_id),
            )
            self._journal.count("manager")
        self._journal.done += 1
        self._journal.add(entry, amends=True)
