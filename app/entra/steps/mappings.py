"""Mappings, filters and actions: the job's schema is read, changed in place, and replaced whole."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any, Final

from app.entra.graph import Found
from app.entra.patience import comes_true
from app.entra.planned_call import PlannedCall, Planner
from app.entra.road_journal import Entry
from app.entra.schema import (
    SchemaChange,
    apply_plan,
    find_mapping,
    put_schema,
    read_schema,
    schema_path,
    sendable,
    wanted_expressions,
)
from app.entra.schema_file import load_schema, save_schema
from app.entra.schema_scope import Operators, filters_of, read_operators, scope_of
from app.entra.schema_sources import direct, parse, question
from app.entra.steps.step import Note, Said, Step, Travel
from app.entra.synchronization_job import counts_of, jobs_path
from app.entra.times import read_time
from app.entra.wish import Facts, Wish
from app.setup.problem import Problem

NAME: Final = "mappings"
TITLE: Final = "Put mappings and scoping filters into the job"
_SHOWN: Final = 12


def calls(wish: Wish, facts: Facts) -> list[PlannedCall]:
    """What would be sent. Which expressions are asked about depends on what the schema has already."""
    plan = Planner(NAME, TITLE)
    principal = wish.plan.entra.application or facts.named("service_principal")
    at = f"/servicePrincipals/{principal}/synchronization/jobs/{facts.named('job')}/schema"
    made = [plan.look(at, "Read the job's mappings; they are changed in place, and kept beside the plan.")]
    if wish.plan.scope.filters:
        made.append(plan.look(f"{at}/filterOperators", "Read how the service spells filter operators."))
    for expression in dict.fromkeys(row.source for row in [*wish.users(), *wish.groups()] if row.source):
        if not direct(expression):
            why = "Have the service parse the expression and try it on a made-up person; compare the outcome."
            when = "when the job does not have this expression already"
            made.append(plan.ask(f"{at}/parseExpression", question(expression), why, when=when))
    made.append(
        plan.change("PUT", at, _outline(wish), "Replace the mappings whole.", when="when anything differs")
    )
    made.append(plan.look(at, "Read them back."))
    return made


def _outline(wish: Wish) -> dict[str, Any]:
    """What the plan decides of a schema; all else in it stays as it is read."""
    rows = [
        {
            "targetAttributeName": row.target,
            "source": {"expression": row.source},
            "matchingPriority": row.matching,
        }
        for row in wish.users()
    ]
    scope = scope_of(wish.plan.scope.filters, Operators())
    people: dict[str, Any] = {"sourceObjectName": "User", "attributeMappings": rows, "scope": scope}
    groups = {"sourceObjectName": "Group", "enabled": bool(wish.groups())}
    return {"synchronizationRules": [{"objectMappings": [people, groups]}]}


async def _plan_into(travel: Travel, schema: Found, *, notes: list[Note] | None = None) -> SchemaChange:
    """The change that the plan makes to a schema, its expressions parsed by the service."""
    facts, wish = travel.facts, travel.wish
    operators = Operators()
    if wish.plan.scope.filters:
        operators = await travel.read(
            lambda: read_operators(travel.client, facts.service_principal, facts.job)
        )
    sources: dict[str, Found] = {}
    for expression, target in wanted_expressions(wish, schema).items():
        parsed = await travel.read(
            lambda expression=expression, target=target: parse(  # type: ignore[misc]
                travel.client, facts.service_principal, facts.job, target, expression, travel.evaluate
            )
        )
        sources[expression] = parsed.source
        if parsed.disagreement and notes is not None:
            notes.append(Note(parsed.disagreement, "warning", "EXPRESSION-DIFFERS"))
    return apply_plan(schema, wish, sources, operators)


async def do(travel: Travel) -> Said:
    """Change what differs; a schema that is as the plan has it is left."""
    facts = travel.facts
    schema = await travel.read(lambda: read_schema(travel.client, facts.service_principal, facts.job))
    notes: list[Note] = []
    change = await _plan_into(travel, schema, notes=notes)
    travel.journal.learn(rule=change.rule)
    for text in change.notices:
        yield Note(text, "warning", "SCHEMA-NOTICE")
    for note in notes:
        yield note
    if not change.sentences:
        yield Note("The job's mappings are as the plan has them.")
        return
    async for note in _announce(travel, schema, change):
        yield note
    saved = await _save(travel, schema)
    await travel.send(
        NAME,
        "schema",
        "PUT",
        schema_path(facts.service_principal, facts.job),
        sendable(change.schema),
        made={"file": saved, "service_principal": facts.service_principal, "job": facts.job},
    )
    yield Note("Saved." + (f" As they were, the mappings are in {Path(saved).name}." if saved else ""))


async def _announce(travel: Travel, schema: Found, change: SchemaChange) -> Said:
    shown = change.sentences[:_SHOWN]
    more = len(change.sentences) - len(shown)
    yield Note(" ".join(shown) + (f" And {more} more." if more > 0 else ""))
    facts = travel.facts
    job = await travel.read(lambda: travel.client.get(jobs_path(facts.service_principal, facts.job)))
    status = job.get("status") or {}
    if read_time(status.get("steadyStateFirstAchievedTime")) is None:
        return
    counts = counts_of(job)
    yield Note(
        "This makes the job's next cycle an initial one, over everybody in scope"
        + (f": {counts} today." if counts else "."),
        "warning",
        "INITIAL-CYCLE",
    )
    if change.filters:
        people, plan = find_mapping(schema, "User"), travel.wish.plan
        present = filters_of(people[1].get("scope"), Operators()) if people else []
        before = plan.scope.model_copy(update={"filters": present})
        yield Note(await travel.who_leaves(before, plan.scope), "warning", "SCOPE-CHANGES")


async def _save(travel: Travel, schema: Found) -> str:
    """Keep the schema as it was. A run that was cut had kept it already: what is there now may be new."""
    entries = [entry for entry in travel.journal.entries if entry.kind == "schema"]
    if entries and entries[-1].state == "about" and entries[-1].made.get("file"):
        return entries[-1].made["file"]
    if travel.wish.beside is None:
        return ""
    path = str(await asyncio.to_thread(save_schema, schema, travel.wish.beside))
    if not travel.facts.schema_saved:
        travel.journal.learn(schema_saved=path)
    return path


async def verify(travel: Travel) -> None:
    """Read back, the schema leaves nothing of the plan to be changed."""
    facts = travel.facts
    left: list[str] = []

    async def same() -> bool:
        schema = await travel.read(lambda: read_schema(travel.client, facts.service_principal, facts.job))
        left[:] = (await _plan_into(travel, schema)).sentences
        return not left

    if not await comes_true(same, travel.patience):
        raise Problem(
            "MAPPINGS-NOT-KEPT",
            "The mappings did not take effect as they were sent.",
            "The tenant accepted them, but gives others when asked: " + " ".join(left[:3]),
            "Choose Resume to save them once more. If it stays so, compare them in the admin center.",
        )


async def undo(travel: Travel, entry: Entry) -> str:
    """Put the schema back as it was, unless its job goes too."""
    if travel.made_job:
        return ""
    file = entry.made.get("file", "")
    if not file:
        travel.journal.settle(entry, "kept")
        return "The mappings stay as they are: how they were was not saved."
    schema = await asyncio.to_thread(load_schema, Path(file))
    await put_schema(travel.client, entry.made["service_principal"], entry.made["job"], schema)
    return f"The mappings are as they were before, from {Path(file).name}."


STEP: Final = Step(NAME, TITLE, calls, do, verify, undo, ("schema",))
