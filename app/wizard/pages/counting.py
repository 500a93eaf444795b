"""Numbers of a run, said in words: amounts, actions, durations. No Qt in here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.setup.profile import AppProfile

# Action of the log -> (what would be done, what was done). The order is the order they are said in.
_ACTIONS: dict[str, tuple[str, str]] = {
    "create": ("create", "created"),
    "update": ("update", "updated"),
    "disable": ("disable", "disabled"),
    "delete": ("delete", "deleted"),
    "staged-delete": ("hold back", "held back"),
    "other": ("change otherwise", "changed otherwise"),
}

ACTION_NAMES: dict[str, str] = {
    "create": "Create",
    "update": "Update",
    "disable": "Disable",
    "delete": "Delete",
    "staged-delete": "Held back",
    "none": "No change",
    "other": "Other",
    "skipped": "Left out",
}
"""What an action is called in a cell or a list."""


def number(value: int) -> str:
    """``1234567`` as ``1,234,567``."""
    return f"{value:,}"


def amount(value: int, one: str, many: str) -> str:
    """``1 person``, ``12 people``."""
    return f"{number(value)} {one if value == 1 else many}"


def people(value: int) -> str:
    """``1 person``, ``12 people``."""
    return amount(value, "person", "people")


def listed(parts: list[str], last: str = "and") -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {last} {parts[-1]}"


def planned(counts: Mapping[str, int]) -> str:
    """``create 12, update 3``; empty when there is nothing to do."""
    return ", ".join(
        f"{word} {number(counts[key])}" for key, (word, _) in _ACTIONS.items() if counts.get(key)
    )


def happened(counts: Mapping[str, int]) -> str:
    """``12 created, 3 updated``; empty when nothing was done."""
    return ", ".join(
        f"{number(counts[key])} {word}" for key, (_, word) in _ACTIONS.items() if counts.get(key)
    )


def writes(counts: Mapping[str, int]) -> int:
    """How many objects are touched in the app."""
    return sum(counts.get(key, 0) for key in ("create", "update", "disable", "delete", "other"))


def takes_away(counts: Mapping[str, int]) -> int:
    """How many people lose their access: disabled and deleted ones."""
    return counts.get("disable", 0) + counts.get("delete", 0)


def app_name(profile: AppProfile) -> str:
    """What the app is called within a sentence: the profile for any app has a title that is no name."""
    return "the app" if profile.name == "scim" else profile.title


def figures_of(counts: Mapping[str, int], failures: int) -> dict[str, int]:
    """The numbers that pages show in large figures, from the counts of a cycle by action.

    ``unchanged`` are people who are in step already, ``skipped`` those who are left out.
    """
    shown = {key: counts.get(key, 0) for key in ("create", "update", "disable", "delete", "skipped")}
    return {**shown, "unchanged": counts.get("unchanged", 0) + counts.get("none", 0), "failures": failures}


def with_remedy(sentence: str, remedy: str) -> str:
    """A sentence with what to do next, unless it says so itself."""
    return sentence if not remedy or remedy in sentence else f"{sentence} {remedy}".strip()


def duration(seconds: float) -> str:
    """``0.4 seconds``, ``12 seconds``, ``3 minutes 5 seconds``, ``2 hours 10 minutes``."""
    if seconds < 1:
        return f"{max(seconds, 0.0):.1f} seconds"
    whole = round(seconds)
    if whole < 60:
        return amount(whole, "second", "seconds")
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return _two(minutes, "minute", rest, "second")
    hours, minutes = divmod(minutes, 60)
    return _two(hours, "hour", minutes, "minute")


def _two(first: int, first_unit: str, second: int, second_unit: str) -> str:
    head = amount(first, first_unit, f"{first_unit}s")
    return f"{head} {amount(second, second_unit, f'{second_unit}s')}" if second else head


def time_left(seconds: float | None) -> str:
    """An estimate as rough as it is: whole minutes above one, steps of ten seconds below."""
    if seconds is None:
        return ""
    if seconds < 10:
        return "A few seconds left"
    if seconds < 55:
        return f"About {round(seconds / 10) * 10} seconds left"
    if seconds < 5400:
        return f"About {amount(max(1, round(seconds / 60)), 'minute', 'minutes')} left"
    return f"About {amount(round(seconds / 3600), 'hour', 'hours')} left"
