"""From the engine's plain dataclasses to the models that go over the pipe and out of ``--json``."""

from __future__ import annotations

from dataclasses import asdict

from app.engine.events import Change as EngineChange
from app.engine.events import CycleEnd, CycleEvent, CycleProgress, LogEntry, Unread, Waiting
from app.engine.events import Step as EngineStep
from app.tasks.events import Change, Entry, Event, Notice, Progress, Step
from app.tasks.results import CycleSummary, FaultRow, Result, WaitingRow


def told(said: CycleEvent) -> list[Event | Result]:
    """What to tell of one event of a cycle."""
    if isinstance(said, CycleProgress):
        return [progress(said)]
    if isinstance(said, LogEntry):
        return [entry(said)]
    notices = [Notice(level="warning", code="PLAN-WARNING", text=text) for text in said.warnings]
    if (problem := said.problem) is not None:
        notices.append(Notice(level="error", code=problem.code, text=str(problem), details=problem.details))
    return [*notices, summary(said)]


def progress(said: CycleProgress) -> Progress:
    """How far a cycle is."""
    return Progress(
        text=said.text,
        done=said.done,
        total=said.total,
        counts=dict(said.counts),
        seconds_left=said.seconds_left,
    )


def entry(said: LogEntry) -> Entry:
    """One row of the provisioning log."""
    return Entry(
        time=said.time,
        cycle=said.cycle,
        kind=said.kind,
        action=said.action,
        status=said.status,
        name=said.name,
        source_id=said.source_id,
        target_id=said.target_id,
        steps=steps(said.steps),
        changes=changes(said.changes),
        code=said.code,
        reason=said.reason,
        remedy=said.remedy,
        milliseconds=said.milliseconds,
        row=said.row,
        answer=said.answer,
    )


def steps(said: list[EngineStep]) -> list[Step]:
    """The steps of a row."""
    return [Step(name=step.name, status=step.status, text=step.text, details=step.details) for step in said]


def changes(said: list[EngineChange]) -> list[Change]:
    """The changes of a row."""
    return [Change(target=change.target, old=change.old, new=change.new) for change in said]


def summary(said: CycleEnd) -> CycleSummary:
    """How a cycle ended."""
    problem = said.problem
    return CycleSummary(
        cycle=said.cycle,
        kind=said.kind,
        state=said.state,
        began=said.began,
        ended=said.ended,
        seconds=said.seconds,
        counts=said.counts,
        failures=said.failures,
        requests=said.requests,
        guarded=said.guarded,
        sentence=said.sentence,
        code=problem.code if problem else "",
        remedy=problem.remedy if problem else "",
        unread=unread(said.unread),
        waiting=waiting(said.waiting),
    )


def unread(said: list[Unread]) -> list[FaultRow]:
    """The rows of the source that could not be read."""
    return [FaultRow(file=each.file, line=each.line, text=each.text, name=each.name) for each in said]


def waiting(said: list[Waiting]) -> list[WaitingRow]:
    """Those in escrow."""
    return [WaitingRow(**asdict(each)) for each in said]
