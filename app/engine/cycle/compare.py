"""Which attributes differ between what the app should have and what it has, and how that reads in the log."""

from __future__ import annotations

from collections.abc import Mapping

from app.engine.events import Change, shown
from app.people.record import Value

__all__ = ["changes", "differences", "same", "shown"]


def same(wanted: Value, held: Value) -> bool:
    """Whether two values mean the same to the app.

    Booleans come as text from mappings and from some apps (``"False"``); lists have no order in SCIM.
    """
    if wanted == held:
        return True
    if isinstance(wanted, bool) or isinstance(held, bool):
        return shown(wanted).casefold() == shown(held).casefold()
    if isinstance(wanted, list) or isinstance(held, list):
        return _as_list(wanted) == _as_list(held)
    return wanted is not None and held is not None and str(wanted) == str(held)


def _as_list(value: Value) -> list[str]:
    return sorted(value) if isinstance(value, list) else [] if value in (None, "") else [str(value)]


def differences(wanted: Mapping[str, Value], held: Mapping[str, Value]) -> dict[str, Value]:
    """The wanted values that the app does not have. Empty ones are never sent; Entra does not either."""
    return {
        target: value
        for target, value in wanted.items()
        if value is not None and value != "" and not same(value, held.get(target))
    }


def changes(wanted: Mapping[str, Value], held: Mapping[str, Value]) -> list[Change]:
    """The same for the log."""
    return [
        Change(target, shown(held[target]) if target in held else None, shown(value))
        for target, value in wanted.items()
    ]
