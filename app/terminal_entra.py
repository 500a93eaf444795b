"""How the commands show what is said of Microsoft Entra: the road's steps, its calls, apps to choose from."""

from __future__ import annotations

import json
from collections.abc import Iterator

from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from app.tasks.entra_results import AppChoices, AssignedList, CallList, PlannedCall, RoadReport
from app.tasks.events import RoadStep
from app.tasks.results import Result
from app.terminal_engine import new_table
from app.terminal_tenant import tenant_exit_code, tenant_shown

_STATES = {"done": "green", "failed": "red", "running": "", "waiting": "dim", "skipped": "dim"}


def step_line(step: RoadStep) -> Text | None:
    """One line for what a step said; None where there is nothing new to say."""
    if step.state == "waiting" or (step.state == "running" and not step.text):
        return None
    colour = "yellow" if step.level == "warning" else _STATES[step.state]
    word = step.state.upper() if step.state in {"done", "failed"} else "..."
    # What a step said last was shown when it said it.
    text = f"  {step.text}" if step.text and step.state != "done" else ""
    return Text.assemble((f"{word:<7}", colour), step.title, (text, colour))


def entra_shown(result: Result) -> Iterator[RenderableType] | None:
    """What to print for a result of these tasks; None for any other."""
    if isinstance(result, RoadReport):
        return _road(result)
    if isinstance(result, CallList):
        return _calls(result)
    if isinstance(result, AppChoices):
        return _apps(result)
    if isinstance(result, AssignedList):
        return _assigned(result)
    return tenant_shown(result)


def entra_exit_code(result: Result) -> int:
    """0 done, 1 not done."""
    return int(isinstance(result, RoadReport) and result.state == "failed") or tenant_exit_code(result)


def _road(report: RoadReport) -> Iterator[RenderableType]:
    if report.created and report.state != "undone":
        yield Text("Made by this plan: " + "; ".join(report.created))
    yield Text(report.sentence, "red" if report.state == "failed" else "green")
    if report.why:
        yield Padding(Text.assemble(("Why: ", "bold"), report.why), (0, 0, 0, 2), expand=False)
    if report.remedy:
        told = Text.assemble(("What to do: ", "bold"), report.remedy, (f"  ({report.code})", "dim"))
        yield Padding(told, (0, 0, 0, 2), expand=False)


def _calls(calls: CallList) -> Iterator[RenderableType]:
    step = ""
    for number, call in enumerate(calls.rows, start=1):
        if call.step != step:
            step = call.step
            yield Text(call.title, "bold")
        yield from _call(number, call)
    yield Text(calls.sentence)


def _call(number: int, call: PlannedCall) -> Iterator[RenderableType]:
    yield Text.assemble(
        f"{number:>3}. ", (f"{call.method} {call.path}", "yellow" if call.changes else ""), style=""
    )
    about = call.why + (f" Only {call.when}." if call.when else "")
    yield Padding(Text(about, "dim"), (0, 0, 0, 5), expand=False)
    if call.body is not None:
        yield Padding(Text(json.dumps(call.body, ensure_ascii=False)), (0, 0, 0, 5), expand=False)


def _apps(choices: AppChoices) -> Iterator[RenderableType]:
    if choices.gallery:
        made = new_table("In the gallery", "Publisher", "Provisioning", "")
        for app in choices.gallery:
            note = f"given up on {app.deprecated}" if app.deprecated else ""
            cells = (app.name, app.publisher, "yes" if app.provisioning else "no", note)
            made.add_row(*(Text(cell) for cell in cells))
        yield made
    if choices.existing:
        made = new_table("In the tenant", "Object id", "Single sign-on")
        for one in choices.existing:
            made.add_row(Text(one.name), Text(one.id), Text(one.sso or "not set"))
        yield made
    if not choices.gallery and not choices.existing:
        yield Text("No app of this name, neither in the gallery nor in the tenant.")
    if choices.advice:
        yield Text(choices.advice, "dim")


def _assigned(assigned: AssignedList) -> Iterator[RenderableType]:
    made = new_table("Kind", "Name", "Role", "Id")
    for row in assigned.rows:
        made.add_row(
            Text(row.kind), Text(row.name), Text(assigned.roles.get(row.role, row.role)), Text(row.id)
        )
    yield made
    yield Text(assigned.sentence)
