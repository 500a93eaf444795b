"""Paging that is not taken in by what an app says of its own list.

``totalResults`` counts the page in some apps, and ``startIndex`` is ignored by others; so a list ends where a
page brings nothing new, and is whole only where nothing speaks against it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, Final

from app.scim.errors import Outcome, ScimProblem, UnreliableListing
from app.scim.ids import id_of

MOST_PAGES: Final = 100_000
_MOST_UNTOLD: Final = 1_000_000  # objects beyond the announced ones after which a list has no end
_PAST_THE_END: Final = {Outcome.REFUSED, Outcome.NOT_FOUND}


async def list_pages(fetch: Callable[[int], Awaitable[dict[str, Any]]]) -> AsyncIterator[dict[str, Any]]:
    """Every object of a paged listing, each once.

    Args:
        fetch: gives the ListResponse that starts at an index (from 1).

    Raises:
        UnreliableListing: it is not known whether these are all objects. At the end at the latest.
        ScimProblem: a page cannot be read.
    """
    pages = _Pages()
    for _ in range(MOST_PAGES):
        try:
            answer = await fetch(len(pages.seen) + 1)
        except ScimProblem as problem:
            # Some apps refuse a page past the end. Their word counts where the total is more than a page's.
            if pages.ends_here and pages.counts_all and problem.kind in _PAST_THE_END:
                return
            raise
        fresh = pages.read(answer)
        for each in fresh:
            yield each
        if not fresh:
            return
    raise UnreliableListing("The list does not end.")


class _Pages:
    """What was read so far of one listing."""

    def __init__(self) -> None:
        self.seen: set[str] = set()
        self._total = 0
        self._most: float | None = None
        #: Whether a page announced more objects than were read: then the total is not that of a page.
        self.counts_all = False

    @property
    def ends_here(self) -> bool:
        """Whether as many objects were read as were announced."""
        return bool(self.seen) and len(self.seen) >= self._total

    def read(self, answer: dict[str, Any]) -> list[dict[str, Any]]:
        """The new objects of a page; none where the list ends. Raises UnreliableListing."""
        total, listed = answer.get("totalResults"), answer.get("Resources", [])
        if not isinstance(total, int) or isinstance(total, bool) or not isinstance(listed, list):
            raise UnreliableListing("The answer is not a list response.")
        if not listed:
            return self._end(total)
        ids = [id_of(each) for each in listed]
        if not all(ids):
            raise UnreliableListing("An object has no id.")
        if len(set(ids)) < len(ids):
            raise UnreliableListing("An object appears twice on a page.")
        if known := self.seen.intersection(ids):
            if self.ends_here and self.counts_all and len(known) == len(ids):
                return []  # the last page once more
            raise UnreliableListing("An object appears on two pages.")
        self._grow(total, len(ids))
        self.seen.update(ids)
        return [{**each, "id": object_id} for each, object_id in zip(listed, ids, strict=True)]

    def _end(self, total: int) -> list[dict[str, Any]]:
        """An empty page ends the list, unless more was announced."""
        if len(self.seen) < max(self._total, 0 if self.ends_here else total):
            announced = max(self._total, total)
            raise UnreliableListing(f"{len(self.seen)} objects were listed, {announced} were announced.")
        return []

    def _grow(self, total: int, listed: int) -> None:
        """Take a page's total in. Others may be at work meanwhile; a list that only ever grows has no end."""
        after = len(self.seen) + listed
        if self._most is None:
            self._most = total * 1.1 + 1000
        if total > self._most and total > after:
            raise UnreliableListing(f"The total grew to {total} while the list was read.")
        if total < listed or after > self._most + _MOST_UNTOLD:
            raise UnreliableListing(f"{after} objects were listed, {total} were announced.")
        self.counts_all |= total > listed and total >= after
        self._total = total
