"""How the commands show what the engine's tasks end with: on-demand provisioning, drift, schedules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from app.tasks.engine_results import (
    DriftReport,
    OnDemandReport,
    PasswordState,
    ScheduleReport,
    StagedDeletions,
)
from app.tasks.events import Change
from app.tasks.results import FaultRow, Result

COLOURS = {"success": "green", "failure": "red", "warning": "yellow", "skipped": "dim", "planned": ""}
CHANGES_SHOWN = 5
ROWS_SHOWN = 20
"""Rows of one table of troubles; those who still have an access that should be gone are all named."""
_WHAT = {
    "missing": "missing in the app",
    "differs": "differs",
    "extra": "left over",
    "disabled": "disabled, and should not be",
    "enabled": "enabled, and should not be",
    "members": "members differ",
}
_STEPS = {
    "import": "Import",
    "scope": "Scope",
    "match": "Match",
    "export": "Action",
    "reference": "References",
}


def shown(result: Result) -> Iterator[RenderableType] | None:
    """What to print for a result of the engine's tasks; None for any other."""
    if isinstance(result, OnDemandReport):
        return _on_demand(result)
    if isinstance(result, DriftReport):
        return _drift(result)
    if isinstance(result, PasswordState):
        return _password(result)
    if isinstance(result, StagedDeletions):
        return _staged(result)
    if isinstance(result, ScheduleReport):
        return _schedule(result)
    return None


def engine_exit_code(result: Result) -> int:
    """0 done, 1 done with failures, or with something to look at."""
    if isinstance(result, OnDemandReport):
        return int(result.status == "failure" or result.action == "staged-delete" or bool(result.unread))
    if isinstance(result, DriftReport):
        return int(bool(result.total or result.failures or result.unread))
    if isinstance(result, PasswordState):
        # Memory ends with the command: nothing was kept that the next one could use.
        return int(result.where == "memory")
    if isinstance(result, StagedDeletions):
        return int(any(row.decision == "" for row in result.rows))
    return 0


def new_table(*headings: str) -> Table:
    """A table as all commands print it."""
    made = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for heading in headings:
        made.add_column(heading, overflow="fold")
    return made


def _on_demand(report: OnDemandReport) -> Iterator[RenderableType]:
    for number, step in enumerate(report.steps, start=1):
        lead = f"{number}. {_STEPS[step.name]}: "
        yield Text.assemble((lead, "bold"), (step.status, COLOURS[step.status]), f"  {step.text}")
        if step.details:
            details = new_table("", "")
            details.show_header = False
            for name, value in step.details.items():
                details.add_row(Text(name, "dim"), Text(value))
            yield Padding(details, (0, 0, 0, 3), expand=False)
    if report.changes:
        yield Text("Values", "bold")
        yield _changes(report.changes)
    for member in report.members:
        word = (member.status, COLOURS[member.status])
        yield Text.assemble(f"{member.name}: ", word, f"  {member.action} {member.reason}".rstrip())
        if member.answer:
            yield Padding(own_words_shown(member.answer), (0, 0, 0, 2), expand=False)
    yield Text(report.sentence, COLOURS[report.status])
    if report.remedy:
        yield Text.assemble(("What to do: ", "bold"), report.remedy, (f"  ({report.code})", "dim"))
    if report.answer:
        yield own_words_shown(report.answer)
    yield from unread_shown(report.unread)


def own_words_shown(answer: str) -> Text:
    """What the app itself said."""
    return Text.assemble(("The app's own words: ", "bold"), answer)


def unread_shown(rows: Sequence[FaultRow], *, everybody: bool = False) -> Iterator[RenderableType]:
    """Each row of the source that could not be read, by line with its reason."""
    shown = rows if everybody else rows[:ROWS_SHOWN]
    if not shown:
        return
    yield Text("Rows of the source that could not be read whole", "bold")
    table = new_table("File", "Line", "Name", "Why")
    for row in shown:
        table.add_row(Text(row.file), str(row.line or ""), Text(row.name), Text(row.text))
    yield table
    if (more := len(rows) - len(shown)) > 0:
        yield Text(f"and {more:,} more; --json names them, and so does the log", "dim")
    yield Text("Repair these rows in the source, and run again.", "yellow")


def _drift(report: DriftReport) -> Iterator[RenderableType]:
    if report.rows:
        rows = new_table("Id", "Name", "Difference", "In the app", "Should be")
        rows.columns[0].no_wrap = True  # it is there to be copied
        for row in report.rows:
            # Who is missing lacks every value; the first is the name, and the rest is in --json.
            most = 1 if row.what == "missing" else CHANGES_SHOWN
            first, *others = row.changes[:most] or [Change(target="")]
            what = _WHAT[row.what]
            rows.add_row(row.id, Text(row.name), what, _side(first, first.old), _side(first, first.new))
            for change in others:
                rows.add_row("", "", "", _side(change, change.old), _side(change, change.new))
            if (more := len(row.changes) - most) > 0 and row.what != "missing":
                rows.add_row("", "", "", Text(f"and {more:,} more", "dim"), "")
        yield rows
        if (more := report.total - len(report.rows)) > 0:
            yield Text(f"and {more:,} more", "dim")
    yield from unread_shown(report.unread)
    open_ones = report.total or report.failures or report.unread
    yield Text(report.sentence, "yellow" if open_ones else "green")
    if report.rows:
        yield Text("Repair one with --repair ID, or all with --repair-all.", "dim")
    yield Text(f"{report.requests:,} requests in {report.seconds:.1f} s", "dim")


def _password(state: PasswordState) -> Iterator[RenderableType]:
    words = {
        "keyring": "The password is kept in this computer's keyring.",
        "memory": "The password could not be kept. Put it in the variable ROLLCALL_MAIL_PASSWORD.",
        "environment": "The password comes from the variable ROLLCALL_MAIL_PASSWORD.",
        "nowhere": "No password is kept.",
    }
    yield Text(words[state.where])
    for note in state.notes:
        yield Text(note, "yellow")


def _schedule(report: ScheduleReport) -> Iterator[RenderableType]:
    done = "" if report.installed else " (removed)"
    for file in report.files:
        yield Text(f"{file.path}{done}", "bold")
        if report.installed:
            yield Padding(Text(file.text.rstrip()), (0, 0, 1, 2), expand=False)
    for command in report.commands:
        yield Text.assemble(("ran: ", "dim"), command)
    yield Text(report.sentence)


def _side(change: Change, value: str | None) -> Text:
    """One side of a difference; the name of the attribute stands with it."""
    if not change.target or value is None:
        return Text("")
    return Text(f"{change.target}: {value}")


def _changes(changes: list[Change]) -> Table:
    made = new_table("Attribute", "Before", "After")
    for change in changes:
        before = Text("nothing", "dim") if change.old is None else Text(change.old)
        after = Text("nothing", "dim") if change.new is None else Text(change.new)
        made.add_row(Text(change.target), before, after)
    return made


def _staged(held: StagedDeletions) -> Iterator[RenderableType]:
    if held.rows:
        table = new_table("Decision", "Action", "Name", "Since", "Why", "ID")
        words = {"": "waits", "allow": "allowed", "reject": "rejected"}
        for row in held.rows:
            cells = (words[row.decision], row.action, row.name, row.since, row.reason, row.id)
            table.add_row(*map(Text, cells))
        yield table
    yield Text(held.sentence)
