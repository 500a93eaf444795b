"""The plan's mappings, filters and actions as a synchronization schema: changed in place, replaced whole.

What Rollcall does not know of a schema stays as it is. Source: Microsoft Graph, synchronizationSchema; the
reference page documents PUT, the published description PATCH: PUT is what Microsoft's own walk-throughs use.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from app.entra.graph import Found, GraphClient
from app.entra.schema_scope import Operators, same_scope, scope_of
from app.entra.schema_sources import direct, direct_source, expression_of, squeezed
from app.entra.synchronization_job import jobs_path
from app.entra.times import read_words
from app.entra.wish import Wish
from app.setup.plan import Actions, AttributeMapping
from app.setup.problem import Problem

Sources = Mapping[str, Found]
"""Source objects by expression, as the service parsed them."""

ON_CREATE: Final = "ObjectAddOnly"
"""The portal's *Only during object creation*."""

_ACTIONS: Final = (("create", "Add"), ("update", "Update"), ("delete", "Delete"))


@dataclass(slots=True)
class SchemaChange:
    """What putting the plan into a schema changes.

    Attributes:
        schema: the whole schema to send.
        sentences: each change in words; empty when there is nothing to send.
        filters: whether people may fall out of, or come into, scope by it.
        rule: id of the rule that provisions people.
        notices: what the person should know beside the changes.
    """

    schema: Found
    sentences: list[str] = field(default_factory=list)
    filters: bool = False
    rule: str = ""
    notices: list[str] = field(default_factory=list)


def schema_path(service_principal: str, job: str) -> str:
    """Where the schema of a job is."""
    return jobs_path(service_principal, job, "schema")


async def read_schema(client: GraphClient, service_principal: str, job: str) -> Found:
    """The whole schema."""
    return await client.get(schema_path(service_principal, job))


async def put_schema(client: GraphClient, service_principal: str, job: str, schema: Found) -> None:
    """Replace the schema; the notes that Graph puts at the top of an answer are not part of it."""
    await client.put(schema_path(service_principal, job), sendable(schema))


def sendable(schema: Mapping[str, Any]) -> Found:
    """A schema as it is sent."""
    return {key: value for key, value in schema.items() if not key.startswith("@odata.")}


def find_mapping(schema: Mapping[str, Any], kind: Literal["User", "Group"]) -> tuple[Found, Found] | None:
    """The rule and the object mapping for people or groups; names on the wire differ, so objects decide.

    Where there are several, an enabled one comes first: the directory's own object is the source.
    """
    found = [
        (rule, mapping)
        for rule in schema.get("synchronizationRules") or []
        for mapping in rule.get("objectMappings") or []
        if str(mapping.get("sourceObjectName") or "").casefold() == kind.casefold()
        and rule.get("editable") is not False
    ]
    return next((each for each in found if each[1].get("enabled") is not False), found[0] if found else None)


def wanted_expressions(wish: Wish, schema: Mapping[str, Any]) -> dict[str, str]:
    """The expressions that the service has to parse, each with the target it is for: what the schema has
    already, and plain attributes, need no asking."""
    asked: dict[str, str] = {}
    for kind, rows in (("User", wish.users()), ("Group", wish.groups())):
        found = find_mapping(schema, "User" if kind == "User" else "Group")
        present = _rows_by_target(found[1]) if found else {}
        for row in rows:
            if not row.source or direct(row.source):
                continue
            there = present.get(row.target.casefold())
            if there is None or not _same_source(there.get("source"), row.source):
                asked.setdefault(row.source, row.target)
    return asked


def apply_plan(schema: Mapping[str, Any], wish: Wish, sources: Sources, operators: Operators) -> SchemaChange:
    """The schema with the plan put in; the given one is not touched.

    Raises:
        Problem: it has no mapping for people, or a filter's operator is not known to the service.
    """
    change = SchemaChange(copy.deepcopy(dict(schema)))
    people = find_mapping(change.schema, "User")
    if people is None:
        raise Problem(
            "SCHEMA-NO-USERS",
            "The app's provisioning has no mapping for people.",
            "Its template is of another kind, or the mapping was removed.",
            "Reset the mappings in the admin center (Attribute mapping, Restore default mappings), then try "
            "again.",
        )
    rule, mapping = people
    change.rule = str(rule.get("id") or "")
    _put_rows(change, mapping, wish.users(), sources, whole=wish.plan.mappings.users is not None)
    _put_actions(change, mapping, wish.plan.actions)
    scope = scope_of(wish.plan.scope.filters, operators, mapping.get("scope"))
    if not same_scope(scope, mapping.get("scope")):
        mapping["scope"] = scope
        change.filters = True
        names = ", ".join(each.name for each in wish.plan.scope.filters)
        change.sentences.append(
            f"People: the scoping filters become {names}." if names else "People: no scoping filter is left."
        )
    _put_groups(change, wish, sources)
    return change


