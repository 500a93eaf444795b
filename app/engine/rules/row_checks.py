"""What keeps a row of the mapping table from being used, said before anything is sent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from app.engine.expressions import Expression, ExpressionError
from app.setup.plan import AttributeMapping
from app.setup.problem import Problem


class MappingProblem(Problem):
    """A mapping table that cannot be used; ``target`` names the row.

    Attributes:
        target: the row's target attribute.
        place: the expression's error with its line and column, where the expression is at fault.
    """

    def __init__(
        self, target: str, what: str, why: str = "", remedy: str = "", *, place: ExpressionError | None = None
    ) -> None:
        super().__init__("MAPPING", what, why, remedy, place.caret if place else "")
        self.target = target
        self.place = place


def check_target(target: str, seen: set[str]) -> None:
    """Refuse a row without a target, and a second one for the same; note the target as seen.

    Raises:
        MappingProblem: naming the target.
    """
    if not target:
        raise MappingProblem(
            target, "A row of the mapping table has no target.", remedy="Choose a target attribute."
        )
    if target.lower() in seen:
        raise MappingProblem(
            target, f"Two rows of the mapping table write {target}.", remedy="Remove one of the two rows."
        )
    seen.add(target.lower())


def check_default(mapping: AttributeMapping) -> None:
    """Refuse a default of ``active`` that says neither yes nor no.

    Raises:
        MappingProblem: naming the row.
    """
    target, default = mapping.target.strip(), (mapping.default or "").strip()
    if target.lower() == "active" and default and default.lower() not in {"true", "false"}:
        raise MappingProblem(
            target, f'active takes True or False, but its default value is "{default}".', remedy="Write True."
        )


def check_matched(mapping: AttributeMapping, expression: Expression | None) -> None:
    """Refuse a matching attribute that does not come from the person: nobody could be told apart by it.

    Raises:
        MappingProblem: naming the row.
    """
    target = mapping.target.strip()
    if not mapping.matching or (expression is not None and (expression.attributes or expression.changing)):
        return
    what = "has no source" if expression is None else "is the same for everyone"
    raise MappingProblem(
        target,
        f"{target} is a matching attribute, and {what}.",
        "Each person is looked up in the app by it: all would be taken for one and the same account.",
        "Choose a source attribute that is unique, such as [userPrincipalName], or take the matching off.",
    )


class FilterableAttribute(Protocol):
    """What is asked of a profile's target attribute."""

    @property
    def name(self) -> str:
        """The target attribute, as rows of the mapping table name it."""
        ...

    @property
    def filterable(self) -> bool:
        """Whether the app can filter on it."""
        ...


class ProfileAttributes(Protocol):
    """What is asked of an app profile."""

    @property
    def attributes(self) -> Sequence[FilterableAttribute]:
        """The app's target attributes."""
        ...


def check_matching(
    rows: list[AttributeMapping], profile: ProfileAttributes, *, groups: bool = False
) -> list[Problem]:
    """What keeps the matching attributes from being used, one Problem each; empty when all is well.

    Args:
        rows: a mapping table.
        profile: what it says of attributes is about users'.
        groups: whether it is the table of groups.
    """
    told = () if groups else profile.attributes
    filterable = {attribute.name.lower(): attribute.filterable for attribute in told}
    matching = [row for row in rows if row.matching]
    if not matching and (rows or not groups):
        table, whom, usual = (
            ("group mapping", "no group", "displayName")
            if groups
            else ("mapping table", "nobody", "userName")
        )
        return [
            MappingProblem(
                "",
                f"No row of the {table} is a matching attribute.",
                f"Without one, {whom} can be found again in the app, and would be created twice.",
                f"Give the row for {usual} matching precedence 1.",
            )
        ]
    problems: list[Problem] = []
    taken: dict[int, str] = {}
    for row in matching:
        if filterable.get(row.target.lower()) is False:
            usable = ", ".join(sorted(one.name for one in profile.attributes if one.filterable)) or "none"
            problems.append(
                MappingProblem(
                    row.target,
                    f"{row.target} cannot be a matching attribute: the app cannot filter on it.",
                    "Each person is looked up in the app by a filter on the matching attribute.",
                    f"Attributes that the app can filter on: {usable}.",
                )
            )
        if row.matching in taken:
            problems.append(
                MappingProblem(
                    row.target,
                    f"{taken[row.matching]} and {row.target} both have matching precedence {row.matching}.",
                    remedy="Give each matching attribute a number of its own.",
                )
            )
        taken.setdefault(row.matching, row.target)
    return problems
