"""Answers of the app that are not believed: somebody else's, and a denial that a search disproves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.engine.cycle.target import Target
from app.engine.cycle.work import Work
from app.engine.state.link import Link
from app.scim.errors import ScimProblem
from app.scim.path import AttributePath
from app.scim.text import folded


def shows_another(work: Work, made: dict[str, Any], paths: Mapping[str, AttributePath]) -> bool:
    """Whether the app's answer to a create shows another matching value than the one that was sent."""
    for attribute, value in work.matching:
        path = paths.get(attribute)
        said = path.get(made) if path is not None else None
        if isinstance(said, str) and folded(said) != folded(value):
            return True
    return False


def is_about_another(work: Work, made: dict[str, Any], paths: Mapping[str, AttributePath]) -> bool:
    """Whether most of the texts in the app's answer to a create are others than were sent."""
    told = [
        folded(said) == folded(value)
        for target, value in work.values.items()
        if isinstance(value, str) and (path := paths.get(target)) and (said := path.get(made))
    ]
    return told.count(False) > told.count(True)


async def make_sure_gone(target: Target, link: Link, matching: Sequence[str], problem: ScimProblem) -> None:
    """Raise ``problem`` when a search or its id finds the account that the app denies having.

    Taken at its word, somebody who left would keep access, and nobody would know. An app that denies an
    object in every way is believed.
    """
    if not await is_gone(target, link, matching):
        raise problem


async def is_gone(target: Target, link: Link, matching: Sequence[str]) -> bool:
    """Whether neither its id nor a search by what it had last finds an account."""
    if link.target_id is not None and await target.get(link.kind, link.target_id) is not None:
        return False
    for attribute in matching:
        value = link.known.get(attribute)
        if value is not None and value != "":
            found = await target.find(link.kind, attribute, value)
            if any(str(each["id"]) == link.target_id for each in found):
                return False
    return True
