"""Who is in and out of scope, and why."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from itertools import chain

from pydantic import BaseModel, ConfigDict, Field

from app.engine.rules.assignment import Assignment
from app.engine.rules.scoping import CompiledScope, compile_scope
from app.engine.rules.scoping_clauses import ScopeProblem
from app.people.record import Record
from app.tasks.context import Context
from app.tasks.registry import Said
from app.tasks.results import ScopeCount, ScopePerson
from app.tasks.tenant_people import people, take_assignments


class Params(BaseModel):
    """How many of the people to name: so many who are in scope, then so many who are not."""

    model_config = ConfigDict(extra="forbid")

    limit: int = Field(default=200, ge=0, le=1_000_000)


async def run(context: Context, params: Params) -> Said:
    """Decide on everybody; reasons are worked out for those who are named."""
    directory = await people(context)
    await take_assignments(context)
    scope = context.need_plan().scope
    compiled = compile_scope(scope)
    assignment = await asyncio.to_thread(Assignment.resolve, scope, directory.groups())
    named: dict[bool, list[ScopePerson]] = {True: [], False: []}
    counts = {True: 0, False: 0}
    for record in directory.users():
        in_scope, reason = _decide(compiled, assignment, record)
        counts[in_scope] += 1
        if len(named[in_scope]) < params.limit:
            named[in_scope].append(ScopePerson(name=record.name, in_scope=in_scope, reason=reason()))
        await context.breathe()
    groups = sum(assignment.has_group(group) for group in directory.groups())
    yield ScopeCount(
        in_scope=counts[True],
        out_of_scope=counts[False],
        groups_in_scope=groups,
        people=[*named[True], *named[False]],
        warnings=list(chain(assignment.warnings, assignment.unmatched(), compiled.warnings)),
    )


def _decide(
    compiled: CompiledScope, assignment: Assignment, record: Record
) -> tuple[bool, Callable[[], str]]:
    """The decision, and the reason for whoever wants it."""
    try:
        decision = compiled.decide(record, assignment.has_user(record))
    except ScopeProblem as problem:
        # A cycle does nothing to this person. Counted as out, which is what nothing looks like.
        sentence = str(problem)
        return False, lambda: sentence
    return decision.in_scope, lambda: decision.reason
