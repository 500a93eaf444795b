"""App roles: what the three role functions make of ``[appRoleAssignments]``.

Source: "Customize attribute mappings", *Provisioning a role to a SCIM app*. The directory gives the roles
that a person has in the app as a list of role names (or of JSON texts with ``value`` and
``displayName``). The two complex functions give a list of JSON texts, one per role, because a value of
the engine is a text or a list of texts; the SCIM client unpacks them.
"""

from __future__ import annotations

import json

from app.engine.expressions.errors import EvaluationError
from app.engine.expressions.table import Function, function
from app.people.record import Value

ROLE_TYPE = "WindowsAzureActiveDirectoryRole"
"""The ``type`` that Entra puts on every role it sends."""


def _single(assignments: Value) -> Value:
    roles = _roles(assignments, "SingleAppRoleAssignment")
    if len(roles) > 1:
        names = ", ".join(value for value, _, _ in roles[:5])
        raise EvaluationError(
            f"SingleAppRoleAssignment takes one role, but this person has {len(roles)}: {names}.",
            "Entra does not say which of several roles it would send.",
            "Assign one role to the person, or use AssertiveAppRoleAssignmentsComplex.",
        )
    return roles[0][0] if roles else None


def _several(assignments: Value) -> Value:
    return _packed(_roles(assignments, "AppRoleAssignmentsComplex"), "displayName")


def _assertive(assignments: Value) -> Value:
    return _packed(_roles(assignments, "AssertiveAppRoleAssignmentsComplex"), "display")


def _packed(roles: list[tuple[str, str, str]], label: str) -> Value:
    packed: list[str] = []
    for value, shown, role_id in roles:
        role = {"primary": False, "type": ROLE_TYPE, "value": value, label: shown}
        if role_id:
            role["id"] = role_id
        packed.append(json.dumps(role, ensure_ascii=False))
    return packed


def _roles(assignments: Value, name: str) -> list[tuple[str, str, str]]:
    """Value, display name and id (where it is known) of each role."""
    if assignments is None or assignments == "":
        return []
    if isinstance(assignments, bool | int):
        raise EvaluationError(f"{name} takes [appRoleAssignments], not {assignments}.")
    items = assignments if isinstance(assignments, list) else [assignments]
    return [_role(item) for item in items if item]


def _role(item: str) -> tuple[str, str, str]:
    if not item.startswith("{"):
        return item, item, ""
    try:
        found = json.loads(item)
    except (ValueError, RecursionError):
        return item, item, ""
    value = str(found.get("value") or "")
    return value, str(found.get("displayName") or value), str(found.get("id") or "")


FUNCTIONS: tuple[Function, ...] = (
    function(
        "AppRoleAssignmentsComplex(appRoleAssignments)",
        "All roles of the person; roles that were taken away stay in the app.",
        _several,
    ),
    function(
        "AssertiveAppRoleAssignmentsComplex(appRoleAssignments)",
        "All roles of the person, and only those: others are removed from the app.",
        _assertive,
    ),
    function("SingleAppRoleAssignment(appRoleAssignments)", "The one role of the person.", _single),
)
