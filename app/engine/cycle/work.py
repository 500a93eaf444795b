"""What one cycle has to do, held in a file that ends with the cycle.

The whole plan is made before anything is sent: only so can the guard count first. For 100,000 people it does
not fit into memory beside everything else, so it lies in a private temporary database.
"""

from __future__ import annotations

import json
import marshal
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, Final, Literal, TypeAlias

from app.engine.cycle.twins import Twins
from app.engine.events import Kind
from app.people.record import Value
from app.scim.path import AttributePath
from app.scim.text import folded
from app.setup.json_text import to_json

_PART: Final = 1024  # pieces of work written or read at once

Operation: TypeAlias = Literal["provision", "disable", "delete"]


class Phase(IntEnum):
    """The order in which work is sent: users before groups before what refers to both."""

    USERS = 1
    DEPARTURES = 2
    GROUPS = 3
    GROUP_DEPARTURES = 4


@dataclass(slots=True)
class Work:
    """One thing to do for one user or group.

    Attributes:
        values: what the app should have, by target path.
        extra: what is sent beside ``values`` when the object is created.
        matching: matching attributes with their values, in order of precedence.
        manager: source id of the manager, when the mapping has one.
        digest: what the source row amounts to; kept in the link when the work is done.
        active: whether the account is to be in use afterwards.
        reason: why, in one sentence.
        details: of the scope step.
        faults: attributes whose expression failed, with the reason.
        fresh: nothing is known of this person yet, so that there is no link to read.
        fatal: why nothing may be sent at all; empty otherwise.
    """

    kind: Kind
    source_id: str
    name: str
    op: Operation
    values: dict[str, Value] = field(default_factory=dict)
    extra: dict[str, Value] = field(default_factory=dict)
    matching: list[tuple[str, Value]] = field(default_factory=list)
    manager: str | None = None
    digest: bytes | None = None
    active: bool = True
    reason: str = ""
    details: dict[str, str] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)
    fatal: str = ""
    fresh: bool = False
    request: int = 0
    attempt: int = 1


def _fields(work: Work) -> tuple[Any, ...]:
    """What :class:`Work` is made of again; how far it has come is not kept."""
    return (
        work.kind, work.source_id, work.name, work.op, work.values, work.extra, work.matching, work.manager,
        work.digest, work.active, work.reason, work.details, work.faults, work.fatal, work.fresh,
    )  # fmt: skip


def _passing_table(table: str) -> sqlite3.Connection:
    """A table in a private temporary database: it spills to disk and is never left behind."""
    db = sqlite3.connect("", isolation_level=None)
    db.execute("PRAGMA synchronous=OFF")
    db.execute("PRAGMA cache_size=-8000")
    db.execute("BEGIN")
    db.execute(f"CREATE TABLE {table}")
    return db


class WorkList:
    """The list of work of one cycle.

    Work is kept in parts, many pieces to a row: a row for each took as long as mapping the person. What does
    not fill a part stays in memory.
    """

    def __init__(self) -> None:
        self._db: sqlite3.Connection | None = None
        self._waiting: dict[Phase, list[Work]] = {phase: [] for phase in Phase}
        self.counts: dict[Phase, int] = dict.fromkeys(Phase, 0)
        #: Those of the source who would share an account.
        self.twins = Twins()

    def add(self, phase: Phase, work: Work) -> None:
        """Put work at the end of a phase."""
        waiting = self._waiting[phase]
        waiting.append(work)
        self.counts[phase] += 1
        if len(waiting) >= _PART:
            self._write(phase)

    def _write(self, phase: Phase) -> None:
        if self._db is None:
            self._db = _passing_table("part (seq INTEGER PRIMARY KEY, phase INTEGER, works BLOB)")
            self._db.execute("CREATE INDEX by_phase ON part (phase, seq)")
        # marshal is the fastest at hand, and no other process than this one ever reads it.
        part = marshal.dumps([_fields(work) for work in self._waiting[phase]])
        self._db.execute("INSERT INTO part (phase, works) VALUES (?,?)", (phase, part))
        self._waiting[phase].clear()

    def phase(self, phase: Phase) -> Iterator[Work]:
        """The work of a phase, in order, read a part at a time."""
        last = 0
        while self._db is not None and (
            row := self._db.execute(
                "SELECT seq, works FROM part WHERE phase=? AND seq>? ORDER BY seq LIMIT 1", (phase, last)
            ).fetchone()
        ):
            last = row[0]
            for each in marshal.loads(row[1]):
                yield Work(*each)
        yield from self._waiting[phase]

    def total(self) -> int:
        """How many things there are to do."""
        return sum(self.counts.values())

    def close(self) -> None:
        """Give the disk space back."""
        if self._db is not None:
            self._db.close()


class Listing:
    """The accounts of the app as one listing gave them: mapped values only, findable by matching values."""

    def __init__(self, paths: dict[str, AttributePath], matching: list[str]) -> None:
        self._paths = paths
        self._matching = matching
        self._db = _passing_table("account (id TEXT PRIMARY KEY, held TEXT) WITHOUT ROWID")
        self._db.execute(
            "CREATE TABLE key (attribute INTEGER, value TEXT, id TEXT, PRIMARY KEY (attribute, value, id))"
        )
        self.count = 0

    def add(self, resource: dict[str, Any]) -> None:
        """Take one account of the listing in."""
        account = str(resource["id"])
        held = values_of(resource, self._paths)
        self._db.execute("INSERT OR REPLACE INTO account VALUES (?,?)", (account, to_json(held)))
        for number, attribute in enumerate(self._matching):
            value = held.get(attribute)
            if value not in (None, ""):
                self._db.execute("INSERT OR IGNORE INTO key VALUES (?,?,?)", (number, folded(value), account))
        self.count += 1

    def find(self, attribute: str, value: Value) -> list[tuple[str, dict[str, Value]]]:
        """The accounts with this value, compared without regard to case, as id and values."""
        if not self.count:
            return []
        rows = self._db.execute(
            "SELECT account.id, held FROM key JOIN account ON account.id = key.id WHERE attribute=? AND "
            "value=? LIMIT 3",
            (self._matching.index(attribute), folded(value)),
        ).fetchall()
        return [(account, json.loads(held)) for account, held in rows]

    def get(self, account: str) -> dict[str, Value] | None:
        """The values of one account; None when the listing did not have it."""
        row = self._db.execute("SELECT held FROM account WHERE id=?", (account,)).fetchone()
        return None if row is None else json.loads(row[0])

    def close(self) -> None:
        """Give the disk space back."""
        self._db.close()


def values_of(resource: dict[str, Any], paths: dict[str, AttributePath]) -> dict[str, Value]:
    """The mapped values that a resource of the app holds; empty ones are left out."""
    held: dict[str, Value] = {}
    for target, path in paths.items():
        value = path.get(resource)
        if value is not None and value != "" and value != []:
            held[target] = value
    return held
