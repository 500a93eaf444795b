"""A SCIM server that is never the limit: one process, a dictionary, and just enough HTTP.

Run as ``python -m tests.servers.quick_scim [--no-paging]``; prints its port and ends when its input closes.
Not a real SCIM server: benchmarks only.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import time
from typing import Any
from urllib.parse import parse_qs, unquote_plus, urlsplit

_FILTER = re.compile(r'(\S+) eq "(.*)"')
_SCHEMA = "urn:ietf:params:scim:api:messages:2.0:ListResponse"


class Store:
    """The accounts, and where each one's matching value leads."""

    def __init__(self, paging: bool) -> None:
        self.paging = paging
        self.held: dict[str, dict[str, dict[str, Any]]] = {"Users": {}, "Groups": {}}
        self.names: dict[str, dict[str, str]] = {"Users": {}, "Groups": {}}
        self.order: dict[str, list[str]] = {"Users": [], "Groups": []}
        self.requests = 0
        self.made = 0  # no id is ever given twice, whatever was deleted

    def answer(self, method: str, target: str, body: bytes) -> tuple[int, Any]:
        self.requests += 1
        split = urlsplit(target)
        parts = split.path.removeprefix("/scim/v2").strip("/").split("/")
        resource = parts[0]
        if resource == "reset":
            self.__init__(self.paging)  # type: ignore[misc]
            return 200, {}
        if resource == "cpu":
            return 200, {"seconds": time.process_time()}
        if len(parts) == 2:
            return self._one(method, resource, parts[1])
        if method == "POST":
            return self._create(resource, json.loads(body))
        return self._list(resource, parse_qs(split.query))

    def _one(self, method: str, resource: str, number: str) -> tuple[int, Any]:
        found = self.held[resource].get(number)
        if found is None:
            return 404, {"status": "404"}
        if method == "DELETE":
            del self.held[resource][number]
            return 204, None
        return (204, None) if method == "PATCH" else (200, found)

    def _create(self, resource: str, given: dict[str, Any]) -> tuple[int, Any]:
        name = str(given.get("userName") or given.get("displayName")).casefold()
        if name in self.names[resource]:
            return 409, {"status": "409", "scimType": "uniqueness"}
        number = f"{self.made:x}"
        self.made += 1
        given["id"] = number
        self.held[resource][number] = given
        self.names[resource][name] = number
        self.order[resource].append(number)
        return 201, given

    def _list(self, resource: str, query: dict[str, list[str]]) -> tuple[int, Any]:
        if "filter" in query:
            match = _FILTER.match(unquote_plus(query["filter"][0]))
            number = self.names[resource].get(match.group(2).casefold()) if match else None
            found = [self.held[resource][number]] if number is not None else []
            return 200, _listed(found, len(found), 1)
        start = int(query.get("startIndex", ["1"])[0]) if self.paging else 1
        count = int(query.get("count", ["100"])[0])
        numbers = self.order[resource][start - 1 : start - 1 + count]
        total = len(self.order[resource]) + (0 if self.paging else 1)
        return 200, _listed([self.held[resource][each] for each in numbers], total, start)


def _listed(found: list[dict[str, Any]], total: int, start: int) -> dict[str, Any]:
    return {
        "schemas": [_SCHEMA],
        "totalResults": total,
        "startIndex": start,
        "itemsPerPage": len(found),
        "Resources": found,
    }


class Connection(asyncio.Protocol):
    """One connection: requests one after the other."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            head = self._buffer[:end].decode("latin-1")
            match = re.search(r"content-length: *(\d+)", head, re.IGNORECASE)
            length = int(match.group(1)) if match else 0
            if len(self._buffer) < end + 4 + length:
                return
            body = self._buffer[end + 4 : end + 4 + length]
            self._buffer = self._buffer[end + 4 + length :]
            method, target, _ = head.split(" ", 2)
            status, answer = self._store.answer(method, target, body)
            content = b"" if answer is None else json.dumps(answer).encode()
            self._transport.write(  # type: ignore[attr-defined]
                f"HTTP/1.1 {status} X\r\nContent-Type: application/scim+json\r\n"
                f"Content-Length: {len(content)}\r\n\r\n".encode()
                + content
            )


async def serve() -> None:
    store = Store("--no-paging" not in sys.argv)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(store), "127.0.0.1", 0)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


if __name__ == "__main__":
    asyncio.run(serve())
