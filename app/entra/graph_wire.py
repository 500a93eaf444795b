"""One try of one call to Graph: sent to the one host, answered within bounds, every fault named."""

from __future__ import annotations

import asyncio
import json
import ssl
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

import aiohttp
import httpx

from app.entra.clouds import Cloud
from app.entra.graph_problem import GraphProblem, code_of_network
from app.network.body import BodyFault, parse_body, read_whole
from app.network.faults import classify
from app.network.transport import CONNECT_TIMEOUT, ProxyUnusable, open_transport
from app.setup.redaction import secrets_seen

CONNECTIONS = 8
LARGEST = 64 * 1024 * 1024
"""Bytes of one answer at most: a schema with its directories is large."""


@dataclass(frozen=True, slots=True)
class GraphAnswer:
    """What came back. ``fault`` is a code of ``fault_table`` when the body is not JSON, else empty."""

    method: str
    path: str
    status: int
    headers: httpx.Headers
    json: Any
    fault: str


class GraphWire:
    """The connection to one cloud's Graph host. See ``GraphClient`` for the arguments."""

    def __init__(
        self,
        cloud: Cloud,
        *,
        timeout: float,
        tls: ssl.SSLContext | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.calls = 0
        self._cloud = cloud
        self._origin = _origin(cloud.graph)
        self._timeout = timeout
        self._tls = tls
        self._given = transport
        self._transport: httpx.AsyncBaseTransport | None = None
        self._slots = asyncio.Semaphore(CONNECTIONS)

    async def open(self) -> None:
        """Begin; nothing is sent yet. Raises GraphProblem when the proxy cannot be used."""
        if self._given is not None:
            self._transport = self._given
            return
        host, loopback = self._cloud.host, self._cloud.is_practice
        try:
            self._transport = open_transport(self._origin[0], host, loopback, CONNECTIONS, self._tls)
        except ProxyUnusable as error:
            raise GraphProblem("GRAPH-PROXY", host=host, sent=False) from error

    async def close(self) -> None:
        """End all connections."""
        if self._transport is not None:
            await self._transport.aclose()
            self._transport = None

    def url(self, path: str, params: Mapping[str, str] | None = None) -> str:
        """The address of a path, or a link of Graph's own as it is.

        Raises:
            GraphProblem: the link leads to another host: the token must not be sent there.
        """
        if path.startswith("/"):
            address = f"{self._cloud.base}{path}"
        elif _origin(path) == self._origin:
            address = path
        else:
            # Neither path nor query of it: they may hold what is meant for the other host alone.
            scheme, host, _ = _origin(path)
            where = f"{scheme}://{host}" if host else "an unreadable address"
            raise GraphProblem("GRAPH-ELSEWHERE", host=self._cloud.host, detail=where, sent=False)
        if not params:
            return address
        query = "&".join(f"{name}={quote(value, safe='')}" for name, value in params.items())
        return f"{address}{'&' if '?' in address else '?'}{query}"

    def odd(self, method: str, path: str, detail: str, status: int | None = 200) -> GraphProblem:
        """The problem of an answer that makes no sense."""
        return GraphProblem(
            "GRAPH-ANSWER", method=method, path=path, host=self._cloud.host, status=status, detail=detail
        )

    async def exchange(
        self, method: str, url: str, token: str, body: object, headers: Mapping[str, str] | None
    ) -> GraphAnswer:
        """Send one call, once, and read its answer whatever the status.

        Raises:
            GraphProblem: no complete answer was got.
        """
        secrets_seen.add(token)
        path = url.removeprefix(self._cloud.base)
        sent = b"" if body is None else json.dumps(body).encode()
        request = httpx.Request(
            method,
            url,
            headers=self._headers(token, sent, headers),
            content=sent,
            extensions=self._extensions(),
        )
        async with self._slots:
            self.calls += 1
            try:
                async with asyncio.timeout(self._timeout):
                    return await self._send(request, method, path)
            except TimeoutError as error:
                raise GraphProblem(
                    "GRAPH-TIMEOUT", method=method, path=path, host=self._cloud.host
                ) from error

    async def _send(self, request: httpx.Request, method: str, path: str) -> GraphAnswer:
        assert self._transport is not None, "use the client as an async context manager"
        try:
            response = await self._transport.handle_async_request(request)
            try:
                content = await read_whole(response, LARGEST)
            finally:
                stream: Any = response.stream
                await stream.aclose()
        except BodyFault as bad:
            raise self.odd(method, path, bad.code, response.status_code) from bad
        except (httpx.HTTPError, aiohttp.ClientError, OSError, ValueError) as error:
            raise self._fault(method, path, error) from error
        parsed, fault = parse_body(content, response.headers.get("content-type", ""))
        if fault and response.status_code < 300:
            raise self.odd(method, path, fault, response.status_code)
        return GraphAnswer(
            method, path, response.status_code, response.headers, parsed, fault and "GRAPH-ANSWER"
        )

    def _fault(self, method: str, path: str, error: BaseException) -> GraphProblem:
        found = classify(error, https=self._origin[0] == "https")
        return GraphProblem(
            code_of_network(found.code),
            method=method,
            path=path,
            host=self._cloud.host,
            status=found.status,
            detail=f"{found.code} {found.detail}".strip(),
            sent=found.sent,
        )

    def _headers(self, token: str, sent: bytes, more: Mapping[str, str] | None) -> dict[str, str]:
        headers = {
            "Accept": "application/json",
            "Accept-Encoding": "gzip, deflate",
            "User-Agent": "Rollcall",
            "client-request-id": str(uuid.uuid4()),
        }
        if sent:
            headers["Content-Type"] = "application/json"
        headers.update(more or {})
        if token:
            headers["Authorization"] = f"Bearer {token}"
        return headers

    def _extensions(self) -> dict[str, Any]:
        return {
            "timeout": {
                "connect": min(CONNECT_TIMEOUT, self._timeout * 0.6),
                "read": self._timeout,
                "pool": None,
            }
        }


def _origin(url: str) -> tuple[str, str, int | None]:
    """Scheme, host and port; a link that cannot be read has none of ours."""
    try:
        parts = urlsplit(url)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:
        return "", "", None
    # A user name before the host would hide which one is meant.
    return ("", "", None) if parts.username is not None else (parts.scheme, parts.hostname or "", port)
