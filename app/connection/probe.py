"""What a check has in its hands: requests that are counted, recorded and kept within the rate."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.connection.bench import Bench
from app.connection.usage import Usage
from app.network.pace import parse_retry_after
from app.scim.answer import Exchange
from app.scim.client import resource_path
from app.scim.dialect import filter_eq, patch_body
from app.scim.errors import ScimProblem
from app.scim.path import AttributePath, Value

LONGEST_WAIT = 5.0
"""Seconds that a check waits at most when the app asks it to come back later."""


class Untried(Exception):
    """A check cannot be tried, for the reason given; it is skipped."""


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

    async def find(self, attribute: str, value: Value, resource: str = "Users") -> list[dict[str, Any]]:
        """Those that a search returns; nobody when it fails."""
        return resources(await self.search(attribute, value, resource)) or []

    async def read(self, path: str) -> dict[str, Any] | None:
        """One object as the app has it now; None when it does not show it."""
        exchange = await self.send("GET", path)
        return exchange.json if exchange.status == 200 and isinstance(exchange.json, dict) else None

    async def make(self, resource: str, body: dict[str, Any]) -> Exchange:
        """Make a test object, which is removed at the end of the run."""
        assert self.bench.objects is not None, "a check that writes runs at the level write only"
        exchange = await self.bench.objects.make(resource, body)
        self.bench.times.append(exchange.seconds)
        if not self._pinned:
            self.shown = exchange
        return exchange

    @property
    def user_path(self) -> str:
        """The path of the main test user."""
        assert self.bench.user is not None, "needs U-POST"
        return resource_path("Users", str(self.bench.user["id"]))

    async def second_user(self) -> dict[str, Any] | None:
        """Another test user, whose name begins with the first one's; made once a run. None when refused."""

        async def make() -> dict[str, Any] | None:
            name = f"{self.bench.name('a')}.example.com"
            body = {**self.bench.learnt["sent"], "userName": name}
            for each in ("externalId", "emails"):
                body.pop(each, None)
            await self.make("Users", {**body, "emails": [{"type": "work", "value": name, "primary": True}]})
            # As the app has it: whole values only, because the search may find the first one too.
            found = await self.find("userName", name)
            return next((each for each in found if str(each.get("userName")).casefold() == name), None)

        return await self.bench.once("second-user", make)

    async def enable(self) -> None:
        """Enable the main test user after a check has disabled it, in whichever way works."""
        for value in ("True", True):
            change = {"op": self.op("Replace"), "path": "active", "value": value}
            if (await self.patch(self.user_path, change)).status < 300:
                return

    async def switch(self, on: bool) -> bool:
        """Enable or disable the main test user in whichever way works; whether the app shows it then."""
        for value in ("True" if on else "False", on):
            exchange = await self.patch(
                self.user_path, {"op": self.op("Replace"), "path": "active", "value": value}
            )
            if 200 <= exchange.status < 300:
                seen = await self.read(self.user_path)
                if seen is None or self._is(seen.get("active"), on):
                    return True
        return False

    def op(self, name: str) -> str:
        """``Add``, ``Replace`` or ``Remove``; in small letters when the app refuses capitals (P-OP)."""
        return name.lower() if self.bench.codes.get("P-OP") == "capitals" else name

    async def apply(self, path: str, operations: list[dict[str, Any]], expected: dict[str, Value]) -> str:
        """PATCH, then read: ``ok``, ``refused``, or ``silent`` when the app says yes and does nothing.

        Args:
            path: of the object.
            operations: as they are.
            expected: what must be there afterwards, by SCIM path; None for *nothing*.
        """
        if self.bench.learnt.get("no-patch"):
            raise Untried("Not tried, because the app does not take any change (see P-OP).")
        exchange = await self.patch(path, *operations)
        self.show(exchange)
        if exchange.status >= 300:
            self.detail = exchange.scim_error[1] or f"status {exchange.status}"
            return "refused"
        seen = await self.read(path)
        if seen is None and expected == {"active": False}:
            return "ok"  # hidden since it is disabled: that is F-INACTIVE's to tell
        for target, wanted in expected.items():
            found = AttributePath.parse(target).get(seen) if seen is not None else None
            if not self._is(found, wanted):
                self.detail = target
                return "silent"
        return "ok"

    def _is(self, found: Value, wanted: Value) -> bool:
        """Equal; a boolean as text counts only with an app that shows all booleans so (U-BOOLSTR)."""
        if isinstance(wanted, bool) and found is not wanted and "U-BOOLSTR" not in self.bench.failed:
            return False
        return found is wanted if wanted is None else str(found) == str(wanted)

    async def remove(self, resource: str, ids: set[str]) -> None:
        """Delete test objects before the end, because they would be in the way of other checks."""
        for object_id in ids:
            await self.send("DELETE", resource_path(resource, object_id))

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
