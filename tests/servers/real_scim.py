"""A real SCIM server made by others, scim2-server, under uvicorn on a free loopback port."""

from __future__ import annotations

import asyncio
import json
import secrets
import socket
import threading
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from scim2_models import ScimPolicy, ScimProvider, UnauthorizedException
from scim2_server.applications.asgi import ASGIApplication
from scim2_server.memory import AsyncInMemoryStorage, InMemoryStorage
from scim2_server.requests import ScimRequest
from scim2_server.utils import (
    load_default_resource_types,
    load_default_schemas,
    load_default_service_provider_config,
)

from app.setup.tenant_url import TenantUrl

# What Entra needs beyond the RFCs; scim.md, section 4.
TOLERANT = ScimPolicy(
    unknown=ScimPolicy.Unknown.ignore,
    remove_value_as_filter=ScimPolicy.RemoveValue.apply,
    unmatched_path_filter=ScimPolicy.UnmatchedPathFilter.create,
)


class _Application(ASGIApplication):
    token = ""

    def check_auth(self, request: ScimRequest) -> None:
        if request.header("Authorization") != f"Bearer {self.token}":
            raise UnauthorizedException


def scim_application(policy: ScimPolicy | None, token: str) -> tuple[InMemoryStorage, ASGIApplication]:
    """A scim2-server that accepts one bearer token, and what it keeps its objects in."""
    provider = ScimProvider.from_discovery(
        load_default_schemas().values(),
        load_default_resource_types().values(),
        config=load_default_service_provider_config(),
        policy=policy,
    )
    storage = InMemoryStorage()
    application = _Application(AsyncInMemoryStorage(storage), provider)
    application.token = token
    return storage, application


def listen(application: Any) -> tuple[uvicorn.Server, socket.socket]:
    """A server for an application, to be run on a free loopback port that is open already."""
    # The protocol is named so that asyncio sets TCP_NODELAY: without it each answer is 40 ms late.
    opened = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    opened.bind(("127.0.0.1", 0))
    opened.listen(100)
    config = uvicorn.Config(
        application, log_level="critical", lifespan="off", ws="none", access_log=False, interface="asgi3"
    )
    return uvicorn.Server(config), opened


class ThreadedServer:
    """Any ASGI application in a thread of its own, until ``stop``."""

    def __init__(self, application: Any) -> None:
        self._server, self._socket = listen(application)
        self.port: int = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._run, name="test-server", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        asyncio.run(self._server.serve(sockets=[self._socket]))

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(timeout=10)
        self._socket.close()


@dataclass
class RealScim:
    """A running scim2-server.

    Attributes:
        tenant_url: its address, as a person would give it.
        token: the one bearer token that it accepts.
    """

    policy: ScimPolicy | None = None
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24))

    def __post_init__(self) -> None:
        self._storage, self._application = scim_application(self.policy, self.token)
        self._server = ThreadedServer(self._serve)
        self.tenant_url = TenantUrl.parse(f"http://127.0.0.1:{self._server.port}/scim/v2")

    async def _serve(self, scope: Any, receive: Any, send: Any) -> None:
        if not scope["path"].startswith("/scim/v2"):
            await send({"type": "http.response.start", "status": 404, "headers": []})
            await send({"type": "http.response.body", "body": b"not here"})
            return
        await self._application({**scope, "root_path": "/scim"}, receive, send)

    def reset(self) -> None:
        """Forget everybody."""
        self._storage.resources = []

    def state(self, kind: str = "") -> list[dict[str, Any]]:
        """Every object as JSON, of one resource type (``User``, ``Group``) or of all."""
        dumped = [json.loads(each.model_dump_json()) for each in self._storage.resources]
        return [each for each in dumped if not kind or each["meta"]["resourceType"] == kind]

    def stop(self) -> None:
        self._server.stop()
