"""TLS: verified always, and each failure told apart, against real handshakes."""

from __future__ import annotations

import asyncio
import ssl
import time
from pathlib import Path

import pytest

from app.network.pace import Waits
from app.scim.client import ScimClient
from app.scim.errors import Outcome, ScimProblem
from app.scim.transport import system_tls
from app.setup.tenant_url import TenantUrl
from tests.servers import tls_servers
from tests.servers.raw_server import RawServer, found

QUICK = Waits(first=0.01, cap=0.02)


async def problem_of(url: TenantUrl, **more: float) -> ScimProblem:
    context = tls_servers.client_context()
    async with ScimClient(url, "t", tls=context, waits=QUICK, retries=1, **more) as client:  # type: ignore[arg-type]
        with pytest.raises(ScimProblem) as caught:
            await client.find("Users", "userName", "ann")
    return caught.value


async def test_a_good_certificate_passes() -> None:
    async with (
        tls_servers.tls_server(tls_servers.good()) as server,
        ScimClient(server.tenant_url, "t", tls=tls_servers.client_context()) as client,
    ):
        assert await client.find("Users", "userName", "ann") == []


@pytest.mark.parametrize("code", list(tls_servers.FAULTY))
async def test_each_bad_certificate_has_its_name(code: str) -> None:
    async with tls_servers.tls_server(tls_servers.FAULTY[code]()) as server:
        problem = await problem_of(server.tenant_url)
        assert (problem.code, problem.kind, problem.sent) == (code, Outcome.TLS, False)
        assert server.requests == []


async def test_tls_1_0_is_told_apart() -> None:
    with tls_servers.only_tls_1_0() as url:
        assert (await problem_of(url)).code == "TLS-OLD"


async def test_plain_http_behind_https_is_told_apart() -> None:
    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        await reader.read()
        writer.close()

    async with await asyncio.start_server(refuse, "127.0.0.1", 0) as server:
        url = TenantUrl.parse(f"https://localhost:{server.sockets[0].getsockname()[1]}/scim/v2")
        assert (await problem_of(url)).code == "TLS-NOT-SPOKEN"


async def test_a_handshake_that_never_ends_ends_in_time() -> None:
    began = time.monotonic()
    async with tls_servers.silent() as url:
        problem = await problem_of(url, timeout=1.0)
    assert problem.code == "TLS-HANDSHAKE-TIMEOUT"
    assert time.monotonic() - began < 5


async def test_a_connection_cut_in_the_handshake() -> None:
    async def cut(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        writer.transport.abort()

    async with await asyncio.start_server(cut, "127.0.0.1", 0) as server:
        url = TenantUrl.parse(f"https://localhost:{server.sockets[0].getsockname()[1]}/scim/v2")
        assert (await problem_of(url)).code == "TLS-HANDSHAKE"


async def test_a_name_that_does_not_exist_and_a_port_where_nobody_listens() -> None:
    problem = await problem_of(TenantUrl.parse("https://no-such-host.invalid/scim/v2"))
    assert (problem.code, problem.kind) == ("HOST-NOT-FOUND", Outcome.UNREACHABLE)
    async with RawServer(lambda request, writer: found()) as server:
        url = TenantUrl.parse(f"https://localhost:{server.port}/scim/v2")
    assert (await problem_of(url)).code == "CONNECTION-REFUSED"


async def test_the_system_s_roots_are_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    roots = tmp_path / "roots.pem"
    tls_servers.AUTHORITY.cert_pem.write_to_path(roots)
    async with tls_servers.tls_server(tls_servers.good()) as server:
        async with ScimClient(server.tenant_url, "t") as client:
            with pytest.raises(ScimProblem) as caught:
                await client.find("Users", "userName", "ann")
            assert caught.value.code == "TLS-UNKNOWN-ROOT"
        monkeypatch.setenv("SSL_CERT_FILE", str(roots))
        async with ScimClient(server.tenant_url, "t") as client:
            assert await client.find("Users", "userName", "ann") == []


async def test_verification_cannot_be_switched_off() -> None:
    assert system_tls().minimum_version is ssl.TLSVersion.TLSv1_2
    for change in ("name", "all"):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        if change == "all":
            context.verify_mode = ssl.CERT_NONE
        with pytest.raises(ValueError, match="must not be switched off"):
            async with ScimClient(TenantUrl.parse("https://x.example/scim/v2"), "t", tls=context):
                pass
