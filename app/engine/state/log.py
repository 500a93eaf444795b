"""The provisioning log: written in batches, asked page by page, exported row by row."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from app.engine.events import LogEntry
from app.engine.state.log_export import write_log
from app.engine.state.log_query import LogQueries
from app.engine.state.log_rows import COLUMNS, INSERT, LogFilter, Sort, entry_of_row, values_of_entry

__all__ = ["Log", "LogFilter", "Sort"]


class Log:
    """The log's tables on one connection."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._last = 0
        self._queries = LogQueries(db)

    def write(self, entries: list[LogEntry]) -> None:
        """Append rows, in the open transaction. Each entry's ``row`` is set."""
        ids = self._name_ids(entries)
        counted: dict[tuple[int, str, str], int] = {}
        named: dict[int, int] = {}
        fresh: list[tuple[object, ...]] = []
        for entry in entries:
            name_id = ids[entry.name]
            if entry.row < 0 and self._amend(entry, name_id, counted, fresh):
                continue
            if self._last == 0:
                self._last = int(self._db.execute("SELECT coalesce(max(row), 0) FROM log").fetchone()[0])
            self._last += 1
            entry.row = self._last
            fresh.append((entry.row, *values_of_entry(entry, name_id)))
            key = (entry.cycle, entry.status, entry.action)
            counted[key] = counted.get(key, 0) + 1
            named[name_id] = named.get(name_id, 0) + 1
        self._db.executemany(INSERT, fresh)
        self._db.executemany(
            "INSERT INTO log_counts VALUES (?,?,?,?) ON CONFLICT DO UPDATE SET rows=rows+excluded.rows",
            [(*key, rows) for key, rows in counted.items()],
        )
        self._db.executemany(
            "UPDATE log_names SET rows=rows+? WHERE id=?",
            [(rows, name_id) for name_id, rows in named.items()],
        )

    def _amend(
        self,
        entry: LogEntry,
        name_id: int,
        counted: dict[tuple[int, str, str], int],
        fresh: list[tuple[object, ...]],
    ) -> bool:
        """Go on with the row that this person or group has in this cycle; False when there is none."""
        if fresh:  # what it goes on with may be among these
            self._db.executemany(INSERT, fresh)
            fresh.clear()
        row = self._db.execute(
            f"SELECT {COLUMNS} FROM log JOIN log_names ON log_names.id = log.name_id"
            " WHERE name_id=? ORDER BY log.row DESC LIMIT 1",
            (name_id,),
        ).fetchone()
        before = None if row is None else entry_of_row(row)
        if before is None or (before.cycle, before.kind, before.source_id) != (
            entry.cycle,
            entry.kind,
            entry.source_id,
        ):
            return False
        key = (before.cycle, before.status, before.action)
        counted[key] = counted.get(key, 0) - 1
        entry.row = before.row
        entry.steps = before.steps + entry.steps
        entry.changes = before.changes + entry.changes
        entry.milliseconds += before.milliseconds
        if before.action not in {"none", "other"}:
            entry.action = before.action
        if before.status in {"failure", "warning"} and entry.status == "success":
            entry.status, entry.code = before.status, before.code
            entry.reason, entry.remedy = before.reason, before.remedy
        key = (entry.cycle, entry.status, entry.action)
        counted[key] = counted.get(key, 0) + 1
        values = values_of_entry(entry, name_id)
        self._db.execute(
            "UPDATE log SET cycle=?, time=?, kind=?, action=?, status=?, name_id=?, source_id=?, "
            "target_id=?, steps=?,"
            " changes=?, code=?, reason=?, remedy=?, milliseconds=? WHERE row=?",
            (*values, entry.row),
        )
        return True

    def _name_ids(self, entries: list[LogEntry]) -> dict[str, int]:
        """The numbers of the names, made where missing."""
        ids: dict[str, int] = {}
        names = list({entry.name for entry in entries})
        self._db.executemany(
            "INSERT OR IGNORE INTO log_names (text, folded) VALUES (?,?)",
            [(name, name.casefold()) for name in names],
        )
        for start in range(0, len(names), 500):
            part = names[start : start + 500]
            marks = ",".join("?" * len(part))
            for number, text in self._db.execute(
                f"SELECT id, text FROM log_names WHERE text IN ({marks})", part
            ):
                ids[text] = number
        return ids

    def page(
        self,
        wanted: LogFilter,
        *,
        sort: Sort = "time",
        descending: bool = True,
        offset: int = 0,
        limit: int = 100,
    ) -> tuple[list[LogEntry], int]:
        """A part of the rows that pass the filter, and how many pass in all."""
        return self._queries.page(wanted, sort=sort, descending=descending, offset=offset, limit=limit)

    def rows(self, wanted: LogFilter) -> Iterator[LogEntry]:
        """Every row that passes the filter, oldest first, read as it is asked for."""
        return self._queries.rows(wanted)

    def export(self, path: Path, wanted: LogFilter, form: Literal["csv", "json"]) -> int:
        """Write the rows to a file and say how many there were. JSON is one object a line."""
        return write_log(path, self.rows(wanted), form)
