"""A row of the provisioning log, as it lies in the database, and which rows are wanted."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

from app.engine.events import Change, LogEntry, Step
from app.setup.json_text import to_json

Sort: TypeAlias = Literal["time", "name", "action", "status", "cycle"]

COLUMNS: Final = (
    "log.row, log.cycle, log.time, log.kind, log.action, log.status, log_names.text, log.source_id,"
    " log.target_id, log.steps, log.changes, log.code, log.reason, log.remedy, log.milliseconds"
)
INSERT: Final = (
    "INSERT INTO log (row, cycle, time, kind, action, status, name_id, source_id, target_id, steps, "
    "changes, code,"
    " reason, remedy, milliseconds) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
)


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


def values_of_entry(entry: LogEntry, name_id: int) -> tuple[object, ...]:
    """The columns of a row, in the order of ``INSERT``."""
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


def entry_of_row(row: tuple[Any, ...]) -> LogEntry:
    """The entry of a row read with ``COLUMNS``."""
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
