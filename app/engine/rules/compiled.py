"""A plan's decisions, compiled; and the epoch: the initial cycle, counted, that they belong to."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from app.engine.events import Kind
from app.engine.rules.assignment import Assignment
from app.engine.rules.mapping import CompiledMappings, check_matching, compile_mappings
from app.engine.rules.scoping import CompiledScope, compile_scope
from app.engine.state.store import Store
from app.people.record import Directory
from app.scim.path import AttributePath
from app.setup.plan import AttributeMapping, SetupPlan
from app.setup.profile import AppProfile, group_mappings, user_mappings

# Actions that older plans have too: what is newer counts only when it is chosen.
_PRINTED = frozenset({"create", "update", "delete"})


@dataclass(slots=True)
class Rules:
    """The compiled decisions of a plan.

    Attributes:
        groups: None where the app takes users only.
        fills_on_create: whether a user's creation sends more than an update does.
        manager: the target that refers to the manager; empty when it is not mapped.
        epoch: the initial cycle that this one belongs to.
        hard_deletes: the app cannot switch accounts off: whoever leaves is deleted at once.
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


def compile_rules(plan: SetupPlan, profile: AppProfile, directory: Directory) -> Rules:
    """Compile a plan; reads the source's groups once, because assignment may hang on them.

    Raises:
        Problem: a mapping or the scope cannot be used.
    """
    rows = user_mappings(plan, profile)
    for problem in check_matching(rows, profile):
        raise problem
    users = compile_mappings(rows)
    group_rows = group_mappings(plan, profile)
    manager = next((target for target, source in users.references.items() if source == "manager"), "")
    return Rules(
        plan,
        users,
        compile_mappings(group_rows) if group_rows else None,
        compile_scope(plan.scope),
        any(row.apply == "on-create" or row.default for row in rows),
        Assignment.resolve(plan.scope, directory.groups()),
        manager,
        {"user": _paths(rows), "group": _paths([row for row in group_rows if row.target != "members"])},
        hard_deletes=not profile.soft_delete,
    )


def _paths(rows: list[AttributeMapping]) -> dict[str, AttributePath]:
    return {row.target: AttributePath.parse(row.target) for row in rows}


def begin_epoch(store: Store, plan: SetupPlan, profile: AppProfile, base: str) -> tuple[int, bool]:
    """Which epoch it is, and whether its initial cycle is still to be done.

    A change of mapping, scope or actions begins a new epoch: everybody is looked at again, as in Entra. So
    does
    another tenant URL, whose accounts have other ids: what was known of the old app is forgotten.
    """
    epoch = int(store.fact("epoch", "0"))
    if store.fact("target", base) != base:
        store.begin()
        for table in ("links", "memberships", "requests", "escrows", "staged"):
            store.db.execute(f"DELETE FROM {table}")
        store.keep("fingerprint", "")
    store.keep("target", base)
    print_now = fingerprint(plan, profile)
    if epoch == 0 or store.fact("fingerprint") != print_now:
        epoch += 1
        store.keep("epoch", str(epoch))
        store.keep("fingerprint", print_now)
    return epoch, store.fact("epoch_done") != str(epoch)


def fingerprint(plan: SetupPlan, profile: AppProfile) -> str:
    """What a change of means an initial cycle. The assignment does not: each row's digest has it."""
    decided = [
        [row.model_dump() for row in user_mappings(plan, profile)],
        [row.model_dump() for row in group_mappings(plan, profile)],
        [each.model_dump(mode="json") for each in plan.scope.filters],
        plan.scope.who,
        {name: chosen for name, chosen in plan.actions.model_dump().items() if chosen or name in _PRINTED},
    ]
    return hashlib.sha256(json.dumps(decided, sort_keys=True).encode()).hexdigest()
