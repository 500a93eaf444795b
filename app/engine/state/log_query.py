"""Questions to the provisioning log, quick on a million rows.

Two things keep them quick: the rows of a page are found by their numbers alone, in an index, before anything
of them is read; and totals come from counts that are kept while rows are written.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from app.engine.events import LogEntry
from app.engine.state.log_rows import COLUMNS, LogFilter, Sort, entry_of_row

_FEW: Final = 400  # names that are asked for one by one; more are met while walking through the rows


@dataclass(frozen=True, slots=True)
class _Names:
    """The names that hold a text: their ids while they are few, and how many rows they have."""

    ids: list[int] | None
    rows: int


class LogQueries:
    """Asks the log on one connection."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def page(
        self, wanted: LogFilter, *, sort: Sort, descending: bool, offset: int, limit: int
    ) -> tuple[list[LogEntry], int]:
        """A part of the rows that pass the filter, and how many pass in all."""
        names = self._names(wanted.user) if wanted.user else None
        whole = self._counted(LogFilter())
        if names is not None and names.rows == whole:
            names, wanted = None, LogFilter(wanted.status, wanted.action, "", wanted.cycle)
        total = self._total(wanted, names)
        if offset >= total:
            return [], total
        plain = wanted == LogFilter() and sort in {"time", "cycle"}
        numbers = self._range(offset, limit, descending=descending) if plain else None
        if numbers is None:
            numbers = self._numbers(wanted, names, sort, descending, offset, limit)
        return self._read(numbers), total

    def rows(self, wanted: LogFilter) -> Iterator[LogEntry]:
        """Every row that passes the filter, oldest first, read as it is asked for."""
        where, values = _where(wanted, self._names(wanted.user) if wanted.user else None)
        for row in self._db.execute(
            f"SELECT {COLUMNS} FROM log JOIN log_names ON log_names.id = log.name_id{where} ORDER BY log.row",
            values,
        ):
            yield entry_of_row(row)

    def _names(self, text: str) -> _Names:
        folded = text.casefold()
        few = self._db.execute(
            "SELECT id, rows FROM log_names WHERE instr(folded, ?) LIMIT ?", (folded, _FEW + 1)
        ).fetchall()
        if len(few) <= _FEW:
            return _Names([number for number, _ in few], sum(rows for _, rows in few))
        found = self._db.execute("SELECT sum(rows) FROM log_names WHERE instr(folded, ?)", (folded,))
        return _Names(None, int(found.fetchone()[0]))

    def _total(self, wanted: LogFilter, names: _Names | None) -> int:
        if names is None:
            return self._counted(wanted)
        if not (wanted.status or wanted.action or wanted.cycle):
            return names.rows
        where, values = _where(wanted, names)
        joined = "" if names.ids is not None else " JOIN log_names ON log_names.id = log.name_id"
        return int(self._db.execute(f"SELECT count(*) FROM log{joined}{where}", values).fetchone()[0])

    def _counted(self, wanted: LogFilter) -> int:
        """How many rows pass a filter without a name, from the counts that are kept."""
        where, values = _where(LogFilter(wanted.status, wanted.action, "", wanted.cycle), None, "log_counts")
        found = self._db.execute(f"SELECT coalesce(sum(rows), 0) FROM log_counts{where}", values)
        return int(found.fetchone()[0])

    def _range(self, offset: int, limit: int, *, descending: bool) -> list[int] | None:
        """The row numbers of a page of the whole log by arithmetic; None when numbers are missing between."""
        first, last = self._db.execute(
            "SELECT (SELECT min(row) FROM log), (SELECT max(row) FROM log)"
        ).fetchone()
        if first is None or last - first + 1 != self._counted(LogFilter()):
            return None
        if descending:
            return list(range(last - offset, max(first, last - offset - limit + 1) - 1, -1))
        return list(range(first + offset, min(last, first + offset + limit - 1) + 1))

    def _numbers(
        self,
        wanted: LogFilter,
        names: _Names | None,
        sort: Sort,
        descending: bool,
        offset: int,
        limit: int,
    ) -> list[int]:
        """The row numbers of a page, from indexes."""
        where, values = _where(wanted, names)
        order = "DESC" if descending else "ASC"
        # Rows are numbered in the order of time, and cycles follow each other.
        by = {"time": "", "cycle": "", "name": "log_names.text"}.get(sort, f"log.{sort}")
        ordering = f"{by} {order}, log.row {order}" if by else f"log.row {order}"
        joined = sort == "name" or (names is not None and names.ids is None)
        tables = "log JOIN log_names ON log_names.id = log.name_id" if joined else "log"
        rows = self._db.execute(
            f"SELECT log.row FROM {tables}{where} ORDER BY {ordering} LIMIT ? OFFSET ?",
            (*values, limit, offset),
        )
        return [int(row[0]) for row in rows]

    def _read(self, numbers: list[int]) -> list[LogEntry]:
        """The rows with these numbers, in this order."""
        found: dict[int, LogEntry] = {}
        for start in range(0, len(numbers), 500):
            part = numbers[start : start + 500]
            marks = ",".join("?" * len(part))
            for row in self._db.execute(
                f"SELECT {COLUMNS} FROM log JOIN log_names ON log_names.id = log.name_id"
                f" WHERE log.row IN ({marks})",
                part,
            ):
                found[row[0]] = entry_of_row(row)
        return [found[number] for number in numbers if number in found]


def _where(wanted: LogFilter, names: _Names | None, table: str = "log") -> tuple[str, list[object]]:
    clauses: list[str] = []
    values: list[object] = []
    for column, value in (("status", wanted.status), ("action", wanted.action), ("cycle", wanted.cycle)):
        if value:
            clauses.append(f"{table}.{column}=?")
            values.append(value)
    if names is not None and names.ids is not None:
        clauses.append(f"log.name_id IN ({','.join('?' * len(names.ids))})")
        values += names.ids
    elif names is not None:
        clauses.append("instr(log_names.folded, ?)")
        values.append(wanted.user.casefold())
    return (" WHERE " + " AND ".join(clauses) if clauses else ""), values
