"""A server of faults: each ends in time with a name of its own and a remedy."""

from __future__ import annotations

import asyncio
import gzip
import json
import time
import zlib
from collections.abc import Callable

import pytest

from app.network.pace import Waits
from app.scim.client import ScimClient, resource_path
from app.scim.errors import (
    Outcome,
    ScimProblem,
    UncertainOutcome,
    UnreliableListing,
    code_of_status,
)
from app.scim.fault_table import PROBLEMS
from app.setup.redaction import BLANK
from tests.servers.raw_server import Answer, RawServer, Request, answer, found

QUICK = Waits(first=0.01, cap=0.02, longest=2.0)
TOKEN = 'tok3n-of-the-app/+="x'


def client_of(server: RawServer, **more: object) -> ScimClient:
    settings: dict[str, object] = {"timeout": 5.0, "waits": QUICK, **more}
    return ScimClient(server.tenant_url, TOKEN, **settings)  # type: ignore[arg-type]


def always(content: bytes) -> Answer:
    return lambda request, writer: content


async def cut(request: Request, writer: asyncio.StreamWriter) -> None:
    return None


async def half(request: Request, writer: asyncio.StreamWriter) -> None:
    writer.write(answer(200, b'{"a": 1}')[:-3])
    await writer.drain()


async def drip(request: Request, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n")
    while True:
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.05)


