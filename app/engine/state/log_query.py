"""Questions to the provisioning log, quick on a million rows.

Rows are found by their numbers alone, part by part of the log, in the order that is asked for and as far as
it is needed; see :mod:`app.engine.state.log_parts`. Totals come from counts that are kept while rows are
written. Only where a text is searched are rows counted, and of very many no more than the first ones.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from heapq import merge
from itertools import islice
from operator import itemgetter
from typing import Final

from app.engine.events import LogEntry
from app.engine.state.log_parts import PART, LogParts, Place
from app.engine.state.log_rows import COLUMNS, LogFilter, Sort, entry_of_row

MOST: Final = 5_000
"""Rows with a text that are counted and can be asked for; of more it is said that there are more."""
FIRST_NAMES: Final = 1_000
"""Rows that can be asked for by name where a text is searched, or more than ``MOST`` pass."""

_ALL: Final = range(1 << 62)
_ROW: Final = itemgetter(1)


@dataclass(frozen=True, slots=True)
class LogFound:
    """What a question to the log found.

    Attributes:
        rows: the page.
        total: how many rows pass and can be asked for.
        more: whether still more rows pass, which this question does not reach.
    """

    rows: list[LogEntry]
    total: int
    more: bool = False


class LogQueries:
    """Asks the log on one connection."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._parts = LogParts(db)

    def page(self, wanted: LogFilter, *, sort: Sort, descending: bool, offset: int, limit: int) -> LogFound:
        """A part of the rows that pass the filter, and how many pass in all."""
        with _at_one_moment(self._db):
            return self._page(wanted, sort, descending, offset, limit)

    def _page(self, wanted: LogFilter, sort: Sort, descending: bool, offset: int, limit: int) -> LogFound:
        counts = self._counts(wanted)
        total, more = sum(counts.values()), False
        if not total:
            return LogFound([], 0)
        if sort == "name":
            numbers, total, more = self._by_name(wanted, total, descending, offset, limit)
        elif wanted.user:
            kinds = _kinds(wanted, counts, sort, descending)
            found, more = self._first(kinds, descending)
            numbers, total = [row for _, row in found[offset : offset + limit]], len(found)
        else:
            numbers = self._numbers(wanted, counts, sort, descending, offset, limit)
        return LogFound(self._read(numbers), total, more)

    def rows(self, wanted: LogFilter) -> Iterator[LogEntry]:
        """Every row that passes the filter, oldest first, read as it is asked for."""
        where, values = _where(wanted, self._rows_of_cycle(wanted.cycle))
        for row in self._db.execute(
            f"SELECT {COLUMNS} FROM log JOIN log_names ON log_names.id = log.name_id{where} ORDER BY log.row",
            values,
        ):
            yield entry_of_row(row)

    def _counts(self, wanted: LogFilter) -> dict[tuple[str, str], int]:
        """How many rows of each status and action pass, whatever their name."""
        rows = self._db.execute("SELECT status, action, cycle, rows FROM log_counts")
        counts: dict[tuple[str, str], int] = {}
        for status, action, cycle, number in rows:
            if wanted.status in {"", status} and wanted.action in {"", action} and wanted.cycle in {0, cycle}:
                counts[status, action] = counts.get((status, action), 0) + number
        return counts

    def _rows_of_cycle(self, cycle: int) -> range:
        """The numbers of a cycle's rows, for cycles follow each other; of all rows for cycle 0."""
        if not cycle:
            return _ALL
        return range(first_row(self._db, cycle), first_row(self._db, cycle + 1))

    def _first(self, kinds: list[LogFilter], descending: bool) -> tuple[list[Place], bool]:
        """The first rows that pass, in order, and whether there are more than these."""
        found: list[Place] = []
        for wanted in kinds:
            for places in self._walk(wanted, descending):
                found += sorted(places, key=_ROW, reverse=descending)
                if len(found) > MOST:
                    return found[:MOST], True
        return found, False

    def _walk(self, wanted: LogFilter, descending: bool) -> Iterator[list[Place]]:
        """The rows that pass, part by part."""
        rows = self._rows_of_cycle(wanted.cycle)
        counts = self._parts.counts(wanted)
        for part in self._parts_of(rows, descending):
            if counts.get(part) != 0:
                yield self._places(wanted, part, rows, blocks=part in counts)

    def _parts_of(self, rows: range, descending: bool) -> range:
        span = self._parts.span()
        parts = range(max(span.start, rows.start // PART), min(span.stop, (rows.stop - 1) // PART + 1))
        return parts[::-1] if descending else parts

    def _places(self, wanted: LogFilter, part: int, rows: range, *, blocks: bool) -> list[Place]:
        places = self._parts.places(wanted, part, blocks=blocks)
        return places if _is_whole(part, rows) else [place for place in places if place[1] in rows]

    def _numbers(
        self,
        wanted: LogFilter,
        counts: dict[tuple[str, str], int],
        sort: Sort,
        descending: bool,
        offset: int,
        limit: int,
    ) -> list[int]:
        """The row numbers of a page without a text to search: what comes before it is counted, not read."""
        if wanted == LogFilter() and sort in {"time", "cycle"}:
            numbers = self._range(offset, limit, sum(counts.values()), descending=descending)
            if numbers is not None:
                return numbers
        found: list[int] = []
        for each in _kinds(wanted, counts, sort, descending):
            passing = sum(rows for kind, rows in counts.items() if _is_of(kind, each))
            if offset < passing and len(found) < limit:
                found += self._numbers_of_kind(each, descending, offset, limit - len(found))
            offset = max(0, offset - passing)
        return found

    def _numbers_of_kind(self, wanted: LogFilter, descending: bool, offset: int, limit: int) -> list[int]:
        found: list[int] = []
        rows = self._rows_of_cycle(wanted.cycle)
        counts = self._parts.counts(wanted)
        for part in self._parts_of(rows, descending):
            number = counts.get(part)
            if number is None or number > offset or not _is_whole(part, rows):
                places = self._places(wanted, part, rows, blocks=number is not None)
                numbers = sorted((row for _, row in places), reverse=descending)
                found += numbers[offset : offset + limit - len(found)]
                number = len(numbers)
            offset = max(0, offset - number)
            if len(found) == limit:
                break
        return found

    def _range(self, offset: int, limit: int, total: int, *, descending: bool) -> list[int] | None:
        """The row numbers of a page of the whole log by arithmetic; None when numbers are missing between."""
        first, last = self._db.execute(
            "SELECT (SELECT min(row) FROM log), (SELECT max(row) FROM log)"
        ).fetchone()
        if first is None or last - first + 1 != total:
            return None
        rows = range(first, last + 1)
        return list((rows[::-1] if descending else rows)[offset : offset + limit])

    def _by_name(
        self, wanted: LogFilter, total: int, descending: bool, offset: int, limit: int
    ) -> tuple[list[int], int, bool]:
        """The row numbers of a page in the order of names, how many can be asked for, and if there are more.

        Few are gathered and sorted. Of many the first are met in the blocks, whose names are in order.
        """
        if not wanted.user and total <= MOST:
            found, _ = self._first([wanted], descending)
            found.sort(reverse=descending)
            return [row for _, row in found[offset : offset + limit]], total, False
        rows = self._rows_of_cycle(wanted.cycle)
        merged = merge(*self._sorted_parts(wanted, rows, descending), reverse=descending)
        first = list(islice((row for _, row in merged if row in rows), FIRST_NAMES + 1))
        more = len(first) > FIRST_NAMES
        del first[FIRST_NAMES:]
        return first[offset : offset + limit], len(first), more

    def _sorted_parts(self, wanted: LogFilter, rows: range, descending: bool) -> Iterator[Iterator[Place]]:
        counts = self._parts.counts(wanted)
        for part in self._parts_of(rows, descending):
            if part in counts:
                yield from self._parts.by_name(wanted, part, descending=descending)
            else:
                yield iter(sorted(self._places(wanted, part, rows, blocks=False), reverse=descending))

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


@contextmanager
def _at_one_moment(db: sqlite3.Connection) -> Iterator[None]:
    """Have all reads see the same state, whatever is committed meanwhile."""
    if db.in_transaction:
        yield
        return
    db.execute("BEGIN")
    try:
        yield
    finally:
        db.execute("COMMIT")


def first_row(db: sqlite3.Connection, cycle: int) -> int:
    """The number of the first row of a cycle or of one after it; where there is none, the next free one."""
    last = int(db.execute("SELECT coalesce(max(row), 0) FROM log").fetchone()[0])
    low, high = 1, last + 1
    while low < high:
        middle = (low + high) // 2
        row = db.execute(
            "SELECT row, cycle FROM log WHERE row >= ? ORDER BY row LIMIT 1", (middle,)
        ).fetchone()
        if row[1] < cycle:
            low = int(row[0]) + 1
        else:
            high = middle
    return low


def _kinds(
    wanted: LogFilter, counts: dict[tuple[str, str], int], sort: Sort, descending: bool
) -> list[LogFilter]:
    """The filter in parts that follow each other in this order, each of them in the order of its rows."""
    if sort == "status":
        statuses = sorted({status for status, _ in counts}, reverse=descending)
        return [replace(wanted, status=status) for status in statuses]
    if sort == "action":
        actions = sorted({action for _, action in counts}, reverse=descending)
        return [replace(wanted, action=action) for action in actions]
    return [wanted]  # rows are numbered in the order of time, and cycles follow each other


def _is_of(kind: tuple[str, str], wanted: LogFilter) -> bool:
    return wanted.status in {"", kind[0]} and wanted.action in {"", kind[1]}


def _is_whole(part: int, rows: range) -> bool:
    return part * PART in rows and part * PART + PART - 1 in rows


def _where(wanted: LogFilter, rows: range) -> tuple[str, list[object]]:
    clauses: list[str] = []
    values: list[object] = []
    for column, value in (("status", wanted.status), ("action", wanted.action)):
        if value:
            clauses.append(f"log.{column}=?")
            values.append(value)
    if wanted.cycle:
        clauses.append("log.row BETWEEN ? AND ?")
        values += [rows.start, rows.stop - 1]
    if wanted.user:
        clauses.append("instr(log_names.folded, ?)")
        values.append(wanted.sought)
    return (" WHERE " + " AND ".join(clauses) if clauses else ""), values
