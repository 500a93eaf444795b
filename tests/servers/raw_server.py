"""A server that answers whatever bytes a test wants, in the test's own loop: slow, cut, hostile, wrong."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from app.setup.tenant_url import TenantUrl


@dataclass
class Request:
    """What a client sent."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


Answer: TypeAlias = Callable[[Request, asyncio.StreamWriter], bytes | Awaitable[bytes | None]]


def answer(
    status: int = 200,
    body: object = b"",
    kind: str = "application/scim+json",
    headers: dict[str, str] | None = None,
) -> bytes:
    """A whole HTTP answer; a body that is no bytes is sent as JSON."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = [f"HTTP/1.1 {status} X"]
    if kind:
        lines.append(f"Content-Type: {kind}")
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    if not any(line.lower().startswith("transfer-encoding") for line in lines):
        lines.append(f"Content-Length: {len(content)}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + content


def found(*resources: dict[str, Any], total: int | None = None) -> bytes:
    """A ListResponse."""
    return answer(
        200,
        {
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
            "totalResults": len(resources) if total is None else total,
            "Resources": list(resources),
            "startIndex": 1,
            "itemsPerPage": 100,
        },
    )


class RawServer:
    """Listens on loopback; ``requests`` holds all that came. Give an answer of None to cut the connection."""

    def __init__(self, respond: Answer, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1") -> None:
        self.respond = respond
        self.requests: list[Request] = []
        self.asked = asyncio.Event()
        self._tls = tls
        self._host = host
        self._tasks: set[asyncio.Task[Any]] = set()

    async def __aenter__(self) -> RawServer:

        self._server = await asyncio.start_server(self._serve, self._host, 0, ssl=self._tls, limit=2**24)
        self.port: int = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @property
    def tenant_url(self) -> TenantUrl:
        scheme = "https" if self._tls else "http"
        name = "localhost" if self._tls else self._host
        return TenantUrl.parse(f"{scheme}://{name}:{self.port}/scim/v2")

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            while await self._one(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError, ssl.SSLError):
            pass
        finally:
            self._tasks.discard(task)
            writer.transport.abort()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        method, target, _ = head[0].split(" ", 2)
        headers = {
            name.strip().lower(): value.strip()
            for name, _, value in (line.partition(":") for line in head[1:] if line)
        }
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        request = Request(method, target, headers, body)
        self.requests.append(request)
        self.asked.set()
        given = self.respond(request, writer)
        content = given if isinstance(given, bytes) else await given
        if content is None:
            return False
        writer.write(content)
        await writer.drain()
        return True
