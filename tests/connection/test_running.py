"""How the catalogue is run: real servers, TLS, faults, hostile answers, cancelled and killed runs."""

from __future__ import annotations

import asyncio
import dataclasses
import gzip
import json
import os
import ssl
import subprocess
import sys
import time
from contextlib import AsyncExitStack, aclosing, suppress
from pathlib import Path

import pytest

from app.connection.finding import Finding, Severity
from app.connection.key_size import key_size
from app.connection.runner import run_catalogue, run_checks
from app.connection.sent_chain import SentChain
from app.connection.tls import shake, weak_key
from app.connection.usage import Usage
from app.setup.plan import AttributeMapping, SetupPlan
from app.setup.profile import load_profile
from app.setup.tenant_url import TenantUrl
from tests.connection.conftest import EVERYTHING, report_on
from tests.servers import tls_servers
from tests.servers.quirk_server import QuirkServer
from tests.servers.raw_server import Answer, RawServer, answer, found
from tests.servers.real_scim import RealScim

# What scim.md, section 4, measured of scim2-server 0.8.3.
TOLERANT = {"P-MANAGER": "object-only", "G-UNIQUE": "twice", "G-GHOST": "accepted"}
STRICT = {
    **TOLERANT,
    "G-SCHEMA": "urn",
    "G-REMVAL": "refused",
    "P-ABSENT": "refused",
    "P-ROLE": "refused",
}
USAGE = dataclasses.replace(EVERYTHING, rate=400.0)


async def test_a_tolerant_real_server(tolerant_scim: RealScim) -> None:
    report = await report_on(tolerant_scim.tenant_url, tolerant_scim.token, USAGE)
    assert report.bad == TOLERANT
    assert report.verdict.verdict == "ready"
    assert tolerant_scim.state() == []
    assert report.verdict.requests <= 160


async def test_a_strict_real_server(strict_scim: RealScim) -> None:
    report = await report_on(strict_scim.tenant_url, strict_scim.token, USAGE)
    assert report.bad == STRICT
    assert report.verdict.verdict == "not-ready"
    assert strict_scim.state() == []


async def test_the_tutorial_s_advice_is_the_remedy_of_a_refused_token(quirky: QuirkServer) -> None:
    profile = load_profile("invision")
    for quirk in ("auth-refused", "auth-forbidden"):
        quirky.quirks = {quirk}
        findings = [each async for each in run_checks(quirky.tenant_url, quirky.token, profile=profile)]
        by_id = {each.id: each for each in findings if isinstance(each, Finding)}
        assert by_id["C-AUTH"].verdict == "fail"
        assert "your account in InVision has Admin permissions" in by_id["C-AUTH"].remedy
        assert by_id["F-MATCH"].verdict == "skipped"


def test_the_plan_s_mappings_decide_what_is_used() -> None:
    profile = load_profile("invision")
    usage = Usage.of(profile)
    assert (usage.title, usage.matching, usage.groups) == ("InVision", ("userName",), False)
    plan = SetupPlan()
    plan.mappings.users = [
        AttributeMapping(target="externalId", source="[objectId]", matching=2),
        AttributeMapping(target="userName", source="[mail]", matching=1),
    ]
    assert Usage.of(profile, plan).matching == ("userName", "externalId")
    assert Usage.of(profile, plan, ["externalId"]).matching == ("externalId",)


