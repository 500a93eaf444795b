"""The client of Graph: what it sends where, what it repeats, and what a person reads when it fails."""

from __future__ import annotations

import asyncio
import base64
import json
from typing import Any
from urllib.parse import parse_qs

import pytest

from app.entra.batch import BatchCall
from app.entra.graph import GraphClient, literal, path_to
from app.entra.graph_problem import GraphProblem
from tests.entra.conftest import TOKEN, Tokens, graph_answer, graph_error
from tests.servers.raw_server import answer

JOBS = "/servicePrincipals/1/synchronization/jobs"


async def test_it_sends_the_token_and_the_query_as_graph_wants_them(graph: Any) -> None:
    seen: list[tuple[str, str, object]] = []
    async with graph([graph_answer(200, {"value": []})], on_call=lambda *call: seen.append(call)) as (
        client,
        server,
    ):
        await client.get(
            "/users",
            {"$filter": f"displayName eq {literal(chr(39) + ' a&b=c+d#e%20/?')}"},
            {"ConsistencyLevel": "eventual"},
        )
        await client.patch("/applications/1", {"appRoles": []})
    first, second = server.requests
    assert first.target.startswith("/v1.0/users?$filter=displayName%20eq%20")
    assert parse_qs(first.target.partition("?")[2]) == {"$filter": ["displayName eq ''' a&b=c+d#e%20/?'"]}
    assert first.headers["authorization"] == f"Bearer {TOKEN}"
    assert first.headers["consistencylevel"] == "eventual"
    assert "consistencylevel" not in second.headers
    assert second.json == {"appRoles": []}
    assert [(method, body) for method, _, body in seen] == [("GET", None), ("PATCH", {"appRoles": []})]


async def test_only_the_permissions_of_the_call_are_asked_for(graph: Any) -> None:
    tokens = Tokens()
    async with graph([graph_answer(204)], tokens=tokens) as (client, _):
        assert await client.post(f"{JOBS}/a.b.c/start") is None
        await client.delete("/servicePrincipals/1/appRoleAssignedTo/x")
    assert [sorted(scopes) for scopes, _ in tokens.asked] == [
        ["Synchronization.ReadWrite.All"],
        ["AppRoleAssignment.ReadWrite.All", "Directory.Read.All"],
    ]


def test_ids_cannot_lead_elsewhere() -> None:
    assert path_to("servicePrincipals", "a/b?c", "$count") == "/servicePrincipals/a%2Fb%3Fc/$count"
    assert path_to("jobs", "scim.tenant.x") == "/jobs/scim.tenant.x"
    for bad in ("", "..", "a\nb"):
        with pytest.raises(GraphProblem):
            path_to("users", bad)


async def test_pages_are_followed_whole_and_with_their_headers(graph: Any) -> None:
    def respond(request: Any, writer: object) -> bytes:
        port = request.headers["host"].rpartition(":")[2]
        page = int(request.target[-1]) if "skip" in request.target else 0
        link = (
            {"@odata.nextLink": f"http://127.0.0.1:{port}/v1.0/users?$skiptoken={page + 1}"}
            if page < 2
            else {}
        )
        return graph_answer(200, {"value": [{"id": page}] if page != 1 else [], **link})

    async with graph(respond) as (client, server):
        items = [
            item["id"]
            async for item in client.pages("/users", {"$top": "1"}, {"ConsistencyLevel": "eventual"})
        ]
    assert items == [0, 2]
    assert [request.headers["consistencylevel"] for request in server.requests] == ["eventual"] * 3
    assert server.requests[1].target == "/v1.0/users?$skiptoken=1"


@pytest.mark.parametrize(
    "link",
    [
        "https://graph.evil.example/v1.0/users",
        "http://127.0.0.1:1/v1.0/x",
        "http://a@127.0.0.1/x",
        "http://[",
        "users?x",
    ],
)
async def test_the_token_follows_no_link_elsewhere(graph: Any, link: str) -> None:
    async with graph([graph_answer(200, {"value": [], "@odata.nextLink": link})]) as (client, server):
        with pytest.raises(GraphProblem) as caught:
            _ = [item async for item in client.pages("/users")]
    assert caught.value.code == "GRAPH-ELSEWHERE"
    assert len(server.requests) == 1


async def test_the_token_follows_no_redirect(graph: Any) -> None:
    async with graph([graph_answer(302, headers={"Location": "https://evil.example/"})]) as (client, server):
        with pytest.raises(GraphProblem) as caught:
            await client.get("/users")
    assert caught.value.code == "GRAPH-ELSEWHERE"
    assert len(server.requests) == 1


async def test_pages_in_a_circle_end(graph: Any) -> None:
    def respond(request: Any, writer: object) -> bytes:
        host = request.headers["host"]
        return graph_answer(200, {"value": [], "@odata.nextLink": f"http://{host}/v1.0/users?$skiptoken=1"})

    async with graph(respond) as (client, _):
        with pytest.raises(GraphProblem) as caught:
            _ = [item async for item in client.pages("/users")]
    assert caught.value.code == "GRAPH-ANSWER"


