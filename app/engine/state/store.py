"""The state of one plan on this computer: what is known, what is being sent, and what happened."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from app.engine.clock import this_moment
from app.engine.events import Kind, LogEntry
from app.engine.state import schema
from app.engine.state.link import Link, Links
from app.engine.state.lock import FolderLock
from app.engine.state.log import Log, LogFilter, LogFound, Sort
from app.engine.state.many_rows import Statement
from app.engine.state.pending import Pending
from app.people.record import Value
from app.setup.json_text import to_json
from app.setup.problem import Problem


@dataclass(frozen=True, slots=True)
class OpenRequest:
    """A request that was recorded and whose answer was not."""

    id: int
    kind: Kind
    source_id: str
    name: str
    action: str
    matching: tuple[tuple[str, Value], ...]


class Store:
    """One plan's state, held open. Use :meth:`open` to work on it and :meth:`look` to read it.

    A transaction is begun with the first change and written with :meth:`commit`. One coroutine writes; the
    others may read through ``seen``, which shows what is committed.

    Attributes:
        links: links on the writing connection.
        seen: links as committed, on a connection of its own.
        log: the provisioning log.
    """

    def __init__(
        self, folder: Path, db: sqlite3.Connection, reader: sqlite3.Connection, lock: FolderLock | None
    ):
        self.folder = folder
        self._db = db
        self._reader = reader
        self._lock = lock
        self._began = False
        self.links = Links(db)
        self.seen = Links(reader)
        self.log = Log(db)
        self._pending = Pending()
        self._moment = this_moment()
        self._beside = ThreadPoolExecutor(1, "state")
        with schema.told_plainly(folder):
            self._last_request = int(db.execute("SELECT coalesce(max(id), 0) FROM requests").fetchone()[0])

    @classmethod
    def open(cls, folder: Path) -> Store:
        """Open a plan's state for a cycle, alone.

        Raises:
            Problem: another Rollcall works on it; it is damaged, newer, read-only, or the disk is full.
        """
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Problem(
                "STATE-READ-ONLY",
                f"The state folder {folder} cannot be made.",
                "The folder above it is read-only, or belongs to another account.",
                "Give your account the right to write there, or choose another data folder with --data-dir.",
                str(error),
            ) from error
        lock = FolderLock(folder)
        try:
            db = schema.connect(folder)
            try:
                reader = schema.connect(folder, writable=False)
            except BaseException:
                db.close()
                raise
        except BaseException:
            lock.release()
            raise
        return cls(folder, db, reader, lock)

    @classmethod
    def look(cls, folder: Path) -> Store:
        """Open a plan's state for reading only, also while a cycle runs. No state reads as an empty one."""
        if not (folder / schema.DATABASE_FILE).exists():
            db = schema.passing()
            return cls(folder, db, db, None)
        db = schema.connect(folder, writable=False)
        version = int(db.execute("PRAGMA user_version").fetchone()[0])
        if 0 < version < schema.VERSION:
            # Of an older Rollcall. Bringing it up to date keeps all of it, and a running cycle's lock holds.
            db.close()
            schema.connect(folder).close()
            db = schema.connect(folder, writable=False)
        elif version == 0:
            # A run is making it at this moment.
            db.close()
            db = schema.passing()
        return cls(folder, db, db, None)

    @classmethod
    def beside(cls, folder: Path) -> Store:
        """Open a plan's state to write down a person's decision, also while a cycle runs.

        Only for facts that a cycle reads and does not write. SQLite has one of the two wait for the other.
        """
        db = schema.connect(folder)
        return cls(folder, db, db, None)

    def rehearsal(self) -> Store:
        """A passing copy of all that a cycle goes by, without the log. Changes to it are lost with it."""
        copy = schema.passing()
        for table in ("meta", "links", "memberships", "staged", "escrows"):
            rows = self._db.execute(f"SELECT * FROM {table}")
            names = [column[0] for column in rows.description]
            marks = ",".join("?" * len(names))
            copy.executemany(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})", rows)
        return Store(self.folder, copy, copy, None)

    def close(self) -> None:
        """Give up what was not committed, and let others in."""
        self._beside.shutdown()
        if self._began:
            self._db.rollback()
            self._began = False
        self._reader.close()
        self._db.close()
        if self._lock is not None:
            self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # Transactions

    @property
    def db(self) -> sqlite3.Connection:
        """The writing connection, for the engine's own files."""
        return self._db

    def begin(self) -> None:
        """Begin a transaction, unless one is open."""
        if not self._began:
            with schema.told_plainly(self.folder):
                self._db.execute("BEGIN IMMEDIATE")
            self._began = True

    def commit(self) -> None:
        """Have everything on the disk when this returns."""
        self._write(self._pending.take())

    async def save(self) -> None:
        """Have everything on the disk when this is over, written by a thread while requests go on.

        Nothing may be read or changed through this store until then; ``seen`` may be read. SQLite works
        without Python's lock, so that this costs the loop little as long as statements are few and large.
        """
        statements = self._pending.take()
        if not statements and not self._began:
            return
        if self._reader is self._db:
            self._write(statements)  # a passing state: no disk to wait for, and one connection for both
            return
        writing = asyncio.get_running_loop().run_in_executor(self._beside, self._write, statements)
        try:
            await asyncio.shield(writing)
        except asyncio.CancelledError:
            # What was begun is on the disk before anybody goes on, or closes the state.
            await asyncio.wait([writing])
            raise

    def _write(self, statements: list[Statement]) -> None:
        """Carry out what was gathered, and commit."""
        self._carry_out(statements)
        if self._began:
            with schema.told_plainly(self.folder):
                self._db.execute("COMMIT")
        self._began = False

    # Single facts

    def fact(self, key: str, default: str = "") -> str:
        """A fact kept under a name."""
        with schema.told_plainly(self.folder):
            row = self._db.execute("SELECT value FROM meta WHERE key=?", (key,)).fetchone()
        return default if row is None else str(row[0])

    def keep(self, key: str, value: str) -> None:
        """Keep a fact."""
        self.begin()
        self._db.execute("INSERT OR REPLACE INTO meta VALUES (?,?)", (key, value))

    # Requests

    def record_request(
        self,
        cycle: int,
        kind: Kind,
        source_id: str,
        name: str,
        action: str,
        matching: list[tuple[str, Value]],
    ) -> int:
        """Write down that a request may be sent from the next commit on. Gives its number."""
        self._last_request += 1
        self._pending.opened.append(
            (self._last_request, cycle, kind, source_id, name, action, to_json(matching), self._moment)
        )
        return self._last_request

    def close_request(self, number: int) -> None:
        """Write down that a request was answered and its outcome recorded, or that it was never sent."""
        self._pending.closed.append(number)

    def put_link(self, link: Link) -> None:
        """Write a link with the next commit."""
        self._pending.put.append(link)

    def mark_link(self, kind: Kind, source_id: str) -> None:
        """Have a link read from the app before its next write, whatever is put for it until the commit."""
        self._pending.marked.append((kind, source_id))

    def _flush(self) -> None:
        """Write what was gathered for this transaction."""
        self._carry_out(self._pending.take())

    def _carry_out(self, statements: list[Statement]) -> None:
        if not statements:
            return
        self.begin()
        with schema.told_plainly(self.folder):
            for sql, values in statements:
                self._db.execute(sql, values)
        self._moment = this_moment()

    def write_log(self, entries: list[LogEntry]) -> None:
        """Append rows to the log with the next commit. Each entry's ``row`` is set at once."""
        if any(entry.row < 0 for entry in entries):
            # They go on with rows that may be waiting still.
            self._flush()
            self.begin()
            self.log.write(entries)
        else:
            self._pending.logged += self.log.statements(entries)

    def open_requests(self) -> list[OpenRequest]:
        """Requests without a recorded answer: Rollcall was killed, or the answer was lost."""
        rows = self._db.execute(
            "SELECT id, kind, source_id, name, action, matching FROM requests ORDER BY id"
        )
        return [
            OpenRequest(number, kind, source_id, name, action, tuple((a, v) for a, v in json.loads(matching)))
            for number, kind, source_id, name, action, matching in rows.fetchall()
        ]

    # The log

    def log_page(
        self,
        wanted: LogFilter | None = None,
        *,
        sort: Sort = "time",
        descending: bool = True,
        offset: int = 0,
        limit: int = 100,
    ) -> LogFound:
        """A page of the provisioning log, and how many rows pass the filter."""
        with schema.told_plainly(self.folder):
            return self.log.page(
                wanted or LogFilter(), sort=sort, descending=descending, offset=offset, limit=limit
            )

    def export_log(
        self, path: Path, wanted: LogFilter | None = None, form: Literal["csv", "json"] = "csv"
    ) -> int:
        """Write the log to a file; gives the number of rows."""
        with schema.told_plainly(self.folder):
            return self.log.export(path, wanted or LogFilter(), form)
