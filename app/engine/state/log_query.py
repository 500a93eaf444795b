"""Questions to the provisioning log, quick on a million rows.

Two things keep them quick: the rows of a page are found by their numbers alone, in an index, before anything
of them is read; and totals come from counts that are kept while rows are written.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Final, TypeAlias

from app.engine.events import LogEntry
from app.engine.state.log_rows import COLUMNS, LogFilter, Sort, entry_of_row
from app.engine.state.name_search import NameSearch, plain

_FEW: Final = 30_000  # rows that are gathered and sorted; of more, a page is met while walking in its order
_BY_NAME: Final = " FROM log_names CROSS JOIN log INDEXED BY log_name ON log.name_id = log_names.id"
_BY_ROW: Final = " FROM log CROSS JOIN log_names ON log_names.id = log.name_id"


_Clause: TypeAlias = tuple[str, list[object]]


class LogQueries:
    """Asks the log on one connection."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._search = NameSearch(db)

    def page(
        self, wanted: LogFilter, *, sort: Sort, descending: bool, offset: int, limit: int
    ) -> tuple[list[LogEntry], int]:
        """A part of the rows that pass the filter, and how many pass in all."""
        named = self._rows_named(wanted.user) if wanted.user else None
        if named is not None and named == self._counted(LogFilter()):
            named, wanted = None, LogFilter(wanted.status, wanted.action, "", wanted.cycle)
        total = self._total(wanted, named)
        if offset >= total:
            return [], total
        plain = wanted == LogFilter() and sort in {"time", "cycle"}
        numbers = self._range(offset, limit, descending=descending) if plain else None
        if numbers is None:
            numbers = self._numbers(wanted, named, total, sort, descending, offset, limit)
        return self._read(numbers), total

    def rows(self, wanted: LogFilter) -> Iterator[LogEntry]:
        """Every row that passes the filter, oldest first, read as it is asked for."""
        where, values = _where(wanted, plain(wanted.user) if wanted.user else None)
        for row in self._db.execute(
            f"SELECT {COLUMNS} FROM log JOIN log_names ON log_names.id = log.name_id{where} ORDER BY log.row",
            values,
        ):
            yield entry_of_row(row)

    def _rows_named(self, text: str) -> int:
        """How many rows have a name that holds this text."""
        clause, values = self._search.clause(text)
        found = self._db.execute(f"SELECT coalesce(sum(rows), 0) FROM log_names WHERE {clause}", values)
        return int(found.fetchone()[0])

    def _total(self, wanted: LogFilter, named: int | None) -> int:
        if named is None:
            return self._counted(wanted)
        if not (wanted.status or wanted.action or wanted.cycle):
            return named
        others = self._others(wanted)
        walked = self._counted(wanted)
        if others is not None and self._counted_all(others) < min(named, walked):
            # All rows with these names, less those of another kind: failures among many successes are few.
            return named - sum(self._count(each, _BY_ROW) for each in others)
        return self._count(wanted, _BY_NAME if named < walked else _BY_ROW)

    def _count(self, wanted: LogFilter, tables: str) -> int:
        where, values = _where(wanted, self._clause(wanted, tables))
        return int(self._db.execute(f"SELECT count(*){tables}{where}", values).fetchone()[0])

    def _clause(self, wanted: LogFilter, tables: str) -> _Clause | None:
        """The condition on the name: by the index where names lead to rows, not where rows lead to names."""
        if not wanted.user:
            return None
        return self._search.clause(wanted.user) if tables == _BY_NAME else plain(wanted.user)

    def _counted_all(self, kinds: list[LogFilter]) -> int:
        return sum(self._counted(each) for each in kinds)

    def _others(self, wanted: LogFilter) -> list[LogFilter] | None:
        """The filters of all other rows with the same names; None where there is no such list."""
        if wanted.cycle or bool(wanted.status) == bool(wanted.action):
            return None
        column, value = ("status", wanted.status) if wanted.status else ("action", wanted.action)
        found = self._db.execute(f"SELECT DISTINCT {column} FROM log_counts WHERE {column} <> ?", (value,))
        return [LogFilter(**{column: each[0]}, user=wanted.user) for each in found]

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
        named: int | None,
        total: int,
        sort: Sort,
        descending: bool,
        offset: int,
        limit: int,
    ) -> list[int]:
        """The row numbers of a page, from indexes."""
        limit = min(limit, total - offset)
        backwards = offset > total // 2
        if backwards:  # the other end is nearer
            offset, descending = total - offset - limit, not descending
        order = "DESC" if descending else "ASC"
        # Rows are numbered in the order of time, and cycles follow each other.
        by = {"time": "", "cycle": "", "name": "log_names.text"}.get(sort, f"log.{sort}")
        ordering = f"{by} {order}, log.row {order}" if by else f"log.row {order}"
        if sort == "name" or (named is not None and named <= _FEW):
            tables = _BY_NAME
        else:
            tables = _BY_ROW if named is not None else " FROM log"
        where, values = _where(wanted, self._clause(wanted, tables))
        rows = self._db.execute(
            f"SELECT log.row{tables}{where} ORDER BY {ordering} LIMIT ? OFFSET ?", (*values, limit, offset)
        )
        numbers = [int(row[0]) for row in rows]
        return numbers[::-1] if backwards else numbers

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


def _where(wanted: LogFilter, name: _Clause | None, table: str = "log") -> _Clause:
    clauses: list[str] = []
    values: list[object] = []
    for column, value in (("status", wanted.status), ("action", wanted.action), ("cycle", wanted.cycle)):
        if value:
            clauses.append(f"{table}.{column}=?")
            values.append(value)
    if name is not None:
        clauses.append(name[0])
        values += name[1]
    return (" WHERE " + " AND ".join(clauses) if clauses else ""), values