def _put_groups(change: SchemaChange, wish: Wish, sources: Sources) -> None:
    found, rows = find_mapping(change.schema, "Group"), wish.groups()
    if found is None:
        if rows:
            change.notices.append(
                "This app's provisioning in Microsoft Entra has no mapping for groups: only people are "
                "provisioned."
            )
        return
    mapping = found[1]
    if (mapping.get("enabled") is not False) != bool(rows):
        mapping["enabled"] = bool(rows)
        change.sentences.append(f"Groups: provisioning is turned {'on' if rows else 'off'}.")
    if rows:
        _put_rows(change, mapping, rows, sources, whole=wish.plan.mappings.groups is not None, kind="Groups")
        _put_actions(change, mapping, wish.plan.actions, "Groups")


def _put_actions(change: SchemaChange, mapping: Found, actions: Actions, kind: str = "People") -> None:
    words = [word for name, word in _ACTIONS if getattr(actions, name)]
    if set(words) != set(read_words(mapping.get("flowTypes"))):
        mapping["flowTypes"] = ",".join(words) or "None"
        change.sentences.append(f"{kind}: the actions become {', '.join(words) or 'none'}.")


def _rows_by_target(mapping: Mapping[str, Any]) -> dict[str, Found]:
    """The first row of each target. Graph does not remove doubles by itself."""
    found: dict[str, Found] = {}
    for row in mapping.get("attributeMappings") or []:
        found.setdefault(str(row.get("targetAttributeName") or "").casefold(), row)
    return found


def _put_rows(
    change: SchemaChange,
    mapping: Found,
    rows: list[AttributeMapping],
    sources: Sources,
    *,
    whole: bool,
    kind: str = "People",
) -> None:
    present = _rows_by_target(mapping)
    doubles = len(mapping.get("attributeMappings") or []) - len(present)
    if doubles:
        change.sentences.append(f"{kind}: {doubles} double rows are taken out.")
    kept: list[Found] = []
    for row in rows:
        there = present.pop(row.target.casefold(), None)
        if there is None:
            kept.append(_new_row(row, sources))
            change.sentences.append(f"{kind}: {row.target} is added.")
            continue
        if _change_row(there, row, sources):
            change.sentences.append(f"{kind}: {row.target} is changed.")
        kept.append(there)
    for name, extra in present.items():
        # The profile's rows are where a person begins, not a decision to remove what the app's own has more.
        if whole:
            change.sentences.append(f"{kind}: {extra.get('targetAttributeName') or name} is taken out.")
            continue
        if extra.get("matchingPriority"):
            extra["matchingPriority"] = 0
            change.sentences.append(f"{kind}: {extra.get('targetAttributeName') or name} matches no more.")
        kept.append(extra)
    mapping["attributeMappings"] = kept


def _new_row(row: AttributeMapping, sources: Sources) -> Found:
    return {
        "defaultValue": row.default,
        "exportMissingReferences": False,
        "flowBehavior": "FlowWhenChanged",
        "flowType": ON_CREATE if row.apply == "on-create" else "Always",
        "matchingPriority": row.matching,
        "targetAttributeName": row.target,
        "source": _source(row.source, sources),
    }


def _change_row(there: Found, row: AttributeMapping, sources: Sources) -> bool:
    """Make a row that is there as the plan has it; says whether anything had to change."""
    changed = False
    if not _same_source(there.get("source"), row.source) and not _is_constant(there, row):
        there["source"] = _source(row.source, sources)
        changed = True
    if (there.get("flowType") == ON_CREATE) != (row.apply == "on-create"):
        there["flowType"] = ON_CREATE if row.apply == "on-create" else "Always"
        changed = True
    if (there.get("matchingPriority") or 0) != row.matching:
        there["matchingPriority"] = row.matching
        changed = True
    if (there.get("defaultValue") or None) != (row.default or None) and not _is_constant(there, row):
        there["defaultValue"] = row.default
        changed = True
    return changed


def _is_constant(there: Mapping[str, Any], row: AttributeMapping) -> bool:
    """Some schemas have a constant as a row without source, its value as the default."""
    default = there.get("defaultValue")
    return (
        not expression_of(there.get("source"))
        and isinstance(default, str)
        and bool(default)
        and row.source.strip() == '"' + default.replace("\\", "\\\\").replace('"', '\\"') + '"'
    )


def _same_source(source: Any, expression: str) -> bool:
    return squeezed(expression_of(source)) == squeezed(expression)


def _source(expression: str, sources: Sources) -> Found | None:
    if not expression.strip():
        return None
    attribute = direct(expression)
    return direct_source(attribute) if attribute else copy.deepcopy(sources[expression])


def rows_of(mapping: Mapping[str, Any]) -> list[AttributeMapping]:
    """An object mapping's rows as the plan has them."""
    return [
        AttributeMapping(
            target=str(row.get("targetAttributeName") or ""),
            source=expression_of(row.get("source")),
            matching=min(100, max(0, int(row.get("matchingPriority") or 0))),
            apply="on-create" if row.get("flowType") == ON_CREATE else "always",
            default=row.get("defaultValue") or None,
        )
        for row in _rows_by_target(mapping).values()
        if row.get("targetAttributeName")
    ]