async def test_throttling_is_obeyed_with_fractions(graph: Any) -> None:
    slow = graph_answer(429, {"error": {"code": "TooManyRequests"}}, {"Retry-After": "0.128"})
    async with graph([slow, slow, graph_answer(201, {"id": "1"})]) as (client, server):
        began = asyncio.get_running_loop().time()
        assert await client.post(JOBS, {"templateId": "scim"}) == {"id": "1"}
    assert asyncio.get_running_loop().time() - began >= 0.25
    assert len(server.requests) == 3


async def test_a_long_wait_is_told_instead(graph: Any) -> None:
    async with graph([graph_answer(429, {"error": {}}, {"Retry-After": "600"})]) as (client, server):
        with pytest.raises(GraphProblem) as caught:
            await client.get("/users")
    assert caught.value.code == "GRAPH-THROTTLED"
    assert "600 seconds" in caught.value.why
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("method", "path", "sent"),
    [("GET", JOBS, 6), ("PUT", JOBS, 6), ("POST", JOBS, 1), ("POST", f"{JOBS}/validateCredentials", 6)],
)
async def test_what_may_have_been_carried_out_is_not_sent_again(
    graph: Any, method: str, path: str, sent: int
) -> None:
    async with graph([graph_answer(500, {"error": {"code": "InternalServerError"}})]) as (client, server):
        call = getattr(client, method.lower())
        with pytest.raises(GraphProblem) as caught:
            await (call(path) if method == "GET" else call(path, {}))
    assert len(server.requests) == sent
    assert caught.value.code == "GRAPH-SERVER"
    assert caught.value.uncertain is (method != "GET" and "validate" not in path)
    assert ("not known" in caught.value.remedy) is (sent == 1)


async def test_a_claims_challenge_is_answered_once(graph: Any) -> None:
    wanted = '{"access_token":{"nbf":{"essential":true,"value":"1604106651"}}}'
    written = base64.b64encode(wanted.encode()).decode()
    challenge = graph_answer(
        401, {"error": {"code": "InvalidAuthenticationToken"}},
        {"WWW-Authenticate": f'Bearer realm="", error="insufficient_claims", claims="{written}"'},
    )  # fmt: skip
    tokens = Tokens()
    async with graph([challenge, graph_answer(200, {"ok": 1})], tokens=tokens) as (client, _):
        assert await client.get("/me") == {"ok": 1}
    assert [claims for _, claims in tokens.asked] == ["", wanted]
    async with graph([challenge], tokens=tokens) as (client, server):
        with pytest.raises(GraphProblem) as caught:
            await client.get("/me")
    assert (caught.value.code, len(server.requests)) == ("GRAPH-SIGNED-OUT", 2)


async def test_missing_permissions_are_named(graph: Any) -> None:
    refused = graph_error(403, "Authorization_RequestDenied", "Insufficient privileges")
    async with graph([refused], tokens=Tokens(frozenset({"User.Read"}))) as (client, _):
        with pytest.raises(GraphProblem) as caught:
            await client.post(JOBS, {})
    assert caught.value.missing_scopes == ("Synchronization.ReadWrite.All",)
    assert "Synchronization.ReadWrite.All (to make, change" in caught.value.why
    full = Tokens(frozenset({"Synchronization.ReadWrite.All"}))
    async with graph([refused], tokens=full) as (client, _):
        with pytest.raises(GraphProblem) as caught:
            await client.get(JOBS)
    assert caught.value.missing_scopes == ()
    assert "Cloud Application Administrator" in caught.value.why


FAULTS: dict[str, tuple[list[bytes] | None, str]] = {
    "401": ([graph_error(401, "InvalidAuthenticationToken")], "GRAPH-SIGNED-OUT"),
    "403": ([graph_error(403, "Authorization_RequestDenied")], "GRAPH-DENIED"),
    "403 licence": ([graph_error(403, "Authentication_RequestFromNonPremiumTenant")], "GRAPH-LICENCE"),
    "404": ([graph_error(404, "Request_ResourceNotFound")], "GRAPH-NOT-FOUND"),
    "409": ([graph_error(409, "Conflict")], "GRAPH-CONFLICT"),
    "410": ([graph_error(410, "syncStateNotFound")], "GRAPH-GONE"),
    "429": ([graph_error(429, "TooManyRequests")], "GRAPH-THROTTLED"),
    "500": ([graph_error(500, "InternalServerError")], "GRAPH-SERVER"),
    "503": ([graph_error(503, "ServiceUnavailable")], "GRAPH-BUSY"),
    "504": ([graph_error(504, "GatewayTimeout")], "GRAPH-TIMEOUT"),
    "exists": ([graph_error(400, "Request_MultipleObjectsWithSameKeyValue")], "GRAPH-EXISTS"),
    "query": ([graph_error(400, "Request_UnsupportedQuery")], "GRAPH-QUERY"),
    "secrets": ([graph_error(400, "BadRequest", "Size of input ExternalSecret")], "GRAPH-SECRETS-SIZE"),
    "credentials": ([graph_error(400, "X", inner="XCredentialValidationUnavailable")], "GRAPH-CREDENTIALS"),
    "400": ([graph_error(400, "BadRequest", "no")], "GRAPH-REFUSED"),
    "broken JSON": ([graph_answer(200, b'{"value": [')], "GRAPH-ANSWER"),
    "html": ([answer(200, b"<html>sign in here</html>", "text/html")], "GRAPH-ANSWER"),
    "list": ([graph_answer(200, [1])], "GRAPH-ANSWER"),
    "html 502": ([answer(502, b"<html>bad</html>", "text/html")], "GRAPH-SERVER"),
    "cut": (None, "GRAPH-CUT"),
}  # fmt: skip


