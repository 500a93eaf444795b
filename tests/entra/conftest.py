"""A Graph that answers what a test wants, and a client of it that does not wait long."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from app.entra.clouds import practice
from app.entra.graph import GraphClient
from app.network.pace import Waits
from app.setup.redaction import secrets_seen
from tests.servers.raw_server import Answer, RawServer, Request, answer

QUICK = Waits(first=0.001, cap=0.002, longest=0.5)
TOKEN = "tok-en.of-this-test"


def graph_answer(status: int = 200, body: object = b"", headers: dict[str, str] | None = None) -> bytes:
    return answer(status, body, "application/json" if body != b"" else "", headers)


def graph_error(status: int, code: str, message: str = "sample", inner: str = "", **more: object) -> bytes:
    inside = {"request-id": "req-1", **more, **({"code": inner} if inner else {})}
    error = {"code": code, "message": message, "innerError": inside}
    return graph_answer(status, {"error": error})


class Tokens:
    """Hands out one token; ``asked`` holds what for."""

    def __init__(self, granted: frozenset[str] = frozenset()) -> None:
        self.asked: list[tuple[frozenset[str], str]] = []
        self.granted = granted

    async def __call__(self, scopes: frozenset[str], claims: str = "", /) -> str:
        self.asked.append((scopes, claims))
        return TOKEN


@pytest.fixture(autouse=True)
def forgotten_secrets(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(secrets_seen, "_forms", set())
    monkeypatch.setattr(secrets_seen, "_pattern", None)
    return


@pytest.fixture
def graph() -> Callable[..., Any]:
    """``async with graph(respond) as (client, server)``; ``respond`` is as RawServer wants it, or a list."""

    @asynccontextmanager
    async def opened(respond: Answer | list[bytes], **options: Any) -> Any:
        if isinstance(respond, list):
            waiting = list(respond)

            def one_by_one(request: Request, writer: object) -> bytes:
                return waiting.pop(0) if len(waiting) > 1 else waiting[0]

            respond = one_by_one
        tokens = options.pop("tokens", Tokens())
        async with RawServer(respond) as server:
            cloud = practice(f"http://127.0.0.1:{server.port}/v1.0")
            async with GraphClient(cloud, tokens, **{"waits": QUICK, **options}) as client:
                yield client, server

    return opened
