"""Proxies of the environment are used, but never for loopback, and never with the token in a message."""

from __future__ import annotations

import pytest

from app.network.pace import Waits
from app.scim.client import ScimClient
from app.scim.errors import ScimProblem
from app.scim.transport import proxy_for
from app.setup.tenant_url import TenantUrl
from tests.servers.raw_server import RawServer, answer, found

APP = TenantUrl.parse("https://scim.example/scim/v2")
QUICK = Waits(first=0.01, cap=0.02)


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


async def test_the_proxy_is_asked_for_a_tunnel(monkeypatch: pytest.MonkeyPatch) -> None:
    async with RawServer(lambda request, writer: answer(407)) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://joe:pass@127.0.0.1:{proxy.port}")
        async with ScimClient(APP, "secret-token", waits=QUICK, retries=0) as client:
            with pytest.raises(ScimProblem) as caught:
                await client.get("/Users/1")
    assert (caught.value.code, caught.value.status) == ("PROXY-REFUSED", 407)
    assert proxy.requests[0].method == "CONNECT"
    assert proxy.requests[0].headers["proxy-authorization"].startswith("Basic ")
    assert "secret-token" not in str(proxy.requests)
    assert "pass" not in caught.value.details


async def test_a_dead_proxy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    async with RawServer(lambda request, writer: answer(407)) as proxy:
        pass
    monkeypatch.setenv("HTTPS_PROXY", f"127.0.0.1:{proxy.port}")
    async with ScimClient(APP, "t", waits=QUICK, retries=0) as client:
        with pytest.raises(ScimProblem) as caught:
            await client.get("/Users/1")
    assert caught.value.code == "PROXY-UNREACHABLE"


async def test_loopback_never_goes_through_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    async with (
        RawServer(lambda request, writer: found()) as server,
        ScimClient(server.tenant_url, "t") as client,
    ):
        assert await client.find("Users", "userName", "ann") == []


def test_which_proxy_is_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    assert proxy_for("https", "scim.example", loopback=False) is None
    monkeypatch.setenv("ALL_PROXY", "http://all.example:1")
    found_proxy = proxy_for("https", "scim.example", loopback=False)
    assert found_proxy is not None
    assert found_proxy.url.host == "all.example"
    monkeypatch.setenv("NO_PROXY", ".example")
    assert proxy_for("https", "scim.example", loopback=False) is None


async def test_a_kind_that_cannot_be_used_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "socks5://joe:pass@127.0.0.1:9")
    with pytest.raises(ScimProblem) as caught:
        async with ScimClient(APP, "t"):
            pass
    assert caught.value.code == "PROXY-KIND"
    assert "pass" not in str(caught.value) + caught.value.details
