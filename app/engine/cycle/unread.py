"""Rows of the source that could not be read: told at a cycle's end, and each as a row of the log."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from app.engine.events import ROW_UNREAD, LogEntry, Unread
from app.people.record import Directory
from app.scim.answer import shown

MOST: Final = 1000
"""Rows told at the end of one cycle. A file with more is wrong as a whole."""
_LENGTH: Final = 300


def unread_rows(directory: Directory) -> list[Unread]:
    """What could not be read of the last reading, in the order of the files. Texts are fit to be shown."""
    return [
        Unread(shown(Path(each.file).name, _LENGTH), each.line, shown(each.text, _LENGTH), _name(each))
        for each in directory.faults[:MOST]
    ]


def _name(fault: object) -> str:
    # A source that knows whose row it is says so; most faults are in the way of knowing it.
    return shown(str(getattr(fault, "name", "") or ""), _LENGTH)


def unread_entry(row: Unread) -> LogEntry:
    """The log row of a row that could not be read: what it is about is not known, so that is all there is."""
    entry = LogEntry("user", "none", "warning", row.title)
    entry.step("import", "warning", f"{row.place}: {row.text}")
    entry.code = ROW_UNREAD
    entry.reason = f"{row.place} could not be read whole: {row.text}"
    entry.remedy = "Repair this row in the source, and run again."
    return entry
