"""The provisioning log: written in batches, asked page by page, exported row by row."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Literal

from app.engine.events import LogEntry, one_match
from app.engine.state.log_export import write_log
from app.engine.state.log_parts import PART, LogParts
from app.engine.state.log_query import LogFound, LogQueries
from app.engine.state.log_rows import (
    COLUMNS,
    UPDATE,
    LogFilter,
    Sort,
    entry_of_row,
    insertions,
    values_of_entry,
)
from app.engine.state.many_rows import Statement, many

__all__ = ["Log", "LogFilter", "LogFound", "Sort"]

_ADD_ROWS: Final = "ON CONFLICT DO UPDATE SET rows=rows+excluded.rows"


class Log:
    """The log's tables on one connection."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._last = 0
        self._queries = LogQueries(db)
        self._parts = LogParts(db)

    def write(self, entries: list[LogEntry]) -> None:
        """Append rows, in the open transaction. Each entry's ``row`` is set.

        One with a row number below 0 goes on with the row that its person or group has in this cycle.
        """
        fresh: list[LogEntry] = []
        for entry in entries:
            if entry.row < 0:
                self._append(fresh)  # what it goes on with may be among these
                fresh = []
                if self._amend(entry):
                    continue
            fresh.append(entry)
        self._append(fresh)

    def _append(self, entries: list[LogEntry]) -> None:
        for sql, values in self.statements(entries):
            self._db.execute(sql, values)

    def statements(self, entries: list[LogEntry]) -> list[Statement]:
        """What appends these rows when it is carried out. Each entry's ``row`` is set at once."""
        if not entries:
            return []
        if self._last == 0:
            self._last = int(self._db.execute("SELECT coalesce(max(row), 0) FROM log").fetchone()[0])
        counted: dict[tuple[int, str, str], int] = {}
        named: dict[str, int] = {}
        rows = []
        part = self._last // PART
        for entry in entries:
            self._last += 1
            entry.row = self._last
            rows.append((entry.row, *values_of_entry(entry)))
            key = (entry.cycle, entry.status, entry.action)
            counted[key] = counted.get(key, 0) + 1
            named[entry.name] = named.get(entry.name, 0) + 1
        names = [(name, name.casefold(), number) for name, number in named.items()]
        return [
            *many("INSERT INTO log_names (text, folded, rows)", names, _ADD_ROWS),
            *insertions(rows),
            *(self._parts.grown(part - 1) if self._last // PART > part else ()),
            *many("INSERT INTO log_counts", [(*key, number) for key, number in counted.items()], _ADD_ROWS),
        ]

    def _amend(self, entry: LogEntry) -> bool:
        """Go on with the row that this person or group has in this cycle; False when it gets its own row."""
        row = self._db.execute(
            f"SELECT {COLUMNS} FROM log JOIN log_names ON log_names.id = log.name_id"
            " WHERE log_names.folded=? AND log_names.text=? ORDER BY log.row DESC LIMIT 1",
            (entry.name.casefold(), entry.name),
        ).fetchone()
        before = None if row is None else entry_of_row(row)
        if before is None or (before.cycle, before.kind, before.source_id) != (
            entry.cycle,
            entry.kind,
            entry.source_id,
        ):
            return False
        if entry.status in {"failure", "warning"} and before.action not in {"none", "other"}:
            return False  # a row for each thing: who was created was created, whatever failed afterwards
        entry.row = before.row
        entry.steps = one_match(before.steps + entry.steps)
        entry.changes, entry.created = before.changes + entry.changes, None
        entry.milliseconds += before.milliseconds
        if before.action not in {"none", "other"}:
            entry.action = before.action
        if before.status in {"failure", "warning"} and entry.status == "success":
            entry.status, entry.code = before.status, before.code
            entry.reason, entry.remedy = before.reason, before.remedy
            entry.answer = before.answer
        moved = [(before, -1), (entry, 1)]
        for sql, values in many(
            "INSERT INTO log_counts",
            [(each.cycle, each.status, each.action, by) for each, by in moved],
            _ADD_ROWS,
        ):
            self._db.execute(sql, values)
        self._db.execute(UPDATE, (*values_of_entry(entry), entry.row))
        if (before.status, before.action) != (entry.status, entry.action):
            self._parts.forget(entry.row, entry.row)
        return True

    def page(
        self,
        wanted: LogFilter,
        *,
        sort: Sort = "time",
        descending: bool = True,
        offset: int = 0,
        limit: int = 100,
    ) -> LogFound:
        """A part of the rows that pass the filter, and how many pass in all."""
        return self._queries.page(wanted, sort=sort, descending=descending, offset=offset, limit=limit)

    def rows(self, wanted: LogFilter) -> Iterator[LogEntry]:
        """Every row that passes the filter, oldest first, read as it is asked for."""
        return self._queries.rows(wanted)

    def export(self, path: Path, wanted: LogFilter, form: Literal["csv", "json"]) -> int:
        """Write the rows to a file and say how many there were. JSON is one object a line."""
        return write_log(path, self.rows(wanted), form)
