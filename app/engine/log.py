"""The provisioning log: written in batches, asked page by page, exported row by row."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

from app.engine.events import Change, LogEntry, Step
from app.engine.link import to_json

Sort: TypeAlias = Literal["time", "name", "action", "status", "cycle"]

_COLUMNS: Final = (
    "log.row, log.cycle, log.time, log.kind, log.action, log.status, log_names.text, log.source_id,"
    " log.target_id, log.steps, log.changes, log.code, log.reason, log.remedy, log.milliseconds"
)
_INSERT: Final = (
    "INSERT INTO log (row, cycle, time, kind, action, status, name_id, source_id, target_id, steps, "
    "changes, code,"
    " reason, remedy, milliseconds) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
)
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
EXPORT_COLUMNS: Final = (
    "row", "cycle", "time", "kind", "action", "status", "name", "source_id", "target_id",
    "steps", "changes", "code", "reason", "remedy", "milliseconds",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class LogFilter:
    """Which rows of the log are wanted. Empty fields let everything through.

    Attributes:
        status: one of the statuses.
        action: one of the actions.
        user: part of a name, in any letter case.
        cycle: one cycle's number; 0 for all.
    """

    status: str = ""
    action: str = ""
    user: str = ""
    cycle: int = 0


class Log:
    """The log's tables on one connection."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._last = 0

    def write(self, entries: list[LogEntry]) -> None:
        """Append rows, in the open transaction. Each entry's ``row`` is set."""
        ids = self._name_ids(entries)
        counted: dict[tuple[str, str], int] = {}
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
            fresh.append((entry.row, *_values(entry, name_id)))
            counted[entry.status, entry.action] = counted.get((entry.status, entry.action), 0) + 1
            named[name_id] = named.get(name_id, 0) + 1
        self._db.executemany(_INSERT, fresh)
        self._db.executemany(
            "INSERT INTO log_counts VALUES (?,?,?) ON CONFLICT DO UPDATE SET rows=rows+excluded.rows",
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
        counted: dict[tuple[str, str], int],
        fresh: list[tuple[object, ...]],
    ) -> bool:
        """Go on with the row that this person or group has in this cycle; False when there is none."""
        if fresh:  # what it goes on with may be among these
            self._db.executemany(_INSERT, fresh)
            fresh.clear()
        row = self._db.execute(
            f"SELECT {_COLUMNS} FROM log JOIN log_names ON log_names.id = log.name_id"
            " WHERE name_id=? ORDER BY log.row DESC LIMIT 1",
            (name_id,),
        ).fetchone()
        before = None if row is None else _entry(row)
        if before is None or (before.cycle, before.kind, before.source_id) != (
            entry.cycle,
            entry.kind,
            entry.source_id,
        ):
            return False
        counted[before.status, before.action] = counted.get((before.status, before.action), 0) - 1
        entry.row = before.row
        entry.steps = before.steps + entry.steps
        entry.changes = before.changes + entry.changes
        entry.milliseconds += before.milliseconds
        if before.action not in {"none", "other"}:
            entry.action = before.action
        if before.status in {"failure", "warning"} and entry.status == "success":
            entry.status, entry.code = before.status, before.code
            entry.reason, entry.remedy = before.reason, before.remedy
        counted[entry.status, entry.action] = counted.get((entry.status, entry.action), 0) + 1
        values = _values(entry, name_id)
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
        self._db.executemany("INSERT OR IGNORE INTO log_names (text) VALUES (?)", [(name,) for name in names])
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
        where, values = _where(wanted)
        order = "DESC" if descending else "ASC"
        # Rows are numbered in the order of time, so the row number sorts by time.
        columns = {"time": "log.row", "name": "log_names.text", "cycle": "log.row"}
        by = columns.get(sort, f"log.{sort}")
        ordering = f"{by} {order}" if by == "log.row" else f"{by} {order}, log.row {order}"
        rows = self._db.execute(
            f"SELECT {_COLUMNS} FROM log JOIN log_names ON log_names.id = log.name_id"
            f"{where} ORDER BY {ordering} LIMIT ? OFFSET ?",
            (*values, limit, offset),
        ).fetchall()
        return [_entry(row) for row in rows], self._total(wanted)

    def _total(self, wanted: LogFilter) -> int:
        if not wanted.user and not wanted.cycle:
            where, values = _where(wanted, "log_counts")
            found = self._db.execute(f"SELECT coalesce(sum(rows), 0) FROM log_counts{where}", values)
        elif wanted.user and not (wanted.status or wanted.action or wanted.cycle):
            found = self._db.execute(
                "SELECT coalesce(sum(rows), 0) FROM log_names WHERE text LIKE ? ESCAPE '!'",
                (_like(wanted.user),),
            )
        else:
            where, values = _where(wanted)
            found = self._db.execute(
                f"SELECT count(*) FROM log JOIN log_names ON log_names.id = log.name_id{where}", values
            )
        return int(found.fetchone()[0])

    def rows(self, wanted: LogFilter) -> Iterator[LogEntry]:
        """Every row that passes the filter, oldest first, read as it is asked for."""
        where, values = _where(wanted)
        for row in self._db.execute(
            f"SELECT {_COLUMNS} FROM log JOIN log_names ON log_names.id = log.name_id{where} ORDER BY "
            f"log.row",
            values,
        ):
            yield _entry(row)

    def export(self, path: Path, wanted: LogFilter, form: Literal["csv", "json"]) -> int:
        """Write the rows to a file and say how many there were. JSON is one object a line.

        In CSV every cell that a spreadsheet would run as a formula gets an apostrophe in front.
        """
        count = 0
        with path.open("w", encoding="utf-8-sig" if form == "csv" else "utf-8", newline="") as file:
            if form == "csv":
                csv.writer(file).writerow(EXPORT_COLUMNS)
            for entry in self.rows(wanted):
                file.write(csv_line(entry) if form == "csv" else json_line(entry))
                count += 1
        return count