@pytest.mark.parametrize("code", list(tls_servers.FAULTY))
async def test_a_bad_certificate_is_the_finding_and_nothing_else_is_tried(
    code: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    roots = tmp_path / "roots.pem"
    tls_servers.AUTHORITY.cert_pem.write_to_path(roots)
    monkeypatch.setenv("SSL_CERT_FILE", str(roots))
    async with tls_servers.tls_server(tls_servers.FAULTY[code]()) as server:
        report = await report_on(server.tenant_url, "t0ken", level="read")
    assert report.bad == {"C-TLS": code}
    assert report.verdict.verdict == "not-ready"
    assert {each.verdict for each in report.findings.values()} == {"fail", "skipped"}


async def test_good_tls_and_what_is_worth_a_warning(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    roots = tmp_path / "roots.pem"
    tls_servers.AUTHORITY.cert_pem.write_to_path(roots)
    monkeypatch.setenv("SSL_CERT_FILE", str(roots))

    async def outcome(context: object, loopback: bool = True) -> str:
        async with tls_servers.tls_server(context) as server:  # type: ignore[arg-type]
            url = dataclasses.replace(server.tenant_url, is_loopback=loopback)
            return (await report_on(url, "t0ken", level="read")).findings["C-TLS"].code

    assert await outcome(tls_servers.good()) == "ok"
    assert await outcome(tls_servers.expiring()) == "expires-soon"
    assert await outcome(tls_servers.only_1_3()) == "no-1.2"
    assert await outcome(tls_servers.behind_intermediate(whole=True)) == "ok"
    assert await outcome(tls_servers.behind_intermediate(whole=False)) == "incomplete"
    # Where the system itself refuses such keys, the handshake says so; else the check does.
    weak = await outcome(tls_servers.behind_intermediate(whole=True, bits=1024))
    assert weak in {"TLS-WEAK", "weak-key"}
    monkeypatch.setenv("NO_PROXY", "*")
    assert await outcome(tls_servers.good(), loopback=False) == "private-root"


def test_key_sizes_are_read_from_certificates() -> None:
    for kind, bits in (("RSA", 2048), ("ECC", 256)):
        certificate = tls_servers.certificate_with(kind)
        assert key_size(certificate) == (kind, bits)
        for cut in range(0, len(certificate), 7):
            assert key_size(certificate[:cut]) == ("", 0)
    assert key_size(b"") == ("", 0)


async def test_a_handshake_that_never_ends_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.connection.tls._TIMEOUT", 0.3)
    async with tls_servers.silent() as url:
        report = await report_on(url, "t0ken", level="read")
    assert report.bad == {"C-TLS": "TLS-HANDSHAKE-TIMEOUT"}


async def test_an_authority_s_key_counts_too() -> None:
    sent = SentChain()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    async with tls_servers.tls_server(tls_servers.behind_intermediate(whole=True, bits=1024)) as server:
        with suppress(ssl.SSLError):
            await shake(server.tenant_url, sent.listen(context))
    assert len(sent.certificates) == 2
    assert not sent.lacks_issuer
    assert weak_key(sent.certificates[:1]) == ""
    assert weak_key(sent.certificates).startswith("The key of the authority behind it has 1024 bits (RSA)")


HOSTILE = "<script>alert(1)</script>\x1b[31m\x00" + "x" * 100_000


def _echo(request: object, writer: object) -> bytes:
    return answer(400, {"detail": HOSTILE, "scimType": HOSTILE, "schemas": [HOSTILE]})


async def _drip(request: object, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n")
    while True:
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.1)


async def _endless(request: object, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n")
    piece = b"10000\r\n" + b" " * 65_536 + b"\r\n"
    while True:
        writer.write(piece)
        await writer.drain()


async def _huge(request: object, writer: asyncio.StreamWriter) -> None:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {10 * 1024**3}\r\n\r\n"
    writer.write(head.encode())
    while True:
        writer.write(b" " * 65_536)
        await writer.drain()


async def _slow_head(request: object, writer: asyncio.StreamWriter) -> None:
    for letter in b"HTTP/1.1 200 OK\r\nX: " + b"y" * 10_000:
        writer.write(bytes([letter]))
        await writer.drain()
        await asyncio.sleep(0.1)


CASES: list[tuple[Answer, str]] = [
    (_echo, "status"),
    (lambda request, writer: answer(302, b"", headers={"Location": "/scim/v2/Users"}), "REDIRECT-LOOP"),
    (lambda request, writer: answer(200, b"[" * 100_000 + b"]" * 100_000), "shape"),
    (lambda request, writer: answer(200, b"{}", headers={"X": "y" * 1_000_000}), "ANSWER-NOT-HTTP"),
    (
        lambda request, writer: answer(
            200, gzip.compress(b" " * 50_000_000, 1), headers={"Content-Encoding": "gzip"}
        ),
        "ANSWER-TOO-LARGE",
    ),
    (lambda request, writer: found({"id": HOSTILE, "userName": 1, "members": {}}, total=9), "any-token"),
    (_drip, "ANSWER-TIMEOUT"),
    (_endless, "ANSWER-TOO-LARGE"),
    (_huge, "ANSWER-TOO-LARGE"),
    (_slow_head, "ANSWER-TIMEOUT"),
]


@pytest.mark.parametrize(("respond", "code"), CASES)
async def test_hostile_servers_end_in_time_with_a_name(
    respond: Answer, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.connection.runner._TIMEOUT", 1.0)
    began = time.monotonic()
    async with RawServer(respond) as server:
        report = await report_on(server.tenant_url, "t0ken-of-the-app")
    assert time.monotonic() - began < 10
    assert report.verdict.verdict == "not-ready"
    assert code in report.bad.values()
    for each in report.findings.values():
        assert len(each.answered) < 9_000
        assert "\x1b" not in repr(each) or "\\x1b" not in each.answered
        assert "\x00" not in each.outcome + each.answered
        assert len(each.outcome) < 2_000


# Not ru_maxrss: on Linux a child starts with the peak of the process that started it, here pytest's own.
TESTER = """
import asyncio, json, sys
from pathlib import Path
from app.connection import runner
from app.setup.tenant_url import TenantUrl
from tests.connection.conftest import report_on

runner._TIMEOUT = 1.0
for url in sys.argv[1:]:
    report = asyncio.run(report_on(TenantUrl.parse(url), "t0ken-of-the-app"))
    told = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    print(json.dumps([list(report.bad.values()), int(told["VmHWM"].split()[0])]), flush=True)
"""


async def test_hostile_servers_cost_little_memory() -> None:
    async with AsyncExitStack() as stack:
        servers = [await stack.enter_async_context(RawServer(respond)) for respond, _ in CASES]
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", TESTER, *(server.tenant_url.text for server in servers),
            stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": os.getcwd()},
        )  # fmt: skip
        told, _ = await process.communicate()
    lines = [json.loads(line) for line in told.splitlines()]
    assert len(lines) == len(CASES)
    for (codes, kilobytes), (_, code) in zip(lines, CASES, strict=True):
        assert code in codes
        assert kilobytes < 200_000


async def test_findings_come_as_they_end(quirky: QuirkServer) -> None:
    slow = dataclasses.replace(EVERYTHING, rate=100.0)
    times = [time.monotonic() async for _ in run_catalogue(quirky.tenant_url, quirky.token, slow, "read")]
    assert times[-1] - times[0] > 0.3


@pytest.mark.parametrize("after", [0, 5, 9, 14, 20, 27, 33, 40])
async def test_a_cancelled_run_leaves_nothing_behind(quirky: QuirkServer, after: int) -> None:
    before = quirky.state()
    seen = 0
    async with aclosing(run_catalogue(quirky.tenant_url, quirky.token, EVERYTHING, "write")) as running:
        async for _ in running:
            seen += 1
            if seen > after:
                break
    assert quirky.state() == before


@pytest.mark.parametrize("at", [*range(1, 118, 7), *range(118, 140, 2)])  # the last of them while cleaning up
async def test_a_run_cancelled_as_a_task_leaves_nothing_behind(quirky: QuirkServer, at: int) -> None:
    before = quirky.state()
    task = asyncio.create_task(report_on(quirky.tenant_url, quirky.token))
    while len(quirky.log) < at:  # noqa: ASYNC110 - the server counts in another thread
        await asyncio.sleep(0.0005)
    task.cancel()
    with suppress(asyncio.CancelledError):  # the last requests may be over before the cancel arrives
        await task
    assert quirky.state() == before


async def test_an_app_that_stops_answering_is_not_waited_for_at_each_check(
    quirky: QuirkServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.connection.runner._TIMEOUT", 0.3)
    before = quirky.state()
    quirky.hang_after = 30
    report = await report_on(quirky.tenant_url, quirky.token)
    assert report.verdict.verdict == "not-ready"
    assert "ANSWER-TIMEOUT" in report.bad.values()
    assert report.verdict.seconds < 0.3 * 6
    assert report.verdict.leftovers
    quirky.hang_after = None
    report = await report_on(quirky.tenant_url, quirky.token)
    assert (report.bad, report.verdict.leftovers) == ({}, [])
    assert quirky.state() == before


async def test_a_run_that_lives_is_not_cleaned_up_by_another(quirky: QuirkServer) -> None:
    before = quirky.state()
    reports = await asyncio.gather(
        report_on(quirky.tenant_url, quirky.token), report_on(quirky.tenant_url, quirky.token)
    )
    assert [each.bad for each in reports] == [{}, {}]
    assert quirky.state() == before


async def test_a_check_with_a_fault_of_ours_is_not_swallowed(
    quirky: QuirkServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.connection.check import CATALOGUE

    async def broken(probe: object) -> str:
        raise ZeroDivisionError

    monkeypatch.setitem(CATALOGUE, "O-DISC", dataclasses.replace(CATALOGUE["O-DISC"], probe=broken))
    with pytest.raises(ZeroDivisionError):
        await report_on(quirky.tenant_url, quirky.token, level="read")


async def test_a_host_that_does_not_exist_is_named() -> None:
    report = await report_on(TenantUrl.parse("https://no-such-host.invalid/scim/v2"), "t0ken", level="read")
    assert report.bad == {"C-TLS": "HOST-NOT-FOUND"}
    assert report.findings["C-TLS"].severity is Severity.BLOCKER
