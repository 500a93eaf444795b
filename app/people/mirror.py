"""A directory's users and groups on this computer, kept in step with a source that tells changes only.

Graph's delta queries give parts: some attributes of a user, a few members of a group that joined or left.
They are put together here, so that everybody else reads whole records without the network. Pages may come
twice, and a reading may break off: applying a page again changes nothing, and only a reading that got to its
end takes anybody away for not being in it.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Final, Literal, Self, TypeAlias

from app.people.record import Fault, Record, Removed, Value
from app.setup.json_text import to_json
from app.setup.problem import Problem

Kind: TypeAlias = Literal["user", "group"]
MIRROR_FILE: Final = "directory.sqlite"
_VERSION: Final = 1
_TABLES: Final = """
-- The mirror's name, the number of the last page, and by kind where the source goes on.
CREATE TABLE fact (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
-- changed: the page that changed it last. seen: the page that had it last.
-- removed: 0 there, 1 in the recycle bin, 2 gone.
CREATE TABLE record (
  kind TEXT NOT NULL, id TEXT NOT NULL, attributes TEXT NOT NULL, changed INTEGER NOT NULL,
  seen INTEGER NOT NULL, removed INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (kind, id));
CREATE INDEX record_changed ON record (kind, changed);
CREATE TABLE member (
  group_id TEXT NOT NULL, member_id TEXT NOT NULL, seen INTEGER NOT NULL,
  PRIMARY KEY (group_id, member_id)) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Heard:
    """What a page says of one user or group.

    Attributes:
        attributes: by source attribute name; None or empty text takes a value away.
        partial: these attributes only changed; otherwise they are all that there are.
        joined: ids of direct members that the group has, or has taken in.
        left: ids of those that it let go.
    """

    id: str
    attributes: Mapping[str, Value] = field(default_factory=dict)
    partial: bool = False
    joined: tuple[str, ...] = ()
    left: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """Where the source goes on telling, and since when that holds."""

    text: str
    taken: datetime


class Mirror:
    """The mirror of one directory. Reads give whole records; :meth:`read` takes the source's pages in.

    It has all that ``ChangingDirectory`` asks for but ``catch_up``, which is the source's own.

    Args:
        folder: the plan's state folder.

    Raises:
        Problem: ``MIRROR`` when the file cannot be read or written. It can be thrown away: all of it is read
            again.
    """

    def __init__(self, folder: Path) -> None:
        path = folder / MIRROR_FILE
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            try:
                self._prepare()
            except BaseException:
                self._db.close()
                raise
        except (OSError, sqlite3.DatabaseError) as error:
            raise Problem(
                "MIRROR",
                f"Rollcall cannot use its copy of the directory, {path}.",
                "The folder is read-only, the disk is full, or the file was damaged.",
                "Look after the disk, or delete that file: the directory is then read from the beginning.",
                str(error),
            ) from error

    def _prepare(self) -> None:
        self._db.execute("PRAGMA busy_timeout=10000")
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        if int(self._db.execute("PRAGMA user_version").fetchone()[0]) == _VERSION:
            return
        self._db.execute("BEGIN IMMEDIATE")
        if int(self._db.execute("PRAGMA user_version").fetchone()[0]) != _VERSION:
            for table in ("fact", "record", "member"):
                self._db.execute(f"DROP TABLE IF EXISTS {table}")
            for statement in _TABLES.split(";"):
                self._db.execute(statement)
            self._db.execute("INSERT INTO fact VALUES ('name', ?), ('page', '0')", (secrets.token_hex(8),))
            self._db.execute(f"PRAGMA user_version={_VERSION}")
        self._db.execute("COMMIT")

    def close(self) -> None:
        """Let the file go."""
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # What everybody reads

    @property
    def faults(self) -> list[Fault]:
        """None: what could not be read to the end took nobody away."""
        return []

    def users(self) -> Iterator[Record]:
        """Every user."""
        return self._records("user", "removed=0")

    def groups(self) -> Iterator[Record]:
        """Every group with its direct members."""
        return self._records("group", "removed=0")

    def watermark(self) -> str:
        """Up to where :meth:`changes` tells now."""
        return f"{self._fact('name')}:{self._fact('page')}"

    def changes(self, kind: Kind, since: str) -> Iterator[Record | Removed] | None:
        """Whoever changed since a watermark; None when it is none of this mirror."""
        name, _, page = since.rpartition(":")
        if name != self._fact("name") or not page.isdecimal() or int(page) > int(self._fact("page")):
            return None
        return self._changed(kind, int(page))

    def _changed(self, kind: Kind, page: int) -> Iterator[Record | Removed]:
        gone = self._db.execute(
            "SELECT id, removed FROM record WHERE kind=? AND changed>? AND removed>0 ORDER BY id",
            (kind, page),
        )
        for object_id, removed in gone.fetchall():
            yield Removed(kind, object_id, restorable=removed == 1)
        yield from self._records(kind, f"removed=0 AND changed>{page}")

    def find(self, kind: Kind, object_id: str) -> Record | None:
        """One user or group."""
        row = self._db.execute(
            "SELECT attributes FROM record WHERE kind=? AND id=? AND removed=0", (kind, object_id)
        ).fetchone()
        return None if row is None else self._record(kind, object_id, row[0])

    def _records(self, kind: Kind, which: str) -> Iterator[Record]:
        # A part at a time: a reader that dawdles must not hold up whoever takes a page in.
        last = ""
        while rows := self._db.execute(
            f"SELECT id, attributes FROM record WHERE kind=? AND {which} AND id>? ORDER BY id LIMIT 500",
            (kind, last),
        ).fetchall():
            for object_id, attributes in rows:
                yield self._record(kind, object_id, attributes)
            last = rows[-1][0]

    def _record(self, kind: Kind, object_id: str, attributes: str) -> Record:
        members: tuple[str, ...] = ()
        if kind == "group":
            found = self._db.execute("SELECT member_id FROM member WHERE group_id=?", (object_id,))
            members = tuple(member for (member,) in found)
        return Record(kind, object_id, json.loads(attributes), members)

    def _fact(self, key: str, default: str = "") -> str:
        row = self._db.execute("SELECT value FROM fact WHERE key=?", (key,)).fetchone()
        return default if row is None else str(row[0])

    # What the source tells

    def link(self, kind: Kind) -> Link | None:
        """Where the source goes on for users or for groups; None before the first whole reading."""
        kept = self._fact(f"link {kind}")
        if not kept:
            return None
        found = json.loads(kept)
        return Link(found["text"], datetime.fromisoformat(found["taken"]))

    def read(self, kind: Kind, *, whole: bool) -> Reading:
        """Begin to take pages in.

        Args:
            whole: the source tells everybody, from the beginning: whoever it does not name is gone.
        """
        return Reading(self._db, kind, whole=whole, began=int(self._fact("page")))


class Reading:
    """One reading of a source: page by page, and its end. Each page is kept as soon as it is applied."""

    def __init__(self, db: sqlite3.Connection, kind: Kind, *, whole: bool, began: int) -> None:
        self._db = db
        self._kind = kind
        self._whole = whole
        self._began = began
        self._page = began

    def apply(self, page: Iterable[Heard | Removed]) -> None:
        """Take one page in, whole or not at all. Applying it twice changes nothing."""
        self._open()
        try:
            for each in page:
                if isinstance(each, Removed):
                    self._remove(each.id, 1 if each.restorable else 2)
                else:
                    self._put(each)
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def finish(self, link: str, taken: datetime | None = None) -> None:
        """The source has told everything; ``link`` is where it goes on the next time."""
        self._open()
        try:
            if self._whole:
                self._prune()
            kept = to_json({"text": link, "taken": (taken or datetime.now(UTC)).isoformat()})
            self._db.execute("INSERT OR REPLACE INTO fact VALUES (?,?)", (f"link {self._kind}", kept))
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def _open(self) -> None:
        self._db.execute("BEGIN IMMEDIATE")
        row = self._db.execute(
            "UPDATE fact SET value=CAST(value AS INTEGER)+1 WHERE key='page' RETURNING value"
        ).fetchone()
        self._page = int(row[0])

    def _put(self, heard: Heard) -> None:
        row = self._db.execute(
            "SELECT attributes, removed FROM record WHERE kind=? AND id=?", (self._kind, heard.id)
        ).fetchone()
        before = {} if row is None else json.loads(row[0])
        after = {**before, **heard.attributes} if heard.partial else dict(heard.attributes)
        after = {name: value for name, value in after.items() if value not in (None, "", [])}
        if row is None or row[1] or after != before:
            self._db.execute(
                "INSERT INTO record (kind, id, attributes, changed, seen) VALUES (?,?,?,?,?) ON CONFLICT DO"
                " UPDATE SET attributes=excluded.attributes, changed=excluded.changed, seen=excluded.seen,"
                " removed=0",
                (self._kind, heard.id, to_json(after), self._page, self._page),
            )
        else:
            self._db.execute(
                "UPDATE record SET seen=? WHERE kind=? AND id=?", (self._page, self._kind, heard.id)
            )
        for member in heard.joined:
            self._join(heard.id, member)
        for member in heard.left:
            self._leave(heard.id, member)

    def _join(self, group: str, member: str) -> None:
        known = self._db.execute(
            "UPDATE member SET seen=? WHERE group_id=? AND member_id=?", (self._page, group, member)
        )
        if not known.rowcount:
            self._db.execute("INSERT INTO member VALUES (?,?,?)", (group, member, self._page))
            self._touch(group, member)

    def _leave(self, group: str, member: str) -> None:
        gone = self._db.execute("DELETE FROM member WHERE group_id=? AND member_id=?", (group, member))
        if gone.rowcount:
            self._touch(group, member)

    def _touch(self, group: str, member: str) -> None:
        """A membership changed both: the group has another member, the person perhaps another assignment."""
        self._db.execute("UPDATE record SET changed=? WHERE kind='group' AND id=?", (self._page, group))
        self._db.execute("UPDATE record SET changed=? WHERE kind='user' AND id=?", (self._page, member))

    def _remove(self, object_id: str, removed: int) -> None:
        # Also somebody who was never heard of: an engine may know them from an earlier mirror.
        self._db.execute(
            "INSERT INTO record (kind, id, attributes, changed, seen, removed) VALUES (?,?,'{}',?,?,?)"
            " ON CONFLICT DO UPDATE SET changed=CASE WHEN removed=excluded.removed THEN changed ELSE"
            " excluded.changed END, removed=excluded.removed",
            (self._kind, object_id, self._page, self._page, removed),
        )
        if self._kind == "group":
            for member in self._members(object_id, self._page + 1):
                self._leave(object_id, member)

    def _members(self, group: str, before: int) -> list[str]:
        rows = self._db.execute(
            "SELECT member_id FROM member WHERE group_id=? AND seen<?", (group, before)
        ).fetchall()
        return [member for (member,) in rows]

    def _prune(self) -> None:
        """Take away whoever a whole reading did not name."""
        unseen = self._db.execute(
            "SELECT id FROM record WHERE kind=? AND removed=0 AND seen<=?", (self._kind, self._began)
        ).fetchall()
        for (object_id,) in unseen:
            # Where they went nobody said: the recycle bin keeps them until they are due.
            self._remove(object_id, 1)
        if self._kind == "group":
            stale = self._db.execute(
                "SELECT group_id, member_id FROM member WHERE seen<=?", (self._began,)
            ).fetchall()
            for group, member in stale:
                self._leave(group, member)
