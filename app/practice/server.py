"""The practice app's own process: a real SCIM server, made by others, on a loopback port.

scim2-server speaks the protocol and uvicorn carries it: under scim2-server's own command each request costs a
connection.

The process reads one JSON line from standard input (token and policy), prints one with its address, and ends
when standard input closes. The token is never on a command line or in the environment, where others could
read it.
"""

from __future__ import annotations

import json
import secrets
from typing import Any

from scim2_models import ScimPolicy, ScimProvider, UnauthorizedException
from scim2_server.applications.asgi import ASGIApplication, Message, Receive, Send
from scim2_server.memory import AsyncInMemoryStorage
from scim2_server.requests import ScimRequest
from scim2_server.testserver.application import BEARER_TOKEN_SCHEME
from scim2_server.utils import (
    load_default_resource_types,
    load_default_schemas,
    load_default_service_provider_config,
)

from app.practice.serving import HOST, serve

MOUNT = "/scim"
"""Stands before scim2-server's own ``/v2``, so that the tenant URL ends in ``/scim/v2`` as the tutorial's."""

TOLERANT = ScimPolicy(
    unknown=ScimPolicy.Unknown.ignore,  # the schema URN that Entra adds to groups
    remove_value_as_filter=ScimPolicy.RemoveValue.apply,  # Entra's default way to remove a member
    unmatched_path_filter=ScimPolicy.UnmatchedPathFilter.create,  # a first mobile number by PATCH
)
"""The five shapes of Entra's that the RFC's letter refuses are taken: ``scim.md`` lists them."""
STRICT = ScimPolicy()


class PracticeServer(ASGIApplication):  # type: ignore[misc, unused-ignore]
    """scim2-server behind one bearer token, reachable under ``/scim/v2`` of loopback names only."""

    def __init__(self, token: str, policy: ScimPolicy) -> None:
        config = load_default_service_provider_config()
        config.authentication_schemes = [*(config.authentication_schemes or []), BEARER_TOKEN_SCHEME]
        provider = ScimProvider.from_discovery(
            load_default_schemas().values(),
            load_default_resource_types().values(),
            config=config,
            policy=policy,
        )
        super().__init__(AsyncInMemoryStorage(), provider)
        self._token = token.encode()

    def check_auth(self, request: ScimRequest) -> None:
        """Refuse a request without the token."""
        scheme, _, token = (request.header("Authorization") or "").partition(" ")
        if scheme.lower() != "bearer" or not secrets.compare_digest(token.encode(), self._token):
            raise UnauthorizedException

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """Serve a request if it is meant for this server."""
        if scope["type"] == "http":
            if not _is_loopback_name(scope):
                await _refuse(send, 421, "This practice app answers to 127.0.0.1 and localhost only.")
                return
            path: str = scope["path"]
            if not path.startswith(f"{MOUNT}/v2/") and path != f"{MOUNT}/v2":
                await _refuse(send, 404, f"Nothing is here. The tenant URL ends in {MOUNT}/v2.")
                return
            scope = {**scope, "root_path": MOUNT}
        await super().__call__(scope, receive, send)


def main() -> int:
    """Be the practice app until standard input closes."""
    return serve(
        lambda wish: PracticeServer(wish["token"], STRICT if wish["policy"] == "strict" else TOLERANT),
        lambda port: {"url": f"http://{HOST}:{port}{MOUNT}/v2", "port": port},
    )


def _is_loopback_name(scope: dict[str, Any]) -> bool:
    """Whether the Host header names loopback: a web page that points its own name here is turned away."""
    host = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"host"), "")
    return host.rpartition(":")[0].lower() in {HOST, "localhost"}


async def _refuse(send: Send, status: int, detail: str) -> None:
    body = {
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"],
        "status": str(status),
        "detail": detail,
    }
    start: Message = {
        "type": "http.response.start",
        "status": status,
        "headers": [(b"content-type", b"application/scim+json")],
    }
    await send(start)
    await send({"type": "http.response.body", "body": json.dumps(body).encode()})