async def endless(request: Request, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 10737418240\r\n\r\n")
    while True:
        writer.write(b" " * 65536)
        await writer.drain()


BOMB = gzip.compress(b" " * (200 * 1024 * 1024), 1)
CUT_GZIP = gzip.compress(b"{}")[:-9]
NESTED = b"[" * 100_000 + b"]" * 100_000


@pytest.mark.parametrize(
    ("code", "respond"),
    [
        ("ANSWER-HTML", always(answer(200, b"<html>Sign in</html>", "text/html"))),
        ("ANSWER-HTML", always(answer(200, b"\n <!doctype html>", "application/json"))),
        ("ANSWER-TYPE", always(answer(200, b"hello", "text/plain"))),
        ("ANSWER-TYPE", always(answer(200, {"Resources": [], "totalResults": 0}, "text/plain"))),
        ("ANSWER-BROKEN", always(answer(200, b'{"Resources": ['))),
        ("ANSWER-BROKEN", always(answer(200, b'{"Resources": [{"id": "\\ud800"}]}'))),
        ("ANSWER-BROKEN", always(answer(200, b'{"a": "\xff\xfe"}'))),
        ("ANSWER-BROKEN", always(answer(200, b'{"a": ' + b"9" * 5000 + b"}"))),
        ("ANSWER-TOO-DEEP", always(answer(200, NESTED))),
        ("ANSWER-SHAPE", always(answer(200, b""))),
        ("ANSWER-SHAPE", always(answer(200, []))),
        ("ANSWER-SHAPE", always(answer(200, {"Resources": [{"userName": "no id"}]}))),
        ("ANSWER-SHAPE", always(answer(200, {"Resources": "none"}))),
        ("ANSWER-TOO-LARGE", endless),
        ("ANSWER-TOO-LARGE", always(answer(200, BOMB, headers={"Content-Encoding": "gzip"}))),
        (
            "ANSWER-COMPRESSION",
            always(answer(200, gzip.compress(BOMB), headers={"Content-Encoding": "gzip, gzip"})),
        ),
        ("ANSWER-COMPRESSION", always(answer(200, b"not gzip", headers={"Content-Encoding": "gzip"}))),
        (
            "ANSWER-COMPRESSION",
            always(answer(200, gzip.compress(b"{}")[:-9], headers={"Content-Encoding": "gzip"})),
        ),
        ("ANSWER-TIMEOUT", drip),
        ("ANSWER-CUT", cut),
        ("ANSWER-CUT", half),
        ("ANSWER-NOT-HTTP", always(b"SSH-2.0-OpenSSH_9.2\r\n\r\n")),
        ("ANSWER-NOT-HTTP", always(answer(200, b"{}", headers={"X-Long": "x" * 1_000_000}))),
        ("ANSWER-NOT-HTTP", always(b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n")),
        ("REDIRECT-ELSEWHERE", always(answer(302, b"", headers={"Location": "https://login.example/x?k=1"}))),
        ("REDIRECT-ELSEWHERE", always(answer(302, b"", headers={"Location": "http://[bad"}))),
        ("REDIRECT-ELSEWHERE", always(answer(308, b"", headers={"Location": "//other.example/scim"}))),
        ("REDIRECT-LOOP", always(answer(302, b"", headers={"Location": "/scim/v2/Users"}))),
        ("CREDENTIALS", always(answer(401, b"<html>", "text/html"))),
        ("FORBIDDEN", always(answer(403, {}))),
        ("EMPTY-LIST", always(answer(404, {"detail": "no such user"}))),
        ("ANSWER-HTML", always(answer(404, b"<html>", "text/html"))),
        ("BAD-REQUEST", always(answer(400, {"scimType": "invalidFilter", "detail": TOKEN}))),
        ("SERVER-ERROR", always(answer(500, b"oops", "text/plain"))),
        ("RATE-LIMIT", always(answer(429, b"", headers={"Retry-After": "3600"}))),
        ("UNEXPECTED-STATUS", always(answer(304))),
        ("FILTER-IGNORED", always(found({"id": "1", "userName": "somebody"}))),
    ],
)
async def test_each_fault_has_its_name(code: str, respond: Answer) -> None:
    began = time.monotonic()
    async with RawServer(respond) as server, client_of(server, timeout=1.0, retries=1) as client:
        with pytest.raises(ScimProblem) as caught:
            await client.find("Users", "userName", "ann")
    problem = caught.value
    assert problem.code == code
    assert problem.what
    assert problem.remedy
    assert TOKEN not in str(problem) + problem.details
    assert "k=1" not in problem.details
    assert time.monotonic() - began < 6


async def test_a_redirect_on_the_same_origin_keeps_the_token_and_the_method() -> None:
    def respond(request: Request, writer: object) -> bytes:
        if request.target.startswith("/scim/v2/"):
            return answer(307, b"", headers={"Location": "/new/Users/1"})
        return answer(200, {"id": "1", "method": request.method, "body": request.json})

    async with RawServer(respond) as server, client_of(server) as client:
        assert await client.patch("/Users/1", {"x": 1}) == {"id": "1", "method": "PATCH", "body": {"x": 1}}
        assert server.requests[-1].headers["authorization"] == f"Bearer {TOKEN}"


async def test_the_token_never_follows_a_redirect_to_another_port() -> None:
    async with RawServer(always(found())) as other:
        away = always(answer(302, b"", headers={"Location": f"http://127.0.0.1:{other.port}/scim/v2/Users"}))
        async with RawServer(away) as server, client_of(server) as client:
            with pytest.raises(ScimProblem, match="another address"):
                await client.get("/Users/1")
        assert other.requests == []


async def test_a_post_is_never_redirected_into_a_get() -> None:
    away = always(answer(302, b"", headers={"Location": "/scim/v2/Users"}))
    async with RawServer(away) as server, client_of(server) as client:
        with pytest.raises(ScimProblem) as caught:
            await client.create("Users", {})
        assert caught.value.code == "REDIRECT-ELSEWHERE"
        assert len(server.requests) == 1


def then(*contents: bytes | Callable[..., object]) -> tuple[Answer, list[float]]:
    """Answers one after the other; the last one again and again. Also the times of the requests."""
    left, times = list(contents), []

    def respond(request: Request, writer: asyncio.StreamWriter) -> object:
        times.append(time.monotonic())
        chosen = left.pop(0) if len(left) > 1 else left[0]
        return chosen(request, writer) if callable(chosen) else chosen

    return respond, times  # type: ignore[return-value]


@pytest.mark.parametrize("first", [answer(500), answer(502), answer(503), answer(429), cut, half])
async def test_reads_and_patches_are_tried_again(first: object) -> None:
    for method in ("get", "patch"):
        respond, times = then(first, answer(200, {"id": "1"}))  # type: ignore[arg-type]
        async with RawServer(respond) as server, client_of(server) as client:
            await (client.get("/Users/1") if method == "get" else client.patch("/Users/1", {}))
        assert len(times) == 2


async def test_tries_are_bounded() -> None:
    respond, times = then(answer(503))
    async with RawServer(respond) as server, client_of(server, retries=3) as client:
        with pytest.raises(ScimProblem) as caught:
            await client.get("/Users/1")
        assert client.requests == 4
    assert caught.value.kind is Outcome.RETRY
    assert len(times) == 4


@pytest.mark.parametrize("asked", ["0.3", "0.30"])
async def test_retry_after_is_waited_for_by_all(asked: str) -> None:
    respond, times = then(answer(429, b"", headers={"Retry-After": asked}), answer(200, {"id": "1"}))
    async with RawServer(respond) as server, client_of(server) as client:
        await client.get("/Users/1")
        await client.get("/Users/1")
    assert times[1] - times[0] >= 0.29


@pytest.mark.parametrize("status", [429, 503])
async def test_a_post_turned_away_at_the_door_is_tried_again(status: int) -> None:
    respond, times = then(answer(status), answer(201, {"id": 7}))
    async with RawServer(respond) as server, client_of(server) as client:
        assert (await client.create("Users", {}))["id"] == "7"
    assert len(times) == 2


@pytest.mark.parametrize(
    "first",
    [
        answer(500),
        answer(502),
        answer(504),
        cut,
        half,
        drip,
        endless,
        answer(201, b""),
        answer(201, {"userName": "no id"}),
        answer(200, b"<html>", "text/html"),
        answer(201, b'{"id": "1"'),
    ],
)
async def test_an_uncertain_post_is_never_repeated(first: object) -> None:
    respond, times = then(first)  # type: ignore[arg-type]
    async with RawServer(respond) as server, client_of(server, timeout=1.0) as client:
        with pytest.raises(UncertainOutcome):
            await client.create("Users", {"userName": "ann"})
    assert len(times) == 1


async def test_a_refused_post_is_certain() -> None:
    async with (
        RawServer(always(answer(409, {"scimType": "uniqueness"}))) as server,
        client_of(server) as client,
    ):
        with pytest.raises(ScimProblem) as caught:
            await client.create("Users", {})
    assert not isinstance(caught.value, UncertainOutcome)
    assert (caught.value.kind, caught.value.scim_type) == (Outcome.CONFLICT, "uniqueness")


async def test_a_post_waits_for_a_server_that_is_not_there_yet() -> None:
    async with RawServer(always(answer(201, {"id": "1"}))) as server:
        url = server.tenant_url
    began = time.monotonic()
    async with ScimClient(url, "t", waits=QUICK, retries=2) as client:
        with pytest.raises(ScimProblem) as caught:
            await client.create("Users", {})
        assert client.requests == 3
    assert caught.value.code == "CONNECTION-REFUSED"
    assert not caught.value.sent
    assert time.monotonic() - began < 5


async def test_a_missing_person_is_none_but_a_missing_page_is_a_problem() -> None:
    async with RawServer(always(answer(404, {"status": "404"}))) as server, client_of(server) as client:
        assert await client.get("/Users/1") is None
        assert await client.delete("/Users/1") is False
    async with RawServer(always(answer(404, b"<h1>404", "text/html"))) as server, client_of(server) as client:
        for call in (client.get("/Users/1"), client.delete("/Users/1")):
            with pytest.raises(ScimProblem) as caught:
                await call
            assert caught.value.code == "ANSWER-HTML"


async def test_others_beside_the_one_searched_for_are_left_out() -> None:
    both = found({"id": "1", "userName": "Ann"}, {"id": "2", "userName": "anna"})
    async with RawServer(always(both)) as server, client_of(server) as client:
        assert [each["id"] for each in await client.find("Users", "userName", "ann")] == ["1"]


@pytest.mark.parametrize(
    "pages",
    [
        [found({"id": "1"}, total=3)],  # startIndex is ignored
        [found({"id": "1"}, total=3), found(total=3)],  # ends too early
        [found({"id": "1"}, {"id": "2"}, total=1)],  # more than announced
        [found({"userName": "no id"}, total=1)],
        [answer(200, {"totalResults": "3", "Resources": []})],
    ],
)
async def test_a_listing_that_lies_is_found_out(pages: list[bytes]) -> None:
    respond, times = then(*pages)
    async with RawServer(respond) as server, client_of(server) as client:
        with pytest.raises(UnreliableListing):
            async for _ in client.list_all("Users"):
                pass
    assert len(times) <= 3


@pytest.mark.parametrize("hostile", ["", ".", "..", "a\nb", "x" * 2000])
def test_an_id_that_leads_elsewhere_is_refused(hostile: str) -> None:
    with pytest.raises(ScimProblem):
        resource_path("Users", hostile)


async def test_an_id_stays_within_its_place() -> None:
    hostile = "../Groups/1?x=y#z"
    async with RawServer(always(answer(200, {"id": hostile}))) as server, client_of(server) as client:
        await client.get(resource_path("Users", hostile))
        assert server.requests[0].target == "/scim/v2/Users/..%2FGroups%2F1%3Fx=y%23z"


async def test_what_is_shown_holds_no_token_and_no_control_characters() -> None:
    echo = answer(200, {"Authorization": f"Bearer {TOKEN}", "x": "\x1b[31m\x00", "long": "y" * 50_000})
    async with RawServer(always(echo)) as server, client_of(server) as client:
        exchange = await client.exchange("POST", "/Users", body={"token": TOKEN})
    for text in (exchange.request_text, exchange.answer_text):
        assert TOKEN not in text
        assert json.dumps(TOKEN)[1:-1] not in text
        assert "\x1b" not in text
        assert len(text) < 9_000
    assert BLANK in exchange.answer_text


async def test_no_half_of_a_token_is_left_at_a_cut() -> None:
    echo = always(answer(200, (TOKEN * 5000).encode(), "text/plain"))
    async with RawServer(echo) as server, client_of(server) as client:
        exchange = await client.exchange("GET", "/Users")
    for most in range(1, 200):
        assert TOKEN[:5] not in exchange.blank(exchange.text, most)


async def test_both_kinds_of_deflate_and_gzip_are_read() -> None:
    for encoding, packed in (
        ("gzip", gzip.compress(b'{"id": "1"}')),
        ("deflate", zlib.compress(b'{"id": "1"}')),
    ):
        content = answer(200, packed, headers={"Content-Encoding": encoding})
        async with RawServer(always(content)) as server, client_of(server) as client:
            assert await client.get("/Users/1") == {"id": "1"}


async def test_cancelling_ends_at_once_and_leaves_the_client_usable() -> None:
    respond, _ = then(drip, answer(200, {"id": "1"}))
    async with RawServer(respond) as server, client_of(server) as client:
        task = asyncio.create_task(client.get("/Users/1"))
        await server.asked.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await client.get("/Users/1") == {"id": "1"}


def test_every_code_has_its_sentences_and_every_status_a_code() -> None:
    for code in PROBLEMS:
        problem = ScimProblem(code, host="scim.example", status=400)
        assert problem.what.endswith((".", ")."))
        assert problem.why.endswith(".")
        assert problem.remedy.endswith(".")
        assert "{" not in str(problem)
    for status in range(300, 600):
        assert code_of_status(status) in PROBLEMS
