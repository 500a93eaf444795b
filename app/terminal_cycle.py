"""How the commands name everybody whom a cycle did not bring to a good end: failed, warned, waiting, unread.

Names, reasons and the app's own words come from files and servers: none of them is read as markup.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from app.engine.events import ROW_UNREAD
from app.tasks.events import Entry
from app.tasks.results import CycleSummary, StatusReport, WaitingRow
from app.terminal_engine import COLOURS, ROWS_SHOWN, new_table, own_words_shown, unread_shown
from app.terminal_preview import changes_of

_DEPARTURES: Final = ("disable", "delete")
_SUBJECTS: Final = {"members": " (its members)", "manager": " (the manager)"}


def entries_shown(rows: Sequence[Entry]) -> Table:
    """Rows of the provisioning log: what was done, or why not, what to do, and the app's own words."""
    table = new_table("Time", "Action", "Status", "Name", "What")
    for row in rows:
        what = row.reason or changes_of(row)
        if row.remedy and row.status in {"failure", "warning"}:
            what = f"{what} What to do: {row.remedy}"
        status = Text(row.status, COLOURS[row.status])
        table.add_row(Text(row.time), Text(row.action), status, Text(row.name), with_answer(what, row.answer))
    return table


def with_answer(text: str, answer: str) -> Text:
    """A sentence with the app's own words below it."""
    return Text.assemble(text, "\n", own_words_shown(answer)) if answer else Text(text)


def troubles_shown(rows: Sequence[Entry], *, everybody: bool = False) -> Iterator[RenderableType]:
    """Those who failed, and those with a warning; who should have lost an access comes first."""
    for status, lead in (("failure", "failures"), ("warning", "warnings")):
        found = [row for row in rows if row.status == status]
        found.sort(key=lambda row: row.action not in _DEPARTURES)
        shown = found if everybody else found[:ROWS_SHOWN]
        if shown:
            yield entries_shown(shown)
        if (more := len(found) - len(shown)) > 0:
            command = f"`rollcall log PLAN --status {status}` lists all"
            yield Text(f"and {more:,} more {lead}; {command}", "dim")


def is_trouble(row: Entry) -> bool:
    """Whether a row belongs to :func:`troubles_shown`: others are named by the guard's list or by line."""
    if row.status == "warning":
        return row.action != "staged-delete" and row.code != ROW_UNREAD
    return row.status == "failure"


def open_shown(report: CycleSummary | StatusReport, *, everybody: bool = False) -> Iterator[RenderableType]:
    """Who waits in escrow, and which rows of the source could not be read."""
    yield from waiting_shown(report.waiting, everybody=everybody)
    yield from unread_shown(report.unread, everybody=everybody)


def waiting_shown(rows: Sequence[WaitingRow], *, everybody: bool = False) -> Iterator[RenderableType]:
    """Who waits, all who should have lost an access first."""
    leaving = sum(row.leaving for row in rows)
    shown = rows if everybody else rows[: max(ROWS_SHOWN, leaving)]
    if not shown:
        return
    yield Text("Not done yet, to be tried again", "bold")
    table = new_table("Name", "Since", "Next try", "Why")
    for row in shown:
        lead = "Still has an access that should be gone. " if row.leaving else ""
        why = f"{lead}{row.reason or row.code}" + (f" What to do: {row.remedy}" if row.remedy else "")
        name = Text(row.name + _SUBJECTS.get(row.subject, ""), "red" if row.leaving else "")
        tried = row.next_try or "when its source row changes"
        table.add_row(name, Text(row.since), Text(tried), with_answer(why, row.answer))
    yield table
    if (more := len(rows) - len(shown)) > 0:
        yield Text(f"and {more:,} more; --json names them", "dim")
