"""What a check has in its hands: requests that are counted, recorded and kept within the rate."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.connection.bench import Bench
from app.connection.usage import Usage
from app.scim.answer import Exchange
from app.scim.dialect import filter_eq, patch_body
from app.scim.errors import ScimProblem
from app.scim.pace import parse_retry_after
from app.scim.path import Value

LONGEST_WAIT = 5.0
"""Seconds that a check waits at most when the app asks it to come back later."""


@dataclass(slots=True)
class Probe:
    """One check's view of the run.

    Attributes:
        usage: what the plan uses.
        bench: what all checks of the run share: connections, test objects, what was learnt.
        detail: what the probe wants to say beside the outcome's sentence.
        shown: the exchange that the report shows; the last one unless the check chooses.
    """

    usage: Usage
    bench: Bench
    detail: str = ""
    shown: Exchange | None = None
    _pinned: bool = field(default=False, repr=False)

    async def send(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | str = "",
        body: object = None,
        headers: Mapping[str, str] | None = None,
    ) -> Exchange:
        """One request; a *too many requests* is waited out twice, within bounds."""
        for again in (True, True, False):
            exchange = await self.bench.wire.exchange(method, path, query=query, body=body, headers=headers)
            self.bench.times.append(exchange.seconds)
            if exchange.status != 429 or not again:
                break
            self.bench.throttled += 1
            asked = parse_retry_after(exchange.headers.get("retry-after"))
            await asyncio.sleep(min(LONGEST_WAIT, 1.0 if asked is None else asked))
        if not self._pinned:
            self.shown = exchange
        return exchange

    def show(self, exchange: Exchange) -> None:
        """Let the report show this exchange, whatever is sent later."""
        self.shown, self._pinned = exchange, True

    async def search(self, attribute: str, value: Value, resource: str = "Users") -> Exchange:
        """Look for objects by one attribute, as Entra does."""
        query = {"filter": filter_eq(attribute, value)}
        if resource == "Groups":
            query = {"excludedAttributes": "members", **query}
        return await self.send("GET", f"/{resource}", query=query)

    async def test_connection(self) -> Exchange:
        """Entra's own *Test Connection*: an unknown user by the first matching attribute; sent once a run."""
        exchange = await self.bench.once(
            "test-connection", lambda: self.search(self.usage.matching[0], str(uuid.uuid4()))
        )
        self.show(exchange)
        return exchange

    async def patch(self, path: str, *operations: dict[str, Any]) -> Exchange:
        """PATCH an object with these operations as they are."""
        return await self.send("PATCH", path, body=patch_body(list(operations)))


def resources(exchange: Exchange) -> list[dict[str, Any]] | None:
    """The objects of a list answer; None when it is none."""
    if exchange.status != 200 or not isinstance(exchange.json, dict):
        return None
    listed = exchange.json.get("Resources", [] if exchange.json.get("totalResults") == 0 else None)
    if not isinstance(listed, list):
        return None
    return [each for each in listed if isinstance(each, dict)]


def is_scim_error(exchange: Exchange) -> bool:
    """Whether an answer of 400 and above is one that a SCIM interface gives."""
    if not isinstance(exchange.json, dict):
        return False
    return any("Error" in str(each) for each in exchange.json.get("schemas") or ()) or (
        "detail" in exchange.json and "status" in exchange.json
    )


def words_of(problem: ScimProblem) -> str:
    """A fault on the way as one sentence, with the detail that tells it apart."""
    return f"{problem.what} {problem.details}".strip() if problem.details else problem.what
