"""From an HTTP request to an answer of the practice tenant: sign-in, permission, trouble, route."""

from __future__ import annotations

import json
import logging
import re
import uuid
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import replace
from typing import Any, Final, TypeAlias
from urllib.parse import parse_qsl

from app.practice.tenant import (  # noqa: F401 - importing the modules fills the table of routes
    delta_paths,
    directory_paths,
    gallery_paths,
    job_paths,
    log_paths,
    schema_paths,
    secret_paths,
)
from app.practice.tenant.batch import batch
from app.practice.tenant.controls import control
from app.practice.tenant.fault import GraphFault, bad_request, not_found, ordered
from app.practice.tenant.request import Answer, Request, answer, find_route
from app.practice.tenant.sign_in import permit
from app.practice.tenant.tenant import Tenant

Scope: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send: TypeAlias = Callable[[MutableMapping[str, Any]], Awaitable[None]]

VERSION: Final = "/v1.0"
CONTROLS_AT: Final = "/practice/"
LARGEST: Final = 4_000_000
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost"})
_CONTEXT: Final = "$metadata#"

log = logging.getLogger(__name__)


class GraphService:
    """The practice tenant as an ASGI application."""

    def __init__(self) -> None:
        self.tenant = Tenant()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            return
        headers = {
            name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]
        }
        path = scope.get("raw_path", scope["path"].encode()).partition(b"?")[0].decode("ascii")
        request_id = str(uuid.uuid4())
        client_request_id = headers.get("client-request-id", request_id)
        try:
            body = await _body(receive)
            given = await self._answer(scope, path, headers, body)
        except GraphFault as fault:
            given = Answer(fault.status, fault.body(request_id, client_request_id), fault.headers)
        except Exception as error:  # one request that fails must not end the tenant
            log.exception("the practice tenant failed at %s", path)
            failed = GraphFault(500, "InternalServerError", f"{type(error).__name__}: {error}")
            given = Answer(500, failed.body(request_id, client_request_id))
        ids = {"request-id": request_id, "client-request-id": client_request_id}
        await _send(send, replace(given, headers={**ids, **given.headers}))

    async def _answer(self, scope: Scope, path: str, headers: dict[str, str], body: bytes) -> Answer:
        host = headers.get("host", "")
        if host.rpartition(":")[0].lower() not in _LOOPBACK:
            raise GraphFault(
                421, "BadRequest", "This practice tenant answers to 127.0.0.1 and localhost only."
            )
        if "origin" in headers:
            # A page in a browser: it could not read the answer, but it could turn the controls.
            raise GraphFault(403, "Forbidden", "This practice tenant does not answer to web pages.")
        if path.startswith(CONTROLS_AT):
            if scope["method"] != "POST":
                raise bad_request("The practice tenant's controls take POST.")
            told = control(self.tenant, path.removeprefix(CONTROLS_AT), _json(body) or {})
            return Answer(204) if told is None else Answer(body=told)
        if not path.startswith(f"{VERSION}/"):
            raise not_found(path)
        if (trouble := self._trouble(scope["method"], path)) is not None:
            return trouble
        query = dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))
        request = Request(
            method=scope["method"],
            path=path.removeprefix(VERSION),
            query=query,
            headers=headers,
            body=_json(body),
            root=f"http://{host}{VERSION}",
            who=self.tenant.tokens.who(headers.get("authorization", "")),
        )
        if request.path == "/$batch" and request.method == "POST":
            return await batch(request, self._single)
        return _with_context(request, await self._routed(request))

    async def _single(self, request: Request) -> Answer:
        """One request of a batch; its refusal is its own."""
        try:
            if (trouble := self._trouble(request.method, VERSION + request.path)) is not None:
                return trouble
            return await self._routed(request)
        except GraphFault as fault:
            return Answer(fault.status, fault.body(), fault.headers)

    async def _routed(self, request: Request) -> Answer:
        found = find_route(request.method, request.path)
        if found is None:
            raise bad_request(f"Resource not found for the segment '{request.path}'.")
        route, parts = found
        permit(request.who, route.area, request.method)
        return await answer(self.tenant, route, request, parts)

    def _trouble(self, method: str, path: str) -> Answer | None:
        """What a control ordered for this call."""
        for each in self.tenant.troubles:
            if each.times > 0 and each.method in {"", method} and re.search(each.path, path):
                each.times -= 1
                if each.body:
                    return Answer(each.status, each.body, each.headers)
                return Answer(each.status, ordered(each.status).body(), each.headers)
        return None


def _with_context(request: Request, given: Answer) -> Answer:
    if not isinstance(given.body, dict) or request.method not in {"GET", "POST"}:
        return given
    collection = request.path.strip("/").partition("?")[0]
    context = f"{request.root}/{_CONTEXT}{collection}"
    return Answer(given.status, {"@odata.context": context, **given.body}, given.headers)


def _json(body: bytes) -> Any:
    if not body:
        return None
    try:
        return json.loads(body)
    except ValueError as error:
        raise bad_request("Unable to read JSON request payload.") from error


async def _body(receive: Receive) -> bytes:
    parts, length = [], 0
    while True:
        message = await receive()
        part = message.get("body", b"")
        length += len(part)
        if length > LARGEST:
            raise GraphFault(413, "RequestEntityTooLarge", "The request is too large.")
        parts.append(part)
        if not message.get("more_body"):
            return b"".join(parts)


async def _send(send: Send, given: Answer) -> None:
    headers = [(b"content-type", b"application/json;odata.metadata=minimal")]
    headers += [
        (name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in given.headers.items()
    ]
    if given.body is None:
        text = b""
    else:
        text = given.body.encode() if isinstance(given.body, str) else json.dumps(given.body).encode()
    if given.status != 204:
        headers.append((b"content-length", str(len(text)).encode()))
    await send({"type": "http.response.start", "status": given.status, "headers": headers})
    await send({"type": "http.response.body", "body": text})
