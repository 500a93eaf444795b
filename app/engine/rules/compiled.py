"""A plan's decisions, compiled: mappings, scope and assignment, ready for each person."""

from __future__ import annotations

from dataclasses import dataclass

from app.engine.events import Kind
from app.engine.expressions.table import nearest
from app.engine.expressions.traps import COMPUTED
from app.engine.rules.assignment import Assignment
from app.engine.rules.mapping import CompiledMappings, compile_mappings
from app.engine.rules.row_checks import check_matching
from app.engine.rules.scoping import CompiledScope, compile_scope
from app.engine.rules.scoping_clauses import ScopeProblem
from app.people.record import Directory, NamedDirectory
from app.scim.path import AttributePath
from app.setup.plan import AttributeMapping, SetupPlan
from app.setup.profile import AppProfile, group_mappings, user_mappings


@dataclass(slots=True)
class Rules:
    """The compiled decisions of a plan.

    Attributes:
        groups: None where the app takes users only.
        fills_on_create: whether a user's creation sends more than an update does.
        manager: the target that refers to the manager; empty when it is not mapped.
        epoch: the initial cycle that this one belongs to.
        hard_deletes: the app cannot switch accounts off: whoever leaves is deleted at once.
        columns: the source attributes that there are; empty where the source does not tell.
    """

    plan: SetupPlan
    users: CompiledMappings
    groups: CompiledMappings | None
    scope: CompiledScope
    fills_on_create: bool
    assignment: Assignment
    manager: str
    paths: dict[Kind, dict[str, AttributePath]]
    epoch: int = 0
    hard_deletes: bool = False
    columns: tuple[str, ...] = ()

    @property
    def reads(self) -> frozenset[str]:
        """The source attributes of users that the mappings and the scope read."""
        clauses = (clause.attribute for one in self.scope.filters for clause in one.clauses)
        return self.users.reads.union(clauses)


def compile_rules(plan: SetupPlan, profile: AppProfile, directory: Directory) -> Rules:
    """Compile a plan; reads the source's groups once, because assignment may hang on them.

    Raises:
        Problem: a mapping or the scope cannot be used.
    """
    rows = user_mappings(plan, profile)
    group_rows = group_mappings(plan, profile)
    for problem in (*check_matching(rows, profile), *check_matching(group_rows, profile, groups=True)):
        raise problem
    users = compile_mappings(rows)
    columns = tuple(directory.attribute_names()) if isinstance(directory, NamedDirectory) else ()
    scope = compile_scope(plan.scope)
    _refuse_blind_clauses(scope, columns)
    manager = next((target for target, source in users.references.items() if source == "manager"), "")
    return Rules(
        plan,
        users,
        compile_mappings(group_rows) if group_rows else None,
        scope,
        any(row.apply == "on-create" or row.default for row in rows),
        Assignment.resolve(plan.scope, directory.groups()),
        manager,
        {"user": _paths(rows), "group": _paths([row for row in group_rows if row.target != "members"])},
        hard_deletes=not profile.soft_delete,
        columns=columns,
    )


def _refuse_blind_clauses(scope: CompiledScope, columns: tuple[str, ...]) -> None:
    """Refuse a clause that everybody passes because the source does not have its attribute at all.

    Raises:
        ScopeProblem: SCOPE-ATTRIBUTE-UNKNOWN. A clause that nobody passes is a caution only.
    """
    if not columns:
        return
    for one in scope.filters:
        for clause in one.clauses:
            if clause.empty and clause.attribute not in {*columns, *COMPUTED}:
                near = nearest(clause.attribute, columns)
                raise ScopeProblem(
                    "SCOPE-ATTRIBUTE-UNKNOWN",
                    f"The scope asks for {clause.text}, and the source has no attribute {clause.attribute}.",
                    "It would be empty for everybody, so everybody would pass.",
                    f"Use {near} if that is meant, or take the clause out."
                    if near
                    else "Take the clause out.",
                )


def _paths(rows: list[AttributeMapping]) -> dict[str, AttributePath]:
    return {row.target: AttributePath.parse(row.target) for row in rows}
