"""How the commands show what the engine's tasks end with: on-demand provisioning, drift, schedules."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from app.tasks.engine_results import OnDemandReport
from app.tasks.events import Change
from app.tasks.results import Result

COLOURS = {"success": "green", "failure": "red", "warning": "yellow", "skipped": "dim", "planned": ""}
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
    return None


def engine_exit_code(result: Result) -> int:
    """0 done, 1 done with failures, or with something to look at."""
    if isinstance(result, OnDemandReport):
        return int(result.status == "failure" or result.action == "staged-delete")
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
    yield Text(report.sentence, COLOURS[report.status])
    if report.remedy:
        yield Text.assemble(("What to do: ", "bold"), report.remedy, (f"  ({report.code})", "dim"))


def _changes(changes: list[Change]) -> Table:
    made = new_table("Attribute", "Before", "After")
    for change in changes:
        before = Text("nothing", "dim") if change.old is None else Text(change.old)
        after = Text("nothing", "dim") if change.new is None else Text(change.new)
        made.add_row(Text(change.target), before, after)
    return made
