"""The road from a plan to provisioning that runs in a tenant: the steps one after another.

Going on after a cut, for whatever reason, is walking the road again: each step looks at what is there and
does only what is still to be done; the journal tells what was sent and never answered.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal, TypeAlias

from app.entra.planned_call import PlannedCall
from app.entra.road_journal import Entry, Journal
from app.entra.steps import (
    application,
    assign,
    connection,
    credentials,
    job,
    mappings,
    roles,
    start,
    template,
)
from app.entra.steps.step import Note, Step, Travel
from app.entra.wish import Facts, Wish
from app.setup.problem import Problem

STEPS: Final[tuple[Step, ...]] = (
    application.STEP,
    template.STEP,
    connection.STEP,
    job.STEP,
    credentials.STEP,
    mappings.STEP,
    roles.STEP,
    assign.STEP,
    start.STEP,
)

State: TypeAlias = Literal["waiting", "running", "done", "failed", "skipped"]


@dataclass(frozen=True, slots=True)
class RoadEvent:
    """A step began, said something, or ended. ``note`` is what it said, beside its state."""

    step: str
    title: str
    state: State
    text: str = ""
    level: Literal["info", "warning"] = "info"
    code: str = ""


@dataclass(slots=True)
class RoadEnd:
    """How the walk ended.

    Attributes:
        steps: the last event of each step, in order.
        created: what the run has made, in words, newest last.
        problem: why it ended before its end; None where it did not.
    """

    state: Literal["done", "failed", "undone"]
    steps: list[RoadEvent] = field(default_factory=list)
    created: list[str] = field(default_factory=list)
    sentence: str = ""
    problem: Problem | None = None


RoadSaid: TypeAlias = AsyncGenerator[RoadEvent | RoadEnd, None]


def steps_for(wish: Wish) -> list[Step]:
    """The steps that a setup has."""
    return [step for step in STEPS if step.needed(wish)]


def planned_calls(wish: Wish, facts: Facts | None = None) -> list[PlannedCall]:
    """Every call in order, secrets blanked; nothing is sent. Ids are there as far as they are known."""
    return [call for step in steps_for(wish) for call in step.calls(wish, facts or Facts())]


def choice_of(wish: Wish, tenant: str) -> dict[str, str]:
    """What a run is about."""
    entra = wish.plan.entra
    name = "" if entra.application else wish.application_name
    return {"tenant": tenant, "application": entra.application, "name": name}


def open_journal(folder: Path, wish: Wish, tenant: str, *, resume: bool) -> Journal:
    """The run to go on with, or a new one.

    Raises:
        Problem: an earlier run was cut and is not asked to go on, or was about something else.
    """
    journal = Journal.read(folder)
    choice = choice_of(wish, tenant)
    if journal is None or journal.state == "undone":
        return Journal.begin(folder, choice)
    if journal.state == "undoing":
        raise Problem(
            "ROAD-UNDOING",
            "Taking back an earlier setup of this plan was cut before its end.",
            "Part of what it had made may still be in the tenant.",
            "Choose Undo once more, then set it up anew.",
        )
    # Naming the app that this plan itself has added is no other choice.
    own = bool(choice["application"]) and choice["application"] == journal.facts.service_principal
    compared = ("tenant",) if own else tuple(choice)
    if any(journal.choice.get(key) and choice[key] != journal.choice[key] for key in compared):
        raise Problem(
            "ROAD-OTHER-APP",
            "This plan has set up another app, or the app in another tenant, before.",
            "Rollcall's notes of that would be lost, and with them the means to take it back.",
            "Choose Undo for the earlier setup, or save this plan under another name and set that up.",
            f"then: {_words(journal.choice)}; now: {_words(choice)}",
        )
    if journal.state in {"running", "failed"} and journal.entries and not resume:
        raise Problem(
            "ROAD-UNFINISHED",
            "An earlier setup of this plan was cut before its end.",
            "Part of it is in the tenant already.",
            "Choose Resume to go on, or Undo to take it back.",
        )
    return journal


def _words(choice: Mapping[str, str]) -> str:
    return ", ".join(f"{key} {value}" for key, value in choice.items() if value)


async def apply(travel: Travel) -> RoadSaid:
    """Walk the road; the last thing said is a RoadEnd. Whatever is no Problem goes through, and can be
    resumed from."""
    journal = travel.journal
    steps = steps_for(travel.wish)
    last = {step.name: RoadEvent(step.name, step.title, "waiting") for step in steps}
    sent = len(journal.entries)
    if journal.state != "done":
        journal.put("running")
    for event in last.values():
        yield event
    for step in steps:
        try:
            async for event in _walk(travel, step):
                last[step.name] = event
                yield event
        except Problem as problem:
            if journal.state != "done" or len(journal.entries) > sent:
                journal.put("failed")
            failed = RoadEvent(step.name, step.title, "failed", problem.what, code=problem.code)
            last[step.name] = failed
            yield failed
            yield _failed(travel, list(last.values()), step, problem)
            return
    journal.put("done")
    yield RoadEnd("done", list(last.values()), created(journal), _done_sentence(travel))


async def _walk(travel: Travel, step: Step) -> AsyncIterator[RoadEvent]:
    yield RoadEvent(step.name, step.title, "running")
    said = Note("")
    async for note in step.do(travel):
        said = note
        yield RoadEvent(step.name, step.title, "running", note.text, note.level, note.code)
    await step.verify(travel)
    yield RoadEvent(step.name, step.title, "done", said.text, said.level, said.code)


def _done_sentence(travel: Travel) -> str:
    if travel.wish.start:
        return "Provisioning is set up and runs. The initial cycle takes longest; watch it in the monitor."
    return "Provisioning is set up and not started. Try one or two people on demand, then start it."


def _failed(travel: Travel, steps: Sequence[RoadEvent], step: Step, problem: Problem) -> RoadEnd:
    done = [each.title for each in steps if each.state == "done"]
    left = [each.title for each in steps if each.state == "waiting"]
    sentence = f"It stopped at: {step.title}. {problem.what}"
    if done:
        sentence += f" Done: {'; '.join(done)}."
    if left:
        sentence += f" Not done: {'; '.join(left)}."
    return RoadEnd("failed", list(steps), created(travel.journal), sentence, problem)


def created(journal: Journal) -> list[str]:
    """What the run has made and not taken back, in words."""
    words = {
        "application": "Enterprise app {name}",
        "job": "Provisioning job {job}",
        "assignment": "Assignment of {name}",
        "role": "App roles",
    }
    made = [entry for entry in journal.entries if entry.state == "done" and entry.kind in words]
    return [words[entry.kind].format_map(_Blank(entry.made)) for entry in made]


class _Blank(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return ""


async def undo(travel: Travel) -> RoadSaid:
    """Take back what the run made, newest first; the last thing said is a RoadEnd. Can be repeated."""
    journal = travel.journal
    journal.put("undoing")
    owners = {kind: step for step in STEPS for kind in step.kinds}
    said: list[RoadEvent] = []
    for entry in reversed(journal.entries):
        step = owners.get(entry.kind)
        if step is None or entry.state not in {"about", "done"}:
            continue
        try:
            text = await _undo_one(travel, step, entry)
        except Problem as problem:
            said.append(RoadEvent(step.name, step.title, "failed", problem.what, code=problem.code))
            yield said[-1]
            left = created(journal)
            sentence = f"It stopped before all was taken back. {problem.what}"
            sentence += f" Still there: {', '.join(left)}." if left else ""
            yield RoadEnd("failed", said, left, sentence, problem)
            return
        if text:
            said.append(RoadEvent(step.name, step.title, "done", text))
            yield said[-1]
    journal.put("undone")
    kept = any(entry.state == "kept" for entry in journal.entries)
    sentence = "What this plan had set up in the tenant is taken back" + (
        ", but for what is said above." if kept else "."
    )
    yield RoadEnd("undone", said, [], sentence)


async def _undo_one(travel: Travel, step: Step, entry: Entry) -> str:
    text = await step.undo(travel, entry)
    if entry.state in {"about", "done"}:
        travel.journal.settle(entry, "undone")
    return text
