"""Making test objects in a customer's app, and taking every one of them away again."""

from __future__ import annotations

import asyncio
from typing import Any

from app.connection.journal import Journal, TestObject
from app.scim.answer import Exchange
from app.scim.client import resource_path
from app.scim.dialect import filter_eq
from app.scim.errors import ScimProblem
from app.scim.ids import id_of
from app.scim.wire import Wire

NAME_PREFIX = "rollcall-check-"
"""Every test object's name starts with this and a random part: nobody's account is called so."""

_NAMES = {"Users": "userName", "Groups": "displayName"}
_TRIES = 2
_THROTTLED_TRIES = 4

NO_ANSWER = frozenset({"ANSWER-TIMEOUT", "CONNECT-TIMEOUT", "TLS-HANDSHAKE-TIMEOUT"})
"""Codes of faults that cost a whole time-out each."""


class TestObjects:
    """The test objects of one run. Nothing is deleted whose name is not one that Rollcall gave.

    Args:
        wire: the connection to the app.
        journal: where they are written down before they are made.
    """

    __test__ = False

    def __init__(self, wire: Wire, journal: Journal) -> None:
        self._wire = wire
        self._journal = journal
        self._deleted: set[str] = set()
        self._stalled = False

    async def make(self, resource: str, body: dict[str, Any]) -> Exchange:
        """POST an object; its name must start with the prefix, or it could not be told from a real one."""
        attribute = _NAMES[resource]
        name = str(body[attribute])
        if not name.startswith(NAME_PREFIX):
            raise ValueError("a test object's name must be unmistakable")
        # Made once already: then there may be two of that name, and both are looked for.
        item = self._journal.objects.get(name) or TestObject(resource, attribute, name)
        self._journal.intend(item)
        exchange = await self._wire.exchange("POST", f"/{resource}", body=body)
        answer = exchange.json
        # A number is compared as text: some apps count their objects.
        if exchange.status == 201 and self._is(answer, item) and (made := id_of(answer)):
            self._journal.made(item, made)
        return exchange

    async def rename(self, resource: str, old: str, new: str) -> None:
        """Write down a name that an object is about to get beside the one it has."""
        if not new.startswith(NAME_PREFIX):
            raise ValueError("a test object's name must be unmistakable")
        item = self._journal.objects.get(old)
        ids = list(item.ids) if item is not None else []
        self._journal.intend(TestObject(resource, _NAMES[resource], new, ids))

    async def clean(self) -> list[str]:
        """Remove all of them; the names of those that could not be removed.

        An app that gives no answer is not asked again for each: the next run does the rest.
        """
        left = []
        for item in list(reversed(self._journal.objects.values())):
            if not self._stalled and await self._remove(item):
                self._journal.gone(item)
            else:
                left.append(item.name)
        return left

    async def _remove(self, item: TestObject) -> bool:
        """Whether nothing of this name is left."""
        known = set(item.ids) - self._deleted  # from answers to our own POSTs, which showed our name
        throttled = False
        for attempt in range(_THROTTLED_TRIES):
            if attempt >= _TRIES and not throttled:
                break
            try:
                for object_id in known:
                    throttled |= await self._delete(item.resource, object_id)
                known = await self._found(item)
                if not known:
                    return True
            except ScimProblem as problem:
                # What stays is told to the person, and kept for the next run.
                if attempt and problem.code in NO_ANSWER:
                    self._stalled = True
                    return False
                await asyncio.sleep(0.2 * attempt)
        return False

    async def _delete(self, resource: str, object_id: str) -> bool:
        """Delete it; whether the app asked for patience instead."""
        exchange = await self._wire.exchange("DELETE", resource_path(resource, object_id))
        if exchange.status < 300 or exchange.status in {404, 410}:
            self._deleted.add(object_id)
        elif exchange.status == 429:
            await asyncio.sleep(1.0)
            return True
        return False

    async def _found(self, item: TestObject) -> set[str]:
        """The ids of all objects that have the item's name; checked here, in case the filter is ignored."""
        query = {"filter": filter_eq(item.attribute, item.name)}
        exchange = await self._wire.exchange("GET", f"/{item.resource}", query=query)
        if exchange.status not in {200, 404}:
            raise ScimProblem("UNEXPECTED-STATUS", status=exchange.status)
        listed = exchange.json.get("Resources") if isinstance(exchange.json, dict) else None
        return {str(each["id"]) for each in listed or () if self._is(each, item) and each.get("id")}

    @staticmethod
    def _is(resource: Any, item: TestObject) -> bool:
        name = resource.get(item.attribute) if isinstance(resource, dict) else None
        return isinstance(name, str) and name.casefold() == item.name.casefold()


async def clean_left_behind(wire: Wire, base: str) -> list[str]:
    """Remove what runs that were killed left in the app; the names of what could not be removed."""
    left: list[str] = []
    for journal in Journal.left_behind(base):
        left += await TestObjects(wire, journal).clean()
    return left
