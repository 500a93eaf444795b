"""The five steps of on-demand provisioning as the portal shows them, each with its details.

Source: Microsoft, "On-demand provisioning": import user, determine if user is in scope, match user between
source and target system, perform action; and what refers to others, which Entra's log calls references.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from app.engine.cycle.compare import shown
from app.engine.events import LogEntry, Step, StepName
from app.engine.rules.scoping import Decision
from app.people.record import Record, Value

ORDER: Final[tuple[StepName, ...]] = ("import", "scope", "match", "export", "reference")
_ACTIONS: Final = {
    "create": "Create",
    "update": "Update",
    "disable": "Disable",
    "delete": "Delete",
    "staged-delete": "Held back by the deletion guard",
    "other": "Settle an interrupted run",
    "none": "None",
}


@dataclass(frozen=True, slots=True)
class Before:
    """What held before the run.

    Attributes:
        account: the app's id of the linked object; empty when there was no link.
        matching: the matching attributes with their values, in order of precedence.
        members: how many members of a group were chosen.
    """

    record: Record
    decision: Decision
    account: str
    matching: tuple[tuple[str, Value], ...]
    members: int


def told_steps(entry: LogEntry, before: Before) -> list[Step]:
    """All five steps in order: those that the log row has, with details; the others as skipped."""
    steps: list[Step] = []
    for name in ORDER:
        taken = [Step(each.name, each.status, each.text, dict(each.details)) for each in entry.steps]
        taken = [each for each in taken if each.name == name] or [_not_taken(name, entry, before)]
        details = _details(name, entry, before)
        # The details are those of the step as a whole, so they stand with its end.
        taken[-1].details = {**details, **taken[-1].details}
        steps += taken
    return steps


def _details(name: StepName, entry: LogEntry, before: Before) -> dict[str, str]:
    if name == "import":
        values = {key: shown(value) for key, value in sorted(before.record.attributes.items())}
        return {"Object ID": before.record.id, **values}
    if name == "scope":
        return before.decision.details
    if name == "match":
        found = bool(entry.target_id) and entry.action != "create"
        account = {"Target object ID": entry.target_id} if found else {}
        pairs = ", ".join(f"{target} = {shown(value)}" for target, value in before.matching)
        return {"Matching attributes": pairs or "None has a value", **account}
    if name == "export":
        account = {"Target object ID": entry.target_id} if entry.target_id else {}
        return {"Action": _ACTIONS[entry.action], **account}
    return {}


def _not_taken(name: StepName, entry: LogEntry, before: Before) -> Step:
    """A step that the cycle had no need of, and why."""
    if name == "import":
        return Step(name, "success", "Read from the source.")
    if name == "scope":
        return Step(name, "success", before.decision.reason)
    if name == "match":
        return _no_match(entry, before)
    if name == "export":
        return Step(name, "skipped", entry.reason or "Nothing was sent.")
    if before.record.kind == "group":
        text = "The chosen members are set already." if before.members else "No members were chosen."
        return Step(name, "skipped", text if entry.status != "failure" else "Not reached.")
    has_manager = bool(before.record.attributes.get("manager"))
    text = "The manager is not mapped, not in the app yet, or set already." if has_manager else "No manager."
    return Step(name, "skipped", text)


def _no_match(entry: LogEntry, before: Before) -> Step:
    scoped = [step for step in entry.steps if step.name == "scope"]
    if not before.decision.in_scope or (scoped and scoped[-1].status != "success"):
        if before.account:
            return Step("match", "success", "Linked to this object of the app by an earlier run.")
        return Step("match", "skipped", "Not looked for in the app.")
    if before.account:
        text = "Linked to this object of the app by an earlier run; it was read from the app."
        return Step("match", "success", text)
    return Step("match", "skipped", "Not looked for in the app.")
