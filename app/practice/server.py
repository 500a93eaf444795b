"""The practice app's own process: a real SCIM server, made by others, on a loopback port.

scim2-server speaks the protocol and uvicorn carries it: under scim2-server's own command each request costs a
connection.

The process reads one JSON line from standard input (token and policy), prints one with its address, and ends
when standard input closes. The token is never on a command line or in the environment, where others could
read it.
"""

from __future__ import annotations

import json
import os
import secrets
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
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

HOST = "127.0.0.1"
MOUNT = "/scim"
"""Stands before scim2-server's own ``/v2``, so that the tenant URL ends in ``/scim/v2`` as the tutorial's."""
LAST_WORDS = 2.0
"""Seconds from the end of standard input to the end of the process, at most."""

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


class _Server(uvicorn.Server):
    """Uvicorn without its signal handlers, that says where it is once it listens."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        # Ctrl-C in the terminal is for the command; this process ends when its standard input closes.
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if sockets:
            port: int = sockets[0].getsockname()[1]
            _tell({"url": f"http://{HOST}:{port}{MOUNT}/v2", "port": port})


def main() -> int:
    """Be the practice app until standard input closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        wish = json.loads(sys.stdin.buffer.readline())
        policy = STRICT if wish["policy"] == "strict" else TOLERANT
        application = PracticeServer(wish["token"], policy)
        listening = _listen()
    except Exception as error:  # noqa: BLE001 - whatever it is, whoever started this process must hear of it
        _tell({"error": f"{type(error).__name__}: {error}"})
        return 1
    server = _Server(
        uvicorn.Config(
            application,
            log_config=None,
            access_log=False,
            lifespan="off",
            ws="none",
            proxy_headers=False,
            server_header=False,
            timeout_keep_alive=60,
            timeout_graceful_shutdown=1,
        )
    )
    threading.Thread(target=_end_with_input, args=(server,), name="input", daemon=True).start()
    server.run(sockets=[listening])
    return 0


def _listen() -> socket.socket:
    """A free port on loopback.

    The protocol is named because asyncio sets TCP_NODELAY only where it is: without, each answer waits 40 ms
    for the client's delayed acknowledgement (measured with 8 connections: 176 POSTs a second instead of 917).
    """
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.bind((HOST, 0))
    return listening


def _end_with_input(server: uvicorn.Server) -> None:
    while sys.stdin.buffer.read(4096):
        pass
    server.should_exit = True
    time.sleep(LAST_WORDS)
    os._exit(0)


def _tell(line: dict[str, object]) -> None:
    sys.stdout.buffer.write(json.dumps(line).encode() + b"\n")
    sys.stdout.buffer.flush()


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
