"""App roles on the way to an app: from the texts that mappings give to what SCIM calls ``roles``.

The functions for several roles give one JSON text for each role, because a mapped value is a text or a list
of texts. Source: Microsoft, "Customize attribute mappings", provisioning a role to a SCIM app:
*AppRoleAssignmentsComplex* adds and never takes away, names the role with ``displayName``, and sends each
role as JSON text inside ``value`` unless the tenant URL has the flag; *AssertiveAppRoleAssignmentsComplex*
replaces all roles, and names them with ``display``.
"""

from __future__ import annotations

import json
from typing import Any, Final

from app.setup.json_text import to_json

_SENT: Final = ("primary", "type", "display", "displayName", "value")
_TOLD: Final = ("id", "value", "displayName")


def unpacked(value: object) -> list[dict[str, Any]] | None:
    """The roles that a mapped value stands for; None when it is anything else."""
    if not isinstance(value, list) or not value:
        return None
    found = [_role(each) for each in value]
    return None if any(role is None or "type" not in role for role in found) else [r for r in found if r]


def _role(text: object) -> dict[str, Any] | None:
    if not isinstance(text, str) or not text.startswith("{"):
        return None
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) and "value" in found else None


def as_sent(roles: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The roles as a create sends them, and every request where the tenant URL has the flag."""
    return [{name: role[name] for name in _SENT if name in role} for role in roles]


def as_texts(roles: list[dict[str, Any]]) -> list[dict[str, str]]:
    """The roles as an update without the flag adds them: JSON text inside ``value``."""
    return [{"value": to_json({name: role[name] for name in _TOLD if name in role})} for role in roles]


def are_replaced(roles: list[dict[str, Any]]) -> bool:
    """Whether these are all that the person may have, so that others are taken away."""
    return any("display" in role for role in roles)


def names(value: object) -> list[str]:
    """The roles' own values, whether mapped, read from the app, or kept there as JSON text."""
    listed = value if isinstance(value, list) else [] if value in (None, "") else [value]
    found = []
    for each in listed:
        role = _role(each)
        found.append(str(role["value"]) if role else str(each))
    return found
