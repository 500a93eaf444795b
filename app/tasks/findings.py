"""Findings of *Test connection* as they go over the pipe, and back: windows hand in what they were told."""

from __future__ import annotations

from app.connection.finding import Advice, Finding, Severity, Verdict
from app.setup.redaction import secrets_seen
from app.tasks.events import CheckOutcome
from app.tasks.results import CheckVerdict, PlanChange


def as_outcome(said: Finding) -> CheckOutcome:
    """For the pipe. Blanked by the runner already; an app that repeats the token in a sentence of its own is
    caught here.
    """
    clean = secrets_seen.clean
    return CheckOutcome(
        id=said.id,
        title=said.title,
        group=said.group,
        verdict=said.verdict,
        severity=said.severity.value,
        code=said.code,
        outcome=clean(said.outcome),
        remedy=clean(said.remedy),
        sent=clean(said.sent),
        answered=clean(said.answered),
        seconds=said.seconds,
        fact=said.fact,
    )


def as_finding(told: CheckOutcome) -> Finding:
    """Back from the pipe."""
    values = told.model_dump(exclude={"event"})
    return Finding(**{**values, "severity": Severity(told.severity)})


def as_check_verdict(said: Verdict, level: str) -> CheckVerdict:
    """For the pipe."""
    clean = secrets_seen.clean
    return CheckVerdict(
        verdict=said.verdict,
        sentence=clean(said.sentence),
        level="write" if level == "write" else "read",
        advice=[clean(advice) for advice in said.advice],
        requests=said.requests,
        seconds=said.seconds,
        changes=[
            PlanChange(change=each.change, value=each.value, text=clean(each.text)) for each in said.changes
        ],
        figures=said.figures,
        leftovers=said.leftovers,
    )


def as_verdict(told: CheckVerdict) -> Verdict:
    """Back from the pipe."""
    values = told.model_dump(exclude={"level", "changes"})
    return Verdict(**values, changes=[Advice(**each.model_dump()) for each in told.changes])
