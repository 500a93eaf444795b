"""What one person would look like in the app, and why they are in scope or not."""

from __future__ import annotations

import asyncio

from pydantic import BaseModel, ConfigDict

from app.engine.rules.assignment import Assignment
from app.engine.rules.mapping import CompiledMappings, compile_mappings
from app.engine.rules.row_checks import MappingProblem
from app.engine.rules.scoping import compile_scope
from app.engine.rules.scoping_clauses import ScopeProblem
from app.people.record import Record
from app.setup.plan import AttributeMapping
from app.setup.profile import user_mappings
from app.tasks.context import Context
from app.tasks.people_index import as_text, find_person, need_person
from app.tasks.registry import Said
from app.tasks.results import MappedValue, PersonPreview
from app.tasks.tenant_people import people, take_assignments


class Params(BaseModel):
    """Whom: object id or user principal name of a user; empty means the first one."""

    model_config = ConfigDict(extra="forbid")

    person: str = ""


async def run(context: Context, params: Params) -> Said:
    """Decide and map as a cycle would that creates this person now."""
    plan = context.need_plan()
    record = await need_person(context, params.person)
    in_scope, reasons = await _scope(context, record)
    rows = user_mappings(plan, context.profile())
    mappings, broken = usable(rows)
    mapped = mappings.apply(record, in_scope, creating=True)
    values = []
    for row in rows:
        target = row.target.strip()
        value = as_text(mapped.values.get(target))
        if target in mappings.references:
            value = await _name_of(context, as_text(record.attributes.get(mappings.references[target])))
        if target in mappings.redacted and value is not None:
            value = "[Redact]"
        error = broken.get(id(row)) or mapped.errors.get(target, "")
        values.append(MappedValue(target=target, value=None if error else value, error=error))
    if mapped.fatal:
        reasons.append(mapped.fatal)
    yield PersonPreview(
        name=record.name,
        in_scope=in_scope,
        reasons=reasons,
        values=values,
        warnings=list(mappings.warnings),
    )


def usable(rows: list[AttributeMapping]) -> tuple[CompiledMappings, dict[int, str]]:
    """The rows that can be used, and a sentence for each that cannot, by the row's ``id()``."""
    left = list(rows)
    broken: dict[int, str] = {}
    while True:
        try:
            return compile_mappings(left), broken
        except MappingProblem as problem:
            # The last of that name: of two rows with one target the first one counts.
            at = max(number for number, row in enumerate(left) if row.target.strip() == problem.target)
            message = problem.place.message if problem.place is not None else problem.what
            broken[id(left.pop(at))] = " ".join(part for part in (message, problem.remedy) if part)


async def _scope(context: Context, record: Record) -> tuple[bool, list[str]]:
    directory = await people(context)
    await take_assignments(context)
    scope = context.need_plan().scope
    try:
        compiled = compile_scope(scope)
        assignment = await asyncio.to_thread(Assignment.resolve, scope, directory.groups())
        decision = compiled.decide(record, assignment.has_user(record))
    except ScopeProblem as problem:
        return False, [str(problem)]
    reasons = [decision.reason]
    if not decision.active:
        reasons.append("The account is disabled in the directory, so it would be disabled in the app.")
    return decision.in_scope, reasons


async def _name_of(context: Context, id_: str | None) -> str | None:
    if id_ is None:
        return None
    found = await find_person(context, id_)
    return found.name if found is not None else id_
