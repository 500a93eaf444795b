"""The practice app: a real SCIM server that only loopback reaches, and that ends with whoever started it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator

import httpx
import psutil
import pytest

from app.practice.app import PracticeApp
from app.setup.program import own_command, own_environment

GROUP = {
    "schemas": [
        "urn:ietf:params:scim:schemas:core:2.0:Group",
        "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group",
    ],
    "displayName": "Designers",
}


@pytest.fixture(scope="module")
def tolerant() -> Iterator[PracticeApp]:
    with PracticeApp.start() as running:
        yield running


def client(practice: PracticeApp, token: str | None = None) -> httpx.Client:
    return httpx.Client(
        base_url=practice.tenant_url,
        headers={
            "Authorization": f"Bearer {token or practice.token}",
            "Content-Type": "application/scim+json; charset=utf-8",
        },
        trust_env=False,
    )


def test_tenant_url_is_as_the_tutorial_makes_it(tolerant: PracticeApp) -> None:
    assert tolerant.tenant_url == f"http://127.0.0.1:{tolerant.port}/scim/v2"
    with client(tolerant) as http:
        answer = http.get("/Users", params={"filter": 'userName eq "nobody"'})
    assert answer.status_code == 200
    assert answer.http_version == "HTTP/1.1"
    assert answer.json()["totalResults"] == 0


def test_locations_carry_the_whole_tenant_url(tolerant: PracticeApp) -> None:
    with client(tolerant) as http:
        made = http.post(
            "/Users",
            json={
                "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
                "userName": "loc@contoso.example",
            },
        )
        assert made.json()["meta"]["location"] == f"{tolerant.tenant_url}/Users/{made.json()['id']}"
        assert http.get(made.headers["location"]).status_code == 200


@pytest.mark.parametrize("token", ["wrong", "é", "x y"])
def test_another_token_is_refused(tolerant: PracticeApp, token: str) -> None:
    headers = {"Authorization": f"Bearer {token}".encode()}
    assert httpx.get(f"{tolerant.tenant_url}/Users", headers=headers, trust_env=False).status_code == 401
    assert httpx.get(f"{tolerant.tenant_url}/Users", trust_env=False).status_code == 401


def test_each_start_has_a_token_and_a_name_of_its_own(tolerant: PracticeApp) -> None:
    with PracticeApp.start() as other:
        assert other.token != tolerant.token
        assert other.instance != tolerant.instance
        with client(other, tolerant.token) as http:
            assert http.get("/Users").status_code == 401


def test_listens_on_loopback_only(tolerant: PracticeApp) -> None:
    listening = {
        connection.laddr.ip
        for connection in psutil.net_connections("tcp")
        if connection.status == psutil.CONN_LISTEN and connection.laddr.port == tolerant.port
    }
    assert listening == {"127.0.0.1"}


def test_no_other_address_of_this_machine_reaches_it(tolerant: PracticeApp) -> None:
    addresses = [
        address.address
        for interface in psutil.net_if_addrs().values()
        for address in interface
        if address.family == socket.AF_INET and not address.address.startswith("127.")
    ]
    # 127.0.0.2 is this machine too, and stands in where there is no other interface.
    for address in [*addresses, "127.0.0.2"]:
        with pytest.raises(OSError, match="refused|unreachable|timed out|not available"):
            socket.create_connection((address, tolerant.port), timeout=2).close()


def test_a_web_page_that_points_its_name_here_is_turned_away(tolerant: PracticeApp) -> None:
    with client(tolerant) as http:
        assert http.get("/Users", headers={"Host": f"evil.example:{tolerant.port}"}).status_code == 421
        assert http.get("/Users", headers={"Host": f"localhost:{tolerant.port}"}).status_code == 200


@pytest.mark.parametrize("path", ["/", "/Users", "/v2/Users", "/scim", "/scim/v20/Users"])
def test_nothing_stands_beside_the_tenant_url(tolerant: PracticeApp, path: str) -> None:
    root = tolerant.tenant_url.removesuffix("/scim/v2")
    answer = httpx.get(root + path, headers={"Authorization": f"Bearer {tolerant.token}"}, trust_env=False)
    assert answer.status_code == 404


def test_tolerant_takes_what_entra_sends_and_strict_refuses_it(tolerant: PracticeApp) -> None:
    with PracticeApp.start("strict") as strict, client(strict) as http:
        assert http.post("/Groups", json=GROUP).status_code == 400
    with client(tolerant) as http:
        assert http.post("/Groups", json=GROUP).status_code == 201


def test_the_token_is_in_no_argument_and_no_environment(tolerant: PracticeApp) -> None:
    children = psutil.Process().children(recursive=True)
    found = [child for child in children if "practice-app" in child.cmdline()]
    assert found
    for child in found:
        assert tolerant.token not in " ".join(child.cmdline())
        assert tolerant.token not in str(child.environ())


def test_a_token_in_our_environment_is_not_handed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROLLCALL_TOKEN", "given-to-us-alone")
    assert "given-to-us-alone" not in str(own_environment())


def test_stop_ends_it_and_may_be_said_twice() -> None:
    practice = PracticeApp.start()
    assert practice.running
    practice.stop()
    practice.stop()
    assert not practice.running
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", practice.port), timeout=2)


def test_it_ends_when_its_starter_is_killed() -> None:
    code = (
        "import psutil, time; from app.practice.app import PracticeApp; p = PracticeApp.start(); "
        "print(p.port, psutil.Process().children()[0].pid, flush=True); time.sleep(60)"
    )
    starter = subprocess.Popen([sys.executable, "-c", code], env=own_environment(), stdout=subprocess.PIPE)
    assert starter.stdout is not None
    with starter.stdout as said:
        port, child = (int(word) for word in said.readline().split())
    practice = psutil.Process(child)
    os.kill(starter.pid, getattr(signal, "SIGKILL", signal.SIGTERM))
    starter.wait()
    practice.wait(timeout=10)
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", port), timeout=2)


@pytest.mark.parametrize("line", [b"", b"\n", b"nonsense\n", b'{"policy":"tolerant"}\n'])
def test_a_wish_that_is_none_is_told(line: bytes) -> None:
    run = subprocess.run(
        own_command("practice-app"),
        env=own_environment(),
        input=line,
        capture_output=True,
        timeout=30,
        check=False,
    )
    assert run.returncode == 1
    assert "error" in json.loads(run.stdout)
