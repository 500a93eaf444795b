"""Rows of the service's log as Rollcall shows them: one row for tables, and the portal's four tabs."""

from __future__ import annotations

from typing import Final

from app.engine.events import Action, LogEntry, Step, StepName, StepStatus
from app.engine.events import Change as EngineChange
from app.entra.error_advice import advice_for
from app.entra.provisioning_log import LogChange, LogRow, LogStep
from app.entra.times import write_time
from app.tasks import convert
from app.tasks.entra_results import EntraLogRow, EntraStep, Pair, Troubleshooting
from app.tasks.events import Change

ACTIONS: Final[dict[str, Action]] = {
    "create": "create",
    "update": "update",
    "disable": "disable",
    "delete": "delete",
    "stagedDelete": "staged-delete",
}
_STEPS: Final[dict[str, StepName]] = {
    "import": "import",
    "scoping": "scope",
    "matching": "match",
    "export": "export",
    "referenceResolution": "reference",
}
STATUSES: Final[dict[str, StepStatus]] = {
    "success": "success",
    "failure": "failure",
    "skipped": "skipped",
    "warning": "warning",
}


def log_entry(row: LogRow) -> LogEntry:
    """A row as Rollcall's own log has it, so that tables and files can treat both alike."""
    advice = advice_for(row.code)
    why = " ".join(row.skipped_because)
    # "Other" is the service's word for having done nothing.
    nothing: Action = "none" if row.status == "skipped" else "other"
    return LogEntry(
        kind="group" if row.is_group else "user",
        action=ACTIONS.get(row.action, nothing),
        status=STATUSES.get(row.status, "warning"),
        name=row.person,
        source_id=row.source.id,
        target_id=row.target.id,
        steps=plain_steps(row.steps),
        changes=[EngineChange(each.name, each.old, each.new) for each in row.changes],
        code=row.code,
        reason=why or row.reason or (advice.cause if advice else ""),
        remedy=row.recommended or (advice.fix if advice and row.status != "skipped" else ""),
        time=write_time(row.time),
        milliseconds=row.milliseconds,
    )


def plain_steps(steps: list[LogStep]) -> list[Step]:
    """Steps by the names that Rollcall's own log has; what has none of them is in the tab *Steps* alone."""
    return [
        Step(
            _STEPS[step.type],
            STATUSES.get(step.status, "warning"),
            step.text or step.name,
            dict(step.details),
        )
        for step in steps
        if step.type in _STEPS
    ]


def changes(told: list[LogChange]) -> list[Change]:
    """The tab *Modified properties*."""
    return [Change(target=each.name, old=each.old, new=each.new) for each in told]


def log_row(row: LogRow) -> EntraLogRow:
    """A row with its four tabs."""
    return EntraLogRow(
        id=row.id,
        entry=convert.entry(log_entry(row)),
        action=row.action,
        status=row.status,
        steps=[
            EntraStep(
                name=step.name, kind=step.type, status=step.status, text=step.text, details=step.details
            )
            for step in row.steps
        ],
        troubleshooting=_troubleshooting(row),
        changes=changes(row.changes),
        summary=_summary(row),
    )


def _troubleshooting(row: LogRow) -> Troubleshooting:
    advice = advice_for(row.code)
    return Troubleshooting(
        code=row.code,
        reason=row.reason,
        category=row.category,
        cause=advice.cause if advice else "",
        fix=advice.fix if advice else "",
        recommended=row.recommended,
        again=advice.again if advice else None,
        why=row.skipped_because,
    )


def _summary(row: LogRow) -> list[Pair]:
    pairs = [
        ("Action", row.action),
        ("Status", row.status),
        ("Time", write_time(row.time)),
        ("Took", f"{row.milliseconds / 1000:.1f} s"),
        ("In the source", row.source.name),
        ("Source id", row.source.id),
        ("In the app", row.target.name),
        ("Id in the app", row.target.id),
        ("From", row.source_system),
        ("To", row.target_system),
        ("Initiated by", row.initiator),
        ("Job", row.job),
        ("Cycle", row.cycle),
        ("Change", row.change),
    ]
    return [Pair(name=name, value=value) for name, value in pairs if value]