@pytest.mark.parametrize("kind", FAULTS)
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_every_fault_has_a_sentence_that_says_what_to_do(graph: Any, kind: str, method: str) -> None:
    given, code = FAULTS[kind]

    async def cut() -> None:
        return None

    async with graph(given or (lambda request, writer: cut()), retries=1) as (client, _):
        with pytest.raises(GraphProblem) as caught:
            await (client.get(JOBS) if method == "GET" else client.post(JOBS, {"a": 1}))
    problem = caught.value
    assert problem.code == code
    for sentence in (problem.what, problem.why, problem.remedy):
        assert len(sentence) > 20
        assert sentence[-1] == "."
        assert "{" not in sentence
    assert f"{method} {JOBS}" in problem.details


async def test_a_time_out_and_a_dead_host(graph: Any) -> None:
    async def never(*_: object) -> bytes:
        await asyncio.sleep(20)
        return b""

    async with graph(never, timeout=0.1, retries=0) as (client, server):
        with pytest.raises(GraphProblem) as caught:
            await client.post(JOBS, {})
        assert caught.value.code == "GRAPH-TIMEOUT"
        assert caught.value.uncertain
        cloud = client.cloud
    async with GraphClient(cloud, Tokens(), retries=0) as client:
        with pytest.raises(GraphProblem) as caught:
            await client.post(JOBS, {})
    assert caught.value.code == "GRAPH-UNREACHABLE"
    assert not caught.value.uncertain
    assert server.requests


async def test_no_token_is_in_what_graph_says(graph: Any) -> None:
    refused = graph_error(400, "BadRequest", f"odd token {TOKEN} here", note=TOKEN)
    async with graph([refused]) as (client, _):
        with pytest.raises(GraphProblem) as caught:
            await client.put(JOBS, {})
    assert TOKEN not in repr(vars(caught.value)) + str(caught.value)
    assert "Request id req-1" in caught.value.details


async def test_a_delete_of_what_is_gone_is_no_fault(graph: Any) -> None:
    async with graph([graph_answer(204), graph_error(404, "Request_ResourceNotFound")]) as (client, _):
        assert await client.delete(f"{JOBS}/1") is True
        assert await client.delete(f"{JOBS}/1") is False


async def test_a_batch_comes_back_in_order_and_throttled_ones_alone_go_again(graph: Any) -> None:
    rounds: list[list[str]] = []

    def respond(request: Any, writer: object) -> bytes:
        asked = request.json["requests"]
        rounds.append([entry["id"] for entry in asked])
        again = len(rounds) > 2
        entries = [
            {
                "id": entry["id"],
                "status": 429 if entry["id"] == "3" and not again else 200,
                "body": {"url": entry["url"]},
            }
            for entry in reversed(asked)
        ]
        return graph_answer(200, {"responses": entries})

    async with graph(respond) as (client, _):
        answered = await client.batch([BatchCall("GET", f"/users/{at}") for at in range(23)])
    assert [one.body["url"] for one in answered] == [f"/users/{at}" for at in range(23)]
    assert all(one.status == 200 for one in answered)
    assert [len(each) for each in rounds] == [20, 3, 1]


async def test_a_batch_says_the_type_of_its_bodies(graph: Any) -> None:
    async with graph(
        [graph_answer(200, {"responses": [{"id": "0", "status": 201, "headers": {"Location": "x"}}]})]
    ) as (client, server):
        (one,) = await client.batch([BatchCall("POST", "/servicePrincipals/1/appRoleAssignedTo", {"a": 1})])
    assert (one.status, one.header("location")) == (201, "x")
    entry = json.loads(server.requests[0].body)["requests"][0]
    assert entry["headers"] == {"Content-Type": "application/json"}
    async with graph([graph_answer(200, {"responses": []})]) as (client, _):
        with pytest.raises(GraphProblem):
            await client.batch([BatchCall("POST", "/x")])
