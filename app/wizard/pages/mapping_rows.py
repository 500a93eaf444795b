"""The mapping table's rows and what is wrong with them. No Qt in here.

A target attribute is known to the app profile or not, and filterable or not. Matching asks the app for
the one object with a value, so it stands and falls with the app's filter on that attribute.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from app.setup.plan import AttributeMapping
from app.wizard.pages.counting import listed

if TYPE_CHECKING:
    from app.setup.profile import TargetAttribute


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why the wizard cannot go on: the end of "Still missing: ...", the whole sentence, and the row."""

    missing: str
    sentence: str
    place: int = -1


@dataclass
class MappingRows:
    """The rows of one kind of object (users or groups) while they are edited.

    Attributes:
        rows: the mappings in the table's order.
        known: what the app profile says of its attributes.
        app: the app's name, for sentences.
        original: the rows that *Reset* brings back.
    """

    rows: list[AttributeMapping]
    known: Sequence[TargetAttribute]
    app: str
    original: list[AttributeMapping] = field(default_factory=list)

    def attribute(self, target: str) -> TargetAttribute | None:
        """What the profile says of a target; attribute names do not care for case (RFC 7643, 2.1)."""
        wanted = target.strip().casefold()
        return next((one for one in self.known if one.name.casefold() == wanted), None)

    def filtering(self, target: str) -> str:
        """``Yes``, ``No`` or ``Not known``, as the table says it."""
        found = self.attribute(target)
        if found is None:
            return "Not known"
        return "Yes" if found.filterable else "No"

    def matching_refusal(self, target: str) -> str:
        """Why a target cannot be a matching attribute; empty when it can."""
        found = self.attribute(target)
        if found is None or found.filterable:
            return ""
        return (
            f"The profile “{self.app}” does not support filtering on {found.name}, so Rollcall could not "
            f"find people again by it and would create them twice. {self._alternatives()}"
        )

    def _alternatives(self) -> str:
        names = [one.name for one in self.known if one.filterable]
        return (
            f"Match by {listed(names[:4], 'or')} instead." if names else "The profile lists none that it can."
        )

    def matching_warning(self, target: str) -> str:
        """A caution for an attribute that the profile says nothing of; empty when there is none."""
        if not target.strip() or self.attribute(target) is not None:
            return ""
        return (
            f"The profile “{self.app}” does not list {target.strip()}, so whether it can be filtered on is "
            f"not known. Test connection tries it."
        )

    def fault(self, row: AttributeMapping, place: int | None = None) -> str:
        """What is wrong with a row at a place (None: a row still to be added); empty when it is right."""
        target = row.target.strip()
        if not target:
            return "Choose the attribute of the app that this row fills."
        twin = self._place_of(target, besides=place)
        if twin is not None:
            return f"{target} is filled by row {twin + 1} already. Edit that row instead."
        if not row.source.strip() and row.default is None:
            return f"Choose what {target} is filled with: an attribute, a text or an expression."
        if not row.matching:
            return ""
        if not row.source.strip():
            return f"{target} has no source, so there is nothing to match by."
        refusal = self.matching_refusal(target)
        if refusal:
            return refusal
        for other, one in enumerate(self.rows):
            if other != place and one.matching == row.matching and (place is None or other < place):
                return f"{one.target} has matching precedence {row.matching} already. Use another number."
        return ""

    def _place_of(self, target: str, besides: int | None) -> int | None:
        wanted = target.casefold()
        for place, one in enumerate(self.rows):
            if place != besides and one.target.strip().casefold() == wanted:
                return place
        return None

    def next_precedence(self) -> int:
        """The first matching precedence that is still free."""
        taken = {row.matching for row in self.rows}
        return next(value for value in range(1, len(self.rows) + 2) if value not in taken)

    def trouble(self) -> Trouble | None:
        """What keeps these rows from being used; None when nothing does."""
        for place, row in enumerate(self.rows):
            fault = self.fault(row, place)
            if fault:
                name = row.target or "no attribute"
                missing = f"a correction in row {place + 1} ({name})"
                return Trouble(missing, f"Row {place + 1} ({name}): {fault}", place)
        if not any(row.matching for row in self.rows):
            return Trouble(
                "a matching attribute",
                "No row is a matching attribute. Edit the row that tells people apart, such as userName, and "
                "tick Match by this attribute.",
            )
        filled = {row.target.strip().casefold() for row in self.rows}
        lacking = [one.name for one in self.known if one.required and one.name.casefold() not in filled]
        if lacking:
            return Trouble(f"a row for {listed(lacking)}", f"The app demands {listed(lacking)}. Add a row.")
        return None

    def removal_refusal(self, place: int) -> str:
        """Why a row cannot be removed; empty when it can."""
        row = self.rows[place]
        found = self.attribute(row.target)
        if found is not None and found.required:
            return f"The app demands {found.name}, so its row stays. It can be edited."
        if row.matching and sum(1 for one in self.rows if one.matching) == 1:
            return f"{row.target} is the only matching attribute. Make another one matching first."
        return ""

    def unused(self) -> list[str]:
        """Attributes of the profile that no row fills yet, in the profile's order."""
        filled = {row.target.strip().casefold() for row in self.rows}
        return [one.name for one in self.known if one.name.casefold() not in filled]

    @property
    def changed(self) -> bool:
        """Whether anything differs from the rows that *Reset* brings back."""
        return self.rows != self.original

    def reset(self) -> None:
        """Bring the profile's rows back."""
        self.rows = [row.model_copy() for row in self.original]


def source_kind(row: AttributeMapping) -> str:
    """``Direct``, ``Constant``, ``Expression`` or ``None``: the portal's mapping types."""
    text = row.source.strip()
    if not text:
        return "None"
    if text.startswith("[") and text.endswith("]") and text.count("[") == 1:
        return "Direct"
    if len(text) >= 2 and text.startswith('"') and text.endswith('"') and '"' not in text[1:-1]:
        return "Constant"
    return "Expression"