def csv_line(entry: LogEntry) -> str:
    """One row as CSV, with formulas defused."""
    held: dict[str, Any] = asdict(entry)
    held["steps"] = "; ".join(f"{step.name}: {step.text}" for step in entry.steps)
    held["changes"] = "; ".join(
        f"{each.target}: {each.old or ''} -> {each.new or ''}" for each in entry.changes
    )
    line = io.StringIO()
    csv.writer(line).writerow([defused(held[column]) for column in EXPORT_COLUMNS])
    return line.getvalue()


def json_line(entry: LogEntry) -> str:
    """One row as a line of JSON."""
    return json.dumps(asdict(entry), ensure_ascii=False) + "\n"


def defused(cell: object) -> object:
    """A cell that no spreadsheet runs as a formula (OWASP, *CSV Injection*)."""
    if isinstance(cell, str) and cell.lstrip(" \n").startswith(_FORMULA):
        return "'" + cell
    return cell


def _like(text: str) -> str:
    escaped = text.replace("!", "!!").replace("%", "!%").replace("_", "!_")
    return f"%{escaped}%"


def _where(wanted: LogFilter, table: str = "log") -> tuple[str, list[object]]:
    clauses: list[str] = []
    values: list[object] = []
    for column, value in (("status", wanted.status), ("action", wanted.action), ("cycle", wanted.cycle)):
        if value:
            clauses.append(f"{table}.{column}=?")
            values.append(value)
    if wanted.user:
        clauses.append("log_names.text LIKE ? ESCAPE '!'")
        values.append(_like(wanted.user))
    return (" WHERE " + " AND ".join(clauses) if clauses else ""), values


def _values(entry: LogEntry, name_id: int) -> tuple[object, ...]:
    steps = [[step.name, step.status, step.text, step.details] for step in entry.steps]
    changes = [[each.target, each.old, each.new] for each in entry.changes]
    return (
        entry.cycle,
        entry.time,
        entry.kind,
        entry.action,
        entry.status,
        name_id,
        entry.source_id,
        entry.target_id,
        to_json(steps),
        to_json(changes),
        entry.code,
        entry.reason,
        entry.remedy,
        entry.milliseconds,
    )


def _entry(row: tuple[Any, ...]) -> LogEntry:
    number, cycle, time, kind, action, status, name, source_id, target_id = row[:9]
    steps, changes, code, reason, remedy, milliseconds = row[9:]
    return LogEntry(
        kind,
        action,
        status,
        name,
        source_id,
        target_id,
        [Step(*each) for each in json.loads(steps)],
        [Change(*each) for each in json.loads(changes)],
        code,
        reason,
        remedy,
        time,
        cycle,
        milliseconds,
        number,
    )
