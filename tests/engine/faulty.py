"""A small SCIM app in the test's own loop whose answers go wrong as often as a test says."""

from __future__ import annotations

import asyncio
import copy
import json
import random
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from app.scim.path import AttributePath
from tests.servers.quick_scim import Store
from tests.servers.raw_server import RawServer, Request, answer
from tests.servers.throttle import Throttle

KINDS = (
    "reset",
    "lost answer",
    "time-out",
    "cut body",
    "429",
    "500",
    "500 for a while",
    "503 html",
    "409",
    "404",
    "wrong type",
    "another's answer",
    "duplicate",
    "ignored paging",
    "endless list",
)
A_WHILE = 6  # requests


def retry_after(random_: random.Random) -> dict[str, str]:
    """A form of Retry-After that is met: seconds, fractions, dates, nonsense, far too long, none."""
    soon = datetime.now(UTC) + timedelta(seconds=random_.choice([-3600, 0]))
    forms = ["0", "0.01", format_datetime(soon, usegmt=True), "soon", "-1", "", "86400", None]
    form = random_.choice(forms)
    return {} if form is None else {"Retry-After": form}


class FaultyScim:
    """Keeps users and groups as a real app does; ``fault`` says what goes wrong with a request.

    Attributes:
        bulk: how many operations a bulk request may have; 0: the app does not know them.
        single: what goes wrong with one operation of a bulk request.
    """

    token = "faulty"

    def __init__(self) -> None:
        self.store = Store(paging=True)
        self.fault: Callable[[Request], str] = lambda request: ""
        self.single: Callable[[Request], str] = lambda request: ""
        self.server = RawServer(self._respond)
        self.writes = 0
        self.bulk = 0
        #: What counts requests; its headers go with the fault "throttled".
        self.throttle: Throttle | None = None
        self._random = random.Random(1)
        self._a_while = 0

    async def __aenter__(self) -> FaultyScim:
        await self.server.__aenter__()
        self.tenant_url = self.server.tenant_url
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.server.__aexit__(*error)

    def fail(self, share: float, seed: int, kinds: tuple[str, ...] = KINDS) -> None:
        """Let a share of the requests go wrong."""
        random_ = self._random = random.Random(seed)
        self.fault = lambda request: random_.choice(kinds) if random_.random() < share else ""

    def mend(self) -> None:
        """Let nothing go wrong any more."""
        self.fault = lambda request: ""
        self._a_while = 0

    def state(self, kind: str) -> list[dict[str, Any]]:
        return list(self.store.held[f"{kind}s"].values())

    def _respond(self, request: Request, writer: object) -> bytes | Awaitable[bytes | None]:
        fault = self.fault(request)
        if fault == "500 for a while":
            self._a_while = A_WHILE
        if self._a_while:
            self._a_while -= 1
            fault = "500"
        refusal = self._refusal(fault)
        if refusal is not None:
            return refusal
        if fault == "reset":
            return self._cut()
        if fault == "404" and len(urlsplit(request.target).path.split("/")) > 4:
            return answer(404, {"status": "404"})
        if request.method == "GET" and fault in {"duplicate", "ignored paging", "endless list"}:
            return self._listed_wrongly(fault, request)
        given = self._carry_out(request)
        if fault == "lost answer":
            return self._cut()
        if fault == "time-out":
            return self._hang()
        if fault == "cut body":
            return self._cut(given[: len(given) - 5], writer)
        if fault == "wrong type":
            return answer(200, [1, 2, 3])
        if fault == "409" and request.method == "POST":
            return answer(409, {"status": "409", "scimType": "uniqueness"})
        if fault == "another's answer":
            return self._anothers(request, given)
        return given

    def _refusal(self, fault: str) -> bytes | None:
        """Answers of an app that does nothing at all."""
        if fault == "503 html":
            return answer(503, b"<html>busy</html>", kind="text/html")
        if fault == "429":
            return answer(429, {"detail": "slow down"}, headers=retry_after(self._random))
        if fault == "throttled" and self.throttle is not None:
            return answer(429, {"detail": "too many"}, headers=self.throttle.headers)
        if fault == "html":
            return answer(200, b"<html>sign in</html>", kind="text/html")
        if fault in {"400", "401", "403", "413", "500", "not found"}:
            return answer(404 if fault == "not found" else int(fault), {"detail": "fault"})
        return None

    def _listed_wrongly(self, fault: str, request: Request) -> bytes:
        """Lists that no pager may believe."""
        query = parse_qs(urlsplit(request.target).query)
        whole = self._carry_out(request)
        filtered = "filter" in query
        if filtered != (fault == "duplicate") or not whole.partition(b"\r\n\r\n")[2].startswith(b"{"):
            return whole
        body = json.loads(whole.partition(b"\r\n\r\n")[2])
        if "Resources" not in body:
            return whole
        if fault == "duplicate":
            body["Resources"] += [{**each, "id": f"{each['id']}-twin"} for each in body["Resources"]]
        elif fault == "ignored paging":
            body["totalResults"] = len(body["Resources"]) + 7
        else:
            start, count = int(query["startIndex"][0]), int(query["count"][0])
            body["Resources"] = [
                {"id": f"made-up-{n}", "userName": f"{n}"} for n in range(start, start + count)
            ]
            body["totalResults"] = start + count + 100
        return answer(200, body)

    def _anothers(self, request: Request, given: bytes) -> bytes:
        """An answer that belongs to somebody else."""
        resource = urlsplit(request.target).path.split("/")[3]
        others = list(self.store.held.get(resource, {}).values())
        body = given.partition(b"\r\n\r\n")[2]
        if not body.startswith(b"{") or len(others) < 2:
            return given
        right = json.loads(body)
        wrong = next(each for each in others if each["id"] != right.get("id"))
        if "Resources" in right:
            if not right["Resources"]:
                return given
            return answer(200, {**right, "Resources": [copy.deepcopy(wrong)]})
        return answer(201 if request.method == "POST" else 200, wrong)

    async def _hang(self) -> None:
        await asyncio.Event().wait()

    async def _cut(self, content: bytes = b"", writer: Any = None) -> None:
        if content:
            writer.write(content)
            await writer.drain()

    def _carry_out(self, request: Request) -> bytes:
        split = urlsplit(request.target)
        parts = split.path.removeprefix("/scim/v2").strip("/").split("/")
        if parts[0] == "ServiceProviderConfig":
            limits = {"maxOperations": self.bulk, "maxPayloadSize": 1_000_000}
            return answer(200, {"bulk": {"supported": self.bulk > 0, **limits}})
        if parts[0] == "Bulk":
            return self._together(request.json) if self.bulk else answer(501, {"status": "501"})
        if request.method != "GET":
            self.writes += 1
        if request.method == "PATCH":
            held = self.store.held[parts[0]].get(parts[1])
            if held is None:
                return answer(404, {"status": "404"})
            for operation in request.json["Operations"]:
                self._patch(held, operation)
            self._rename(parts[0], held)
            return answer(204, b"")
        if request.method == "DELETE":
            found = self.store.held[parts[0]].pop(parts[1], None)
            if found is not None:
                name = str(found.get("userName") or found.get("displayName")).casefold()
                self.store.names[parts[0]].pop(name, None)
                self.store.order[parts[0]].remove(parts[1])
                for group in self.store.held["Groups"].values():
                    group["members"] = [
                        each for each in group.get("members", []) if each["value"] != parts[1]
                    ]
            return answer(204 if found is not None else 404, b"" if found is not None else {"status": "404"})
        status, body = self.store.answer(request.method, request.target, request.body)
        if "members" in parse_qs(split.query).get("excludedAttributes", []) and isinstance(body, dict):
            body = {key: value for key, value in body.items() if key != "members"}
        return answer(status, b"" if body is None else body)

    def _rename(self, resource: str, held: dict[str, Any]) -> None:
        """Have searches find what was changed by the name that it has now."""
        names = self.store.names[resource]
        for name in [name for name, account in names.items() if account == held["id"]]:
            del names[name]
        names.setdefault(str(held.get("userName") or held.get("displayName")).casefold(), held["id"])

    def _together(self, asked: Any) -> bytes:
        """A bulk request: each operation as if it had come alone."""
        answers = []
        for each in asked["Operations"]:
            body = json.dumps(each["data"]).encode() if "data" in each else b""
            request = Request(each["method"], f"/scim/v2{each['path']}", {}, body)
            fault = self.single(request)
            if fault == "unanswered":
                self._carry_out(request)
                continue
            given = answer(int(fault), {"detail": "fault"}) if fault else self._carry_out(request)
            status, content = given.split(b" ", 2)[1].decode(), given.partition(b"\r\n\r\n")[2]
            told = {"method": each["method"], "bulkId": each["bulkId"], "status": status}
            answers.append({**told, "response": json.loads(content)} if content else told)
        schema = "urn:ietf:params:scim:api:messages:2.0:BulkResponse"
        return answer(200, {"schemas": [schema], "Operations": answers})

    @staticmethod
    def _patch(held: dict[str, Any], operation: dict[str, Any]) -> None:
        path, value, op = operation["path"], operation.get("value"), operation["op"].casefold()
        if path == "members":
            ids = [each["value"] for each in value]
            kept = [each for each in held.get("members", []) if each["value"] not in ids]
            held["members"] = kept + ([{"value": each} for each in ids] if op == "add" else [])
            return
        if path == "active" and isinstance(value, str):
            value = value == "True"
        if op == "add" and isinstance(value, list):
            value = [*held.get(path, []), *value]
        AttributePath.parse(path).put(held, value)
