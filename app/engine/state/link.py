"""What Rollcall knows of one user or group of the source, and of its account in the app."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from app.engine.events import Kind
from app.people.record import Value
from app.setup.json_text import kept_json

COLUMNS: Final = (
    "kind, source_id, name, target_id, digest, epoch, active, known, manager,"
    " manager_sent, missing_since, recheck, seen"
)
PUT: Final = f"INSERT OR REPLACE INTO links ({COLUMNS})"


@dataclass(slots=True)
class Link:
    """One row of ``links``; the table's comments say what each column means."""

    kind: Kind
    source_id: str
    name: str
    target_id: str | None = None
    digest: bytes | None = None
    epoch: int = 0
    active: bool = False
    known: dict[str, Value] = field(default_factory=dict)
    manager: str | None = None
    manager_sent: str | None = None
    missing_since: str | None = None
    recheck: bool = False
    seen: bool = True


@dataclass(frozen=True, slots=True)
class LinkState:
    """The part of a link that tells whether a source row needs any work."""

    target_id: str | None
    digest: bytes | None
    epoch: int
    active: bool
    missing_since: str | None
    recheck: bool


def _link(row: tuple[object, ...]) -> Link:
    kind, source_id, name, target_id, digest, epoch, active, known, manager, sent, missing, recheck, seen = (
        row
    )
    return Link(
        kind,  # type: ignore[arg-type]
        source_id,  # type: ignore[arg-type]
        name,  # type: ignore[arg-type]
        target_id,  # type: ignore[arg-type]
        digest,  # type: ignore[arg-type]
        epoch,  # type: ignore[arg-type]
        bool(active),
        json.loads(known),  # type: ignore[arg-type]
        manager,  # type: ignore[arg-type]
        sent,  # type: ignore[arg-type]
        missing,  # type: ignore[arg-type]
        bool(recheck),
        bool(seen),
    )


def link_row(link: Link) -> tuple[object, ...]:
    """A link in the order of ``COLUMNS``."""
    return (
        link.kind,
        link.source_id,
        link.name,
        link.target_id,
        link.digest,
        link.epoch,
        link.active,
        kept_json(link.known),
        link.manager,
        link.manager_sent,
        link.missing_since,
        link.recheck,
        link.seen,
    )


class Links:
    """The links table on one connection. Changes belong to the transaction that is open on it."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def state(self, kind: Kind, source_id: str) -> LinkState | None:
        """What decides whether a source row needs work; None for one that was never seen."""
        row = self._db.execute(
            "SELECT target_id, digest, epoch, active, missing_since, recheck FROM links"
            " WHERE kind=? AND source_id=?",
            (kind, source_id),
        ).fetchone()
        return None if row is None else LinkState(*row)

    def get(self, kind: Kind, source_id: str) -> Link | None:
        """One link."""
        row = self._db.execute(
            f"SELECT {COLUMNS} FROM links WHERE kind=? AND source_id=?", (kind, source_id)
        ).fetchone()
        return None if row is None else _link(row)

    def holders(self, kind: Kind, target_id: str) -> list[Link]:
        """The links that claim an account; more than one only after a fault of the app."""
        rows = self._db.execute(
            f"SELECT {COLUMNS} FROM links WHERE kind=? AND target_id=?", (kind, target_id)
        ).fetchall()
        return [_link(row) for row in rows]

    def put(self, link: Link) -> None:
        """Write a link, new or known."""
        self._db.execute(f"{PUT} VALUES ({','.join('?' * 13)})", link_row(link))

    def drop(self, kind: Kind, source_id: str) -> None:
        """Forget a link and the memberships that hang on it."""
        self._db.execute("DELETE FROM links WHERE kind=? AND source_id=?", (kind, source_id))
        column = "member_id" if kind == "user" else "group_id"
        change = f"UPDATE memberships SET sent=0 WHERE {column}=?" if kind == "user" else None
        self._db.execute(change or f"DELETE FROM memberships WHERE {column}=?", (source_id,))

    def mark(self, kind: Kind, source_id: str, *, used: bool = False) -> None:
        """Have a link read from the app before the next write, and dealt with in the next cycle.

        Args:
            used: the account may be in use by now, whatever was known before.
        """
        self._db.execute(
            "UPDATE links SET recheck=1, digest=NULL, active=active OR ? WHERE kind=? AND source_id=?",
            (used, kind, source_id),
        )

    def any(self) -> bool:
        """Whether anything is known at all."""
        return self._db.execute("SELECT 1 FROM links LIMIT 1").fetchone() is not None

    def any_account(self) -> bool:
        """Whether any link has an account of the app."""
        return (
            self._db.execute("SELECT 1 FROM links WHERE target_id IS NOT NULL LIMIT 1").fetchone() is not None
        )

    def groups_of(self, source_id: str) -> list[tuple[str, str]]:
        """The groups that somebody was put into, as id in the app and name."""
        rows = self._db.execute(
            "SELECT g.target_id, g.name FROM memberships m JOIN links g ON g.kind='group'"
            " AND g.source_id=m.group_id AND g.target_id IS NOT NULL WHERE m.member_id=? AND m.sent"
            " ORDER BY g.name",
            (source_id,),
        )
        return rows.fetchall()

    def unsure(self, kind: Kind, source_id: str) -> bool:
        """Whether the app must be asked before what is known is believed."""
        row = self._db.execute(
            "SELECT recheck FROM links WHERE kind=? AND source_id=?", (kind, source_id)
        ).fetchone()
        return bool(row and row[0])

    def accounts(self, kind: Kind) -> Iterator[tuple[str, str, str | None, bool, str | None]]:
        """Every source id with its name, target id, active and missing since, in the order of ids."""
        yield from (
            (source_id, name, target_id, bool(active), missing)
            for source_id, name, target_id, active, missing in self._db.execute(
                "SELECT source_id, name, target_id, active, missing_since FROM links WHERE kind=?", (kind,)
            )
        )

    def count(self, kind: Kind) -> int:
        """How many accounts are linked."""
        found = self._db.execute(
            "SELECT count(*) FROM links WHERE kind=? AND target_id IS NOT NULL", (kind,)
        ).fetchone()
        return int(found[0])
