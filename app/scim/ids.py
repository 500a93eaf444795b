"""Ids of an app's objects, read as text: some apps count their objects and answer with JSON numbers."""

from __future__ import annotations

from typing import Any


def as_id(value: object) -> str:
    """An id as text; empty where the value cannot be one (nothing, a boolean, a list, a fraction)."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return str(value)


def id_of(resource: object) -> str:
    """The id of a resource as text; empty where it has none."""
    return as_id(resource.get("id")) if isinstance(resource, dict) else ""


def member_ids(resource: dict[str, Any]) -> set[str] | None:
    """The ids of a group's members; None where the resource does not list them."""
    members = resource.get("members")
    if not isinstance(members, list):
        return None
    # An app may list the ids alone, without an object around each.
    read = (as_id(each.get("value") if isinstance(each, dict) else each) for each in members)
    return {each for each in read if each}
