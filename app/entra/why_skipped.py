"""Why was this person skipped? The scoping step tells, in keys and JSON inside text; here in sentences.

The log and provision-on-demand use other keys for the same things: both are known.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Final

_CHECKS: Final[dict[str, str]] = {
    "active in the source system": "The account is disabled, or deleted, in Microsoft Entra.",
    "isactive": "The account is disabled, or deleted, in Microsoft Entra.",
    "assigned to the application": "Nobody assigned this person to the app: neither directly, nor as a "
    "direct "
    "member of an assigned group. Members of groups inside a group do not count.",
    "assigned": "Nobody assigned this person to the app: neither directly, nor as a direct member of an "
    "assigned "
    "group. Members of groups inside a group do not count.",
    "user has the required role": "The person is assigned without a role that counts, such as Default "
    "Access. "
    "Assign them with the app's role for users.",
    "iseffectivelyentitledforprovisioning": "The person is assigned without a role that counts, such as "
    "Default "
    "Access. Assign them with the app's role for users.",
}
_PASSED: Final = "scoping filter evaluation passed"
_RESULT: Final = "scopeevaluationresult"
_REASONS: Final[dict[str, str]] = {
    "redundantexport": "There was nothing to change: the app has the same values already.",
    "noteffectivelyentitled": _CHECKS["iseffectivelyentitledforprovisioning"],
    "notinscope": "The person is not in scope.",
}


def scope_reasons(steps: Iterable[Mapping[str, str]]) -> list[str]:
    """Why, one sentence a reason, each once; empty when the steps do not tell. Takes the steps' details."""
    found: list[str] = []
    for details in steps:
        told = {name.strip().casefold(): value for name, value in details.items()}
        inactive = [text for name, text in _CHECKS.items() if _is_false(told.get(name))]
        # Who is not assigned is not entitled either: one reason says it.
        if any("Nobody assigned" in text for text in inactive):
            inactive = [text for text in inactive if "without a role" not in text]
        found += inactive
        failed = failed_clauses(told.get(_RESULT, ""))
        found += [f"The scoping filter does not let the person in: {clause}." for clause in failed]
        if not failed and _is_false(told.get(_PASSED)):
            found.append("The scoping filter does not let the person in.")
        if reason := told.get("skipreason"):
            found.append(_REASONS.get(reason.strip().casefold(), f"The service says: {reason.strip()}."))
    return list(dict.fromkeys(found))


def failed_clauses(result: str) -> list[str]:
    """The clauses that did not hold, from JSON text such as ``{"Sales only.department EQUALS 'x'": false}``.

    The key is the filter's title, a dot, and the clause. Any one filter lets a person in: while one holds as
    a whole, nothing failed.
    """
    try:
        told = json.loads(result) if result else None
    except ValueError:
        return []
    if not isinstance(told, dict):
        return []
    filters: dict[str, list[tuple[str, bool]]] = {}
    for key, value in told.items():
        title, dot, clause = str(key).partition(".")
        holds = value is True or str(value).casefold() == "true"
        filters.setdefault(title if dot else "", []).append((clause if dot else title, holds))
    if any(all(holds for _, holds in clauses) for clauses in filters.values()):
        return []
    return [
        f"{clause} (filter {title})" if title else clause
        for title, clauses in filters.items()
        for clause, holds in clauses
        if not holds
    ]


def _is_false(value: str | None) -> bool:
    return value is not None and value.strip().casefold() in {"false", "no", "0"}
