"""A row of the provisioning log, as it lies in the database, and which rows are wanted."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Literal, TypeAlias

from app.engine.events import Change, LogEntry, Step
from app.engine.state.many_rows import Statement, many
from app.setup.json_text import kept_json, to_json

Sort: TypeAlias = Literal["time", "name", "action", "status", "cycle"]

COLUMNS: Final = (
    "log.row, log.cycle, log.time, log.kind, log.action, log.status, log_names.text, log.source_id,"
    " log.target_id, log.steps, log.changes, log.code, log.reason, log.remedy, log.milliseconds, log.answer"
)
_NAMES: Final = (
    "cycle", "time", "kind", "action", "status", "name_id", "source_id", "target_id", "steps", "changes",
    "code", "reason", "remedy", "milliseconds", "answer",
)  # fmt: skip
# The number of a name is looked up where the row is written.
_NAME_ID: Final = "(SELECT id FROM log_names WHERE folded=? AND text=?)"
_MARKS: Final = [_NAME_ID if name == "name_id" else "?" for name in _NAMES]
UPDATE: Final = (
    f"UPDATE log SET {', '.join(f'{name}={mark}' for name, mark in zip(_NAMES, _MARKS, strict=True))}"
    " WHERE row=?"
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

    @property
    def sought(self) -> str:
        """The text as it is looked for. What cannot be written as UTF-8 is in no name."""
        return self.user.casefold().encode(errors="surrogatepass").decode(errors="replace")


@lru_cache(maxsize=256)
def _plain_step(name: str, status: str, text: str) -> str:
    """A step without details as it is kept; most of them read the same for everybody."""
    return to_json([name, status, text, {}])


def insertions(rows: list[tuple[object, ...]]) -> Iterator[Statement]:
    """What inserts rows: their numbers, and the values of their entries. Their names must be there."""
    return many(f"INSERT INTO log (row, {', '.join(_NAMES)})", rows, marks=",".join(["?", *_MARKS]))


def values_of_entry(entry: LogEntry) -> tuple[object, ...]:
    """The values of a row but its number, as ``insertions`` and ``UPDATE`` take them."""
    steps = ",".join(
        [
            to_json([step.name, step.status, step.text, step.details])
            if step.details
            else _plain_step(step.name, step.status, step.text)
            for step in entry.steps
        ]
    )
    # Of an object that was made: its values, and not a list of changes from nothing.
    changes: object = entry.created
    if changes is None:
        changes = [[each.target, each.old, each.new] for each in entry.changes]
    return (
        entry.cycle,
        entry.time,
        entry.kind,
        entry.action,
        entry.status,
        entry.name.casefold(),
        entry.name,
        entry.source_id,
        entry.target_id,
        f"[{steps}]",
        kept_json(changes),
        entry.code,
        entry.reason,
        entry.remedy,
        entry.milliseconds,
        entry.answer,
    )


def entry_of_row(row: tuple[Any, ...]) -> LogEntry:
    """The entry of a row read with ``COLUMNS``."""
    number, cycle, time, kind, action, status, name, source_id, target_id = row[:9]
    steps, changes, code, reason, remedy, milliseconds, answer = row[9:]
    changed = json.loads(changes)
    entry = LogEntry(
        kind,
        action,
        status,
        name,
        source_id,
        target_id,
        [Step(*each) for each in json.loads(steps)],
        [] if isinstance(changed, dict) else [Change(*each) for each in changed],
        code,
        reason,
        remedy,
        time,
        cycle,
        milliseconds,
        number,
        answer=answer,
    )
    if isinstance(changed, dict):
        entry.all_new(changed)
    return entry
