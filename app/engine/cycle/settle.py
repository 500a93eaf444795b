"""Requests whose answer was never recorded are settled before anything else is sent.

Rollcall was killed, or an answer was lost. Only the app knows whether an open create was carried out, so the
person is looked up by the values that the create was sent with: the source may have changed since.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from app.engine.cycle.doubts import is_gone
from app.engine.cycle.journal import Journal
from app.engine.cycle.result import DuplicateAccounts
from app.engine.cycle.target import Target
from app.engine.events import Kind, LogEntry
from app.engine.state.link import Link
from app.engine.state.store import OpenRequest, Store
from app.people.record import Value


class Settlement:
    """Settles open requests, a few at once; each is closed in the same commit as what was found out."""

    def __init__(self, store: Store, target: Target, journal: Journal) -> None:
        self._store = store
        self._target = target
        self._journal = journal
        #: Source ids that have a log row from here already.
        self.settled: set[str] = set()

    async def run(self) -> int:
        """Settle everything that is open; gives how many there were.

        Raises:
            ScimProblem: the app cannot be asked. What is not settled stays open, and nothing may be sent.
        """
        still_open = self._store.open_requests()
        for part in _apart(still_open, self._target.at_once):
            told = await asyncio.gather(*map(self._settle, part), return_exceptions=True)
            for request, entry in zip(part, told, strict=True):
                if isinstance(entry, BaseException):
                    continue
                if entry is None or entry.status != "failure":
                    self._store.close_request(request.id)
                if entry is not None:
                    self._journal.add(entry)
            rows = self._journal.write()
            self._store.commit()
            await self._journal.tell(rows)
            for problem in told:
                if isinstance(problem, BaseException):
                    raise problem
        return len(still_open)

    async def _settle(self, request: OpenRequest) -> LogEntry | None:
        self._store.begin()
        link = self._store.links.get(request.kind, request.source_id)
        if request.action == "provision" and (link is None or link.target_id is None):
            return await self._look_up(request, link)
        # Setting, switching off and deleting can be done twice. What the app has is read before the next
        # write.
        self._store.links.mark(request.kind, request.source_id, used=request.action == "provision")
        if request.action == "provision" and link is not None:
            return await self._confirm(request, link)
        return None

    async def _confirm(self, request: OpenRequest, link: Link) -> LogEntry | None:
        """An update was open. Its account may have vanished and been made anew under another id."""
        names = [attribute for attribute, _ in request.matching]
        if await is_gone(self._target, link, names):
            return await self._look_up(request, link)
        return None

    async def _look_up(self, request: OpenRequest, link: Link | None) -> LogEntry | None:
        for attribute, value in request.matching:
            found = await self._target.find(request.kind, attribute, value)
            if len(found) == 1:
                return self._adopt(request, link, str(found[0]["id"]), attribute, value)
            if found:
                return self._several(request, attribute, value, [str(each["id"]) for each in found])
        return None

    def _several(self, request: OpenRequest, attribute: str, value: Value, accounts: list[str]) -> LogEntry:
        """One of them may be what the create made: the request stays open, so that nobody forgets it."""
        entry = LogEntry(request.kind, "other", "success", request.name, request.source_id)
        entry.blame(DuplicateAccounts(attribute, value, accounts), "match")
        self.settled.add(request.source_id)
        return entry

    def _adopt(
        self, request: OpenRequest, link: Link | None, account: str, attribute: str, value: Value
    ) -> LogEntry | None:
        kind: Kind = request.kind
        self._store.begin()
        others = [
            each for each in self._store.links.holders(kind, account) if each.source_id != request.source_id
        ]
        if others:
            return None  # it was there before and belongs to somebody else
        found = link or Link(kind, request.source_id, request.name)
        found.target_id, found.digest, found.active, found.recheck = account, None, True, True
        self._store.links.put(found)
        self.settled.add(request.source_id)
        entry = LogEntry(kind, "other", "success", request.name, request.source_id, account)
        entry.step("match", "success", f"Found by {attribute} = {value} after an interrupted run.")
        entry.reason = (
            "A request of an interrupted run was settled: the object is in the app and was not sent again."
        )
        return entry


def _apart(requests: list[OpenRequest], most: int) -> Iterator[list[OpenRequest]]:
    """Requests in their order, in parts in which nobody comes twice: those of one person must not race."""
    part: dict[tuple[Kind, str], OpenRequest] = {}
    for request in requests:
        key = (request.kind, request.source_id)
        if key in part or len(part) >= most:
            yield list(part.values())
            part = {}
        part[key] = request
    if part:
        yield list(part.values())
