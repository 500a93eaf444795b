"""People of the source who map to one matching value: a guest and their member account, ``a.b`` and ``a_b``.

They are found before anything is sent, so that a preview tells what the cycle will do, whatever the order.
Who has an account already goes on with it. Of the others nobody is guessed to be right: none is created.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from app.engine.events import shown
from app.people.record import Value
from app.scim.text import folded
from app.setup.problem import Problem

if TYPE_CHECKING:
    from app.engine.cycle.work import Work

_NAMED: Final = 5


class TwinPeople(Problem):
    """Several people of the source would have one account."""

    def __init__(self, attribute: str, value: Value, others: list[str]) -> None:
        names = ", ".join(others[:_NAMED]) + (
            f" and {len(others) - _NAMED:,} more" if len(others) > _NAMED else ""
        )
        super().__init__(
            "DUPLICATE-SOURCE-ENTRIES",
            f"{attribute} would be {shown(value)} here and for {names}.",
            "Several objects of the source have the same matching value, so they would share one account.",
            "Give them different values in the source, leave one out of the scope, or change the mapping.",
        )


class Twins:
    """Finds them among the pieces of work of one phase, by the first matching attribute.

    What is kept of each is a number: names are asked for again where a number comes twice.
    """

    def __init__(self) -> None:
        self._seen: set[int] = set()
        self._twice: set[int] = set()
        self._names: dict[str, list[tuple[str, str]]] = {}

    def see(self, work: Work) -> None:
        """Take a piece of work into account."""
        if work.matching:
            number = hash(_key(work))
            (self._twice if number in self._seen else self._seen).add(number)

    def settle(self, works: Iterator[Work]) -> None:
        """Note the names of those who share a value. ``works`` are all that were seen."""
        self._seen.clear()
        if not self._twice:
            return
        for work in works:
            if work.matching and hash(_key(work)) in self._twice:
                self._names.setdefault(_key(work), []).append((work.source_id, work.name))

    def require_none(self, work: Work) -> None:
        """Raises TwinPeople where somebody else has the same value."""
        if not self._names or not work.matching:
            return
        held = self._names.get(_key(work), [])
        if others := [name for source_id, name in held if source_id != work.source_id]:
            attribute, value = work.matching[0]
            raise TwinPeople(attribute, value, others)


def _key(work: Work) -> str:
    attribute, value = work.matching[0]
    return f"{work.kind} {attribute} {folded(value)}"
