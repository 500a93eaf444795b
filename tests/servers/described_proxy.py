"""Stands before a practice tenant and holds all that passes to Microsoft's description.

A transport sees what one client in the test's own process sends. Commands, workers and windows are processes
of their own: they are given this proxy's address instead of the tenant's, and know nothing of it.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx

from app.practice.tenant.process import PracticeTenant
from tests.servers.described import NotDescribed, check_answer, check_batch_answer, check_call, operation
from tests.servers.real_scim import ThreadedServer

_HOPS = {"connection", "content-length", "transfer-encoding", "keep-alive", "date"}


class DescribedTenant:
    """A practice tenant behind a proxy that checks.

    Attributes:
        graph_url: where clients are to go.
        seen: method and described path of each call, in order.
        faults: what was not in the description.
    """

    def __init__(self, tenant: PracticeTenant) -> None:
        self._origin = tenant.graph_url
        self._client: httpx.AsyncClient | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._server = ThreadedServer(self._serve)
        self.port = self._server.port
        self.graph_url = f"http://127.0.0.1:{self.port}"
        self.seen: list[tuple[str, str]] = []
        self.faults: list[str] = []

    async def _serve(self, scope: Any, receive: Any, send: Any) -> None:
        if self._client is None:  # in the server's own loop
            self._loop = asyncio.get_running_loop()
            self._client = httpx.AsyncClient(base_url=self._origin, trust_env=False, timeout=60)
        body = await _body(receive)
        target = scope["raw_path"] + (b"?" + scope["query_string"] if scope["query_string"] else b"")
        # Host is passed on: the tenant's links must lead back here.
        headers = [(name, value) for name, value in scope["headers"] if name.decode() not in _HOPS]
        found = self._check_call(scope, body)
        url = httpx.URL(self._origin).copy_with(raw_path=target)
        answer = await self._client.request(scope["method"], url, headers=headers, content=body)
        if found is not None:
            self._check_answer(scope, body, found, answer)
        kept = [(n.lower(), v) for n, v in answer.headers.raw if n.decode().lower() not in _HOPS]
        await send({"type": "http.response.start", "status": answer.status_code, "headers": kept})
        await send({"type": "http.response.body", "body": answer.content})

    def _check_call(self, scope: Any, body: bytes) -> dict[str, Any] | None:
        path = scope["raw_path"].decode()
        if not path.startswith("/v1.0/"):
            return None
        path = path.removeprefix("/v1.0")
        try:
            query = scope["query_string"].decode()
            found = check_call(scope["method"], path, query, json.loads(body) if body else None)
            self.seen.append((scope["method"], operation(scope["method"], path)[0]))
        except NotDescribed as fault:
            self.faults.append(str(fault))
            return None
        return found

    def _check_answer(self, scope: Any, sent: bytes, found: dict[str, Any], answer: httpx.Response) -> None:
        path = scope["raw_path"].decode().removeprefix("/v1.0")
        if answer.status_code >= 500 or "json" not in answer.headers.get("content-type", ""):
            return
        try:
            told = answer.json() if answer.content else None
        except ValueError:
            return  # broken on purpose: a control ordered it
        try:
            check_answer(scope["method"], path, found, answer.status_code, told)
            if path == "/$batch" and answer.status_code == 200:
                check_batch_answer(json.loads(sent), told)
        except NotDescribed as fault:
            self.faults.append(str(fault))

    def judge(self) -> None:
        """Fail where anything was not described; forget it.

        Raises:
            NotDescribed: with all that was not.
        """
        faults, self.faults = self.faults, []
        self.seen.clear()
        if faults:
            raise NotDescribed("\n".join(faults))

    def stop(self) -> None:
        """End the proxy; not the tenant."""
        if self._client is not None and self._loop is not None:
            asyncio.run_coroutine_threadsafe(self._client.aclose(), self._loop).result(10)
        self._server.stop()


async def _body(receive: Any) -> bytes:
    parts = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)
