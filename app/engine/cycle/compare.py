"""Which attributes differ between what the app should have and what it has, and how that reads in the log."""

from __future__ import annotations

from collections.abc import Mapping

from app.engine.events import Change, shown
from app.people.record import Value
from app.scim.account_state import AccountState, account_state
from app.scim.roles import are_replaced, names, unpacked
from app.scim.text import composed, folded, has_no_case

__all__ = ["changes", "differences", "merged", "same", "shown"]


def same(wanted: Value, held: Value) -> bool:
    """Whether two values mean the same to the app.

    Booleans come as text from mappings and from some apps (``"False"``); lists have no order in SCIM.
    """
    if wanted == held:
        return True
    if isinstance(wanted, bool) or isinstance(held, bool):
        return shown(wanted).casefold() == shown(held).casefold()
    if isinstance(wanted, list) or isinstance(held, list):
        if roles := unpacked(wanted):
            mine, theirs = set(names(wanted)), set(names(held))
            return mine == theirs if are_replaced(roles) else mine <= theirs
        return _as_list(wanted) == _as_list(held)
    return wanted is not None and held is not None and composed(str(wanted)) == composed(str(held))


def _as_list(value: Value) -> list[str]:
    listed = value if isinstance(value, list) else [] if value in (None, "") else [str(value)]
    return sorted(map(composed, listed))


def differences(wanted: Mapping[str, Value], held: Mapping[str, Value]) -> dict[str, Value]:
    """The wanted values that the app does not have. Empty ones are never sent; Entra does not either."""
    return {
        target: _lacking(value, held.get(target)) if isinstance(value, list) else value
        for target, value in wanted.items()
        if value is not None and value != "" and not _has(target, value, held.get(target))
    }


def _has(target: str, wanted: Value, held: Value) -> bool:
    """Whether the app has a value. Of ``active``, the text "False" is no proof that the account is off."""
    if target.casefold() == "active" and shown(wanted).casefold() in {"true", "false"}:
        on = shown(wanted).casefold() == "true"
        return account_state({"active": held}) is (AccountState.ON if on else AccountState.OFF)
    if isinstance(wanted, str) and isinstance(held, str) and has_no_case(target):
        return folded(wanted) == folded(held)
    return same(wanted, held)


def _lacking(wanted: list[str], held: Value) -> list[str]:
    """Of roles that are added to others, those that the app lacks; of any other list all."""
    roles = unpacked(wanted)
    if not roles or are_replaced(roles):
        return wanted
    there = set(names(held))
    return [each for each in wanted if names([each])[0] not in there]


def merged(held: Mapping[str, Value], sent: Mapping[str, Value]) -> dict[str, Value]:
    """What the app has after a change was sent: roles that were added stand beside the others."""
    after = {**held, **sent}
    for target, value in sent.items():
        if isinstance(value, list) and (roles := unpacked(value)) and not are_replaced(roles):
            after[target] = [*names(held.get(target)), *names(value)]
    return after


def changes(wanted: Mapping[str, Value], held: Mapping[str, Value]) -> list[Change]:
    """The same for the log."""
    return [
        Change(target, shown(held[target]) if target in held else None, shown(value))
        for target, value in wanted.items()
    ]
