"""The provisioning log as a file."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final, Literal

from app.engine.events import LogEntry

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
EXPORT_COLUMNS: Final = (
    "row", "cycle", "time", "kind", "action", "status", "name", "source_id", "target_id",
    "steps", "changes", "code", "reason", "remedy", "milliseconds", "answer",
)  # fmt: skip


def write_log(path: Path, entries: Iterable[LogEntry], form: Literal["csv", "json"]) -> int:
    """Write entries to a file and say how many there were. JSON is one object a line.

    In CSV every cell that a spreadsheet would run as a formula gets an apostrophe in front.
    """
    count = 0
    with path.open("w", encoding="utf-8-sig" if form == "csv" else "utf-8", newline="") as file:
        if form == "csv":
            csv.writer(file).writerow(EXPORT_COLUMNS)
        for entry in entries:
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
    held = {key: value for key, value in asdict(entry).items() if key in EXPORT_COLUMNS}
    return json.dumps(held, ensure_ascii=False) + "\n"


def defused(cell: object) -> object:
    """A cell that no spreadsheet runs as a formula (OWASP, *CSV Injection*)."""
    if isinstance(cell, str) and cell.lstrip(" \n").startswith(_FORMULA):
        return "'" + cell
    return cell
