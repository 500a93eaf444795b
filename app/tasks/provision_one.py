"""On-demand provisioning: one person, or one group with up to five members, now and step by step."""

from __future__ import annotations

import asyncio
import time
from contextlib import aclosing

from pydantic import BaseModel, ConfigDict, Field

from app.engine.cycle.unread import unread_rows
from app.engine.events import CycleProgress
from app.engine.on_demand.choose import Chosen, choose_group, choose_person
from app.engine.on_demand.provision import Outcome, provision
from app.engine.state.store import Store
from app.people.record import Directory
from app.setup.problem import Problem
from app.tasks import convert
from app.tasks.context import Context
from app.tasks.engine_results import OnDemandReport
from app.tasks.headline import headline, is_carried_out
from app.tasks.registry import Said
from app.tasks.target import aim


class Params(BaseModel):
    """Whom: a person, or a group and some of its members; by name or object id."""

    model_config = ConfigDict(extra="forbid")

    person: str = ""
    group: str = ""
    members: list[str] = Field(default_factory=list)


async def run(context: Context, params: Params) -> Said:
    """Provision them; a plan that never ran, or is paused, can be tried this way as well."""
    began = time.monotonic()
    target = await aim(context)
    for notice in target.notices:
        yield notice
    # In a thread: a long file takes a second to search.
    chosen = await asyncio.to_thread(_choose, target.directory, params)
    with Store.open(context.state()) as store:
        async with target.client() as client:
            parts = (target.plan, target.profile, target.directory, client, store, context.control, chosen)
            async with aclosing(provision(*parts)) as said:
                async for item in said:
                    if isinstance(item, CycleProgress):
                        yield convert.progress(item)
                    elif isinstance(item, Outcome):
                        yield _report(item, time.monotonic() - began)


def _choose(directory: Directory, params: Params) -> Chosen:
    if bool(params.person.strip()) == bool(params.group.strip()):
        raise Problem(
            "NOBODY-CHOSEN",
            "On-demand provisioning needs one person or one group.",
            "Neither was chosen, or both were.",
            "Choose a person, or a group and up to five of its members.",
        )
    try:
        if params.group.strip():
            return choose_group(directory, params.group, params.members)
        return choose_person(directory, params.person)
    except Problem as problem:
        if problem.code not in {"NO-SUCH-PERSON", "NO-SUCH-GROUP"}:
            raise
        raise _perhaps_unread(problem, directory) from problem


def _perhaps_unread(problem: Problem, directory: Directory) -> Problem:
    """The same problem with the rows that could not be read: the one that was asked for may stand in them."""
    rows = unread_rows(directory)
    if not rows:
        return problem
    lines = "\n".join(f"{each.place}: {each.text}" for each in rows[:20])
    why = f"{len(rows):,} {'row' if len(rows) == 1 else 'rows'} of the source could not be read whole."
    remedy = f"Repair the rows in the details first. {problem.remedy}"
    return Problem(problem.code, problem.what, f"{problem.why} {why}", remedy, lines)


def _report(outcome: Outcome, seconds: float) -> OnDemandReport:
    row = convert.entry(outcome.entry)
    row = row.model_copy(update={"steps": convert.steps(outcome.steps)})
    status = "success" if row.status == "planned" else row.status
    done = is_carried_out([(step.name, step.status) for step in outcome.entry.steps])
    said = headline(row.name, row.action, status, carried_out=done)
    return OnDemandReport(
        name=row.name,
        kind=row.kind,
        action=row.action,
        status=status,
        sentence=f"{said} {row.reason}".rstrip(),
        steps=row.steps,
        changes=row.changes,
        members=[convert.entry(each) for each in outcome.members],
        source_id=row.source_id,
        target_id=row.target_id,
        code=row.code,
        remedy=row.remedy,
        answer=row.answer,
        unread=convert.unread(outcome.end.unread),
        seconds=round(seconds, 3),
    )
