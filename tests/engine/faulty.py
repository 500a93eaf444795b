"""A small SCIM app in the test's own loop whose answers go wrong as often as a test says."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

from app.scim.path import AttributePath
from tests.servers.quick_scim import Store
from tests.servers.raw_server import RawServer, Request, answer

KINDS = ("reset", "lost answer", "500", "503 html", "429", "cut body", "wrong type")


class FaultyScim:
    """Keeps users and groups as a real app does; ``fault`` says what goes wrong with a request."""

    token = "faulty"

    def __init__(self) -> None:
        self.store = Store(paging=True)
        self.fault: Callable[[Request], str] = lambda request: ""
        self.server = RawServer(self._respond)
        self.writes = 0

    async def __aenter__(self) -> FaultyScim:
        await self.server.__aenter__()
        self.tenant_url = self.server.tenant_url
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.server.__aexit__(*error)

    def fail(self, share: float, seed: int, kinds: tuple[str, ...] = KINDS) -> None:
        """Let a share of the requests go wrong."""
        random_ = random.Random(seed)
        self.fault = lambda request: random_.choice(kinds) if random_.random() < share else ""

    def state(self, kind: str) -> list[dict[str, Any]]:
        return list(self.store.held[f"{kind}s"].values())

    def _respond(self, request: Request, writer: object) -> Any:
        fault = self.fault(request)
        if fault == "reset":
            return self._cut()
        if fault == "500":
            return answer(500, {"detail": "fault"})
        if fault == "503 html":
            return answer(503, b"<html>busy</html>", kind="text/html")
        if fault == "429":
            return answer(429, {"detail": "slow down"}, headers={"Retry-After": "0"})
        if fault in {"401", "403", "400", "404"}:
            return answer(int(fault), {"detail": "fault"})
        if fault == "html":
            return answer(200, b"<html>sign in</html>", kind="text/html")
        given = self._carry_out(request)
        if fault == "lost answer":
            return self._cut()
        if fault == "cut body":
            return self._cut(given[: len(given) - 5], writer)
        if fault == "wrong type":
            return answer(200, [1, 2, 3])
        return given

    async def _cut(self, content: bytes = b"", writer: Any = None) -> None:
        if content:
            writer.write(content)
            await writer.drain()

    def _carry_out(self, request: Request) -> bytes:
        split = urlsplit(request.target)
        parts = split.path.removeprefix("/scim/v2").strip("/").split("/")
        if request.method != "GET":
            self.writes += 1
        if request.method == "PATCH":
            held = self.store.held[parts[0]].get(parts[1])
            if held is None:
                return answer(404, {"status": "404"})
            for operation in request.json["Operations"]:
                self._patch(held, operation)
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
        AttributePath.parse(path).put(held, value)
