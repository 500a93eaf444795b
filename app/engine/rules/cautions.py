"""What a person should know of a plan before it runs, and that nothing in it forbids: in sentences."""

from __future__ import annotations

from itertools import chain
from typing import Final

from app.engine.expressions import unknown_attributes
from app.engine.rules.compiled import Rules
from app.engine.state.store import Store
from app.setup.plan import SetupPlan
from app.setup.profile import AppProfile, user_mappings

_SHOWN: Final = 20


def cautions(rules: Rules, profile: AppProfile, store: Store, *, mappings: bool = True) -> list[str]:
    """The traps in mappings and scope, assignments that bring in nobody, and nested groups, by name.

    Args:
        store: after the source was read: its memberships tell which groups are members of others.
        mappings: also the traps in the mappings; they are the same whenever the plan is.
    """
    told = chain(
        rules.users.warnings if mappings else (),
        rules.groups.warnings if mappings and rules.groups else (),
        rules.scope.warnings,
        _unknown(rules),
        _nobody_disabled(rules),
        rules.assignment.warnings,
        rules.assignment.unmatched(),
        _roles(rules.plan, profile),
        _nested(store) if rules.groups else (),
    )
    return list(dict.fromkeys(told))[:_SHOWN]


def _unknown(rules: Rules) -> tuple[str, ...]:
    """Attributes that the source does not have: a slip in a filter leaves everybody out, in a mapping it
    sends nothing. The profile's own mappings name many that a file need not have."""
    asked = {clause.attribute for one in rules.scope.filters for clause in one.clauses}
    if rules.plan.mappings.users is not None:
        asked |= rules.users.reads
    return unknown_attributes(asked, rules.columns) if rules.columns else ()


def _nobody_disabled(rules: Rules) -> list[str]:
    """Said before the first cycle, not when the first person leaves."""
    if rules.users.writes_active or rules.hard_deletes:
        return []
    return [
        "Nobody who leaves is disabled: the mappings do not write active. Add the row active with the source "
        'Switch([IsSoftDeleted], , "False", "True", "True", "False").'
    ]


def _roles(plan: SetupPlan, profile: AppProfile) -> list[str]:
    mapped = any("[appRoleAssignments]" in row.source for row in user_mappings(plan, profile))
    if plan.scope.who != "all" or not mapped:
        return []
    return [
        "Roles come with the assignment to the app, and here everybody is in scope, assigned or not: Entra "
        "does not allow roles with SyncAll. Choose assigned people only, or remove the role mapping."
    ]


def _nested(store: Store) -> list[str]:
    """Groups that are members of groups which are provisioned."""
    rows = store.db.execute(
        "SELECT g.name, group_concat(n.name, ', ') FROM memberships m"
        " JOIN links g ON g.kind='group' AND g.source_id=m.group_id AND g.target_id IS NOT NULL"
        " JOIN links n ON n.kind='group' AND n.source_id=m.member_id WHERE m.wanted"
        " GROUP BY m.group_id ORDER BY g.name LIMIT ?",
        (_SHOWN,),
    )
    return [
        f'The group "{name}" has other groups as members ({others}). As in Entra, only its direct members '
        "who are people become members in the app."
        for name, others in rows
    ]
