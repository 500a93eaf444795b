"""Paging that is not taken in: servers that ignore ``startIndex`` would make a naive pager run for ever."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from app.scim.errors import UnreliableListing

MOST_PAGES = 100_000


async def list_pages(fetch: Callable[[int], Awaitable[dict[str, Any]]]) -> AsyncIterator[dict[str, Any]]:
    """Every object of a paged listing.

    Args:
        fetch: gives the ListResponse that starts at an index (from 1).

    Raises:
        UnreliableListing: an object comes twice, a page is empty too early, or the total does not add up.
    """
    seen: set[str] = set()
    most: float | None = None
    for _ in range(MOST_PAGES):
        answer = await fetch(len(seen) + 1)
        total, listed = answer.get("totalResults"), answer.get("Resources", [])
        if not isinstance(total, int) or isinstance(total, bool) or not isinstance(listed, list):
            raise UnreliableListing("The answer is not a list response.")
        if most is None:
            # Others may be at work in the app meanwhile; a list that only ever grows has no end.
            most = total * 1.1 + 1000
        if total > most:
            raise UnreliableListing(f"The total grew to {total} while the list was read.")
        for each in listed:
            object_id = str(each.get("id") or "") if isinstance(each, dict) else ""
            if not object_id:
                raise UnreliableListing("An object has no id.")
            if object_id in seen:
                raise UnreliableListing("An object appears on two pages.")
            seen.add(object_id)
            yield {**each, "id": object_id}
        if len(seen) == total:
            return
        if not listed or len(seen) > total:
            raise UnreliableListing(f"{len(seen)} objects were listed, {total} were announced.")
    raise UnreliableListing("The list does not end.")
