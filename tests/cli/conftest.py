"""Fixtures of the commands' tests."""

from __future__ import annotations

import io
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from app import cli
from app.practice.app import PracticeApp
from tests.cli.asking import (
    Rollcall,
    Said,
)
from tests.cli.entra_tenant import Tenant, entra_plan
from tests.servers.described_proxy import DescribedTenant


@pytest.fixture
def rollcall(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Rollcall:
    """Runs a command in this process; ``typed`` is its standard input."""

    def run(*arguments: str | Path, typed: str = "", desk: cli.Desk | None = None) -> Said:
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        code = cli.run([str(argument) for argument in arguments], desk or (lambda _: 0))
        out, err = capfd.readouterr()
        return Said(code, out, err)

    return run


@pytest.fixture(scope="module")
def practice() -> Iterator[PracticeApp]:
    with PracticeApp.start() as running:
        yield running


@pytest.fixture
def empty_app() -> Iterator[PracticeApp]:
    with PracticeApp.start() as running:
        yield running


@pytest.fixture
def serve() -> Iterator[Callable[[type[BaseHTTPRequestHandler]], str]]:
    servers: list[tuple[ThreadingHTTPServer, threading.Thread]] = []

    def begin(handler: type[BaseHTTPRequestHandler]) -> str:
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        servers.append((server, thread))
        return f"http://127.0.0.1:{server.server_port}/scim/v2"

    yield begin
    for server, thread in servers:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def tenant(described_tenant: DescribedTenant) -> DescribedTenant:
    """The practice tenant: what the commands ask of it, and get, is held to Microsoft's description."""
    return described_tenant


@pytest.fixture
def inside(tenant: DescribedTenant) -> Tenant:
    """The practice tenant as at its start, new apps being there at once."""
    found = Tenant(tenant.graph_url)
    found.control("lag", times=0)
    return found


@pytest.fixture
def plan(
    tmp_path: Path, practice: PracticeApp, tenant: DescribedTenant, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """A plan for the practice tenant, its app's token at hand."""
    monkeypatch.setenv("ROLLCALL_TOKEN", practice.token)
    return entra_plan(tmp_path, practice.tenant_url, tenant.graph_url)
