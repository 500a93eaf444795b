"""Whoever leaves right after the app left in doubt what it did loses the access all the same.

Each test lets one cycle end in doubt, takes the person out of the scope, and gives the app peace.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import TypeAlias

import pytest

from app.engine.state.cycles import standing
from app.engine.state.store import Store
from app.setup.plan import Clause, ScopingFilter
from tests.engine.conftest import Bench
from tests.engine.faulty import FaultyScim
from tests.servers.raw_server import Request, answer, found

Given: TypeAlias = bytes | Awaitable[bytes | None]


@pytest.fixture
async def faulty() -> AsyncIterator[FaultyScim]:
    async with FaultyScim() as server:
        yield server


@pytest.fixture
def bench(faulty: FaultyScim, tmp_path: Path) -> Bench:
    """Two people in Legal who stay, so that there is somebody else to be taken for."""
    made = Bench(tmp_path / "state", faulty.tenant_url, faulty.token)
    made.plan.scope.filters = [
        ScopingFilter(name=name, clauses=[Clause(attribute="department", operator="EQUALS", value=name)])
        for name in ("Legal", "Sales")
    ]
    for number in (1, 2):
        made.people.add(number, department="Legal")
    return made


def after_the_post(at_post: str, afterwards: str, of: str = "user3@") -> Callable[[Request], str]:
    """A person's POST goes wrong in one way, and each look-up after it in another."""
    posted = False

    def fault(request: Request) -> str:
        nonlocal posted
        if request.method == "POST" and of.encode() in request.body:
            posted = True
            return at_post
        return afterwards if posted and request.method == "GET" else ""

    return fault


async def leaves(bench: Bench, key: str) -> None:
    """The person is out of scope, under another name, and the app answers as it should."""
    bench.people.persons[key] |= {"department": "Research", "userPrincipalName": "other@contoso.com"}
    bench.clock.move(days=1)
    told = await bench.run()
    assert told.end.state == "succeeded", told.end


def active(faulty: FaultyScim, name: str) -> list[bool]:
    return [each["active"] for each in faulty.state("User") if each["userName"] == name]


@pytest.mark.parametrize("look_up", ["another's answer", "500", "wrong type", "duplicate"])
@pytest.mark.parametrize("create", ["another's answer", "409", "lost answer", "cut body"])
async def test_after_a_create_in_doubt(bench: Bench, faulty: FaultyScim, create: str, look_up: str) -> None:
    await bench.run()
    key = bench.people.add(3)
    faulty.fault = after_the_post(create, look_up)
    told = await bench.run()
    entry = told.entry("user3@contoso.com")
    assert (entry.status, bool(entry.remedy)) == ("failure", True)
    assert active(faulty, "user3@contoso.com") == [True]
    with Store.look(bench.folder) as store:
        assert standing(store).open_requests == 1
    faulty.mend()
    await leaves(bench, key)
    assert active(faulty, "user3@contoso.com") == [False]


async def test_while_a_search_gives_several(bench: Bench, faulty: FaultyScim) -> None:
    """One of several accounts may be the person's: it is told in each cycle until one of them goes."""
    await bench.run()
    key = bench.people.add(3)
    faulty.fault = after_the_post("lost answer", "500")
    await bench.run()
    bench.people.persons[key]["department"] = "Research"
    faulty.fault = lambda request: "duplicate" if request.method == "GET" else ""
    for _ in range(2):
        bench.clock.move(days=1)
        told = await bench.run()
        (row,) = [each for each in told.entries if each.status == "failure"]
        assert (row.code, row.source_id) == ("DUPLICATE-TARGET-ENTRIES", key)
    faulty.mend()
    await leaves(bench, key)
    assert active(faulty, "user3@contoso.com") == [False]


@pytest.mark.parametrize("fault", ["lost answer", "another's answer", "wrong type", "cut body"])
async def test_after_coming_back_in_doubt(bench: Bench, faulty: FaultyScim, fault: str) -> None:
    """The account was off, and the request that switches it on again got no answer worth the name."""
    key = bench.people.add(3)
    await bench.run()
    bench.people.persons[key]["department"] = "Research"
    await bench.run()
    assert active(faulty, "user3@contoso.com") == [False]
    bench.people.persons[key]["department"] = "Sales"
    faulty.fault = lambda request: fault if request.method == "PATCH" else ""
    await bench.run()
    assert active(faulty, "user3@contoso.com") == [True]
    faulty.mend()
    await leaves(bench, key)
    assert active(faulty, "user3@contoso.com") == [False]


@pytest.mark.parametrize("fault", ["lost answer", "wrong type", "cut body"])
async def test_after_the_first_update_of_an_account_that_was_there(
    bench: Bench, faulty: FaultyScim, fault: str
) -> None:
    """Nothing was known of the person, and the app had the account, switched off."""
    await bench.run()
    wanted = {"userName": "user3@contoso.com", "active": False}
    faulty.store.answer("POST", "/scim/v2/Users", json.dumps(wanted).encode())
    key = bench.people.add(3)
    faulty.fault = lambda request: fault if request.method == "PATCH" else ""
    await bench.run()
    assert active(faulty, "user3@contoso.com") == [True]
    faulty.mend()
    await leaves(bench, key)
    assert active(faulty, "user3@contoso.com") == [False]


async def test_after_a_run_that_was_cut_off_while_somebody_came_back(
    bench: Bench, faulty: FaultyScim
) -> None:
    key = bench.people.add(3)
    await bench.run()
    bench.people.persons[key]["department"] = "Research"
    await bench.run()
    bench.people.persons[key]["department"] = "Sales"
    faulty.fault = lambda request: "time-out" if request.method == "PATCH" else ""
    run = asyncio.create_task(bench.run())
    while active(faulty, "user3@contoso.com") != [True]:
        faulty.server.asked.clear()
        await faulty.server.asked.wait()
    run.cancel()
    await asyncio.wait([run])
    faulty.mend()
    await leaves(bench, key)
    assert active(faulty, "user3@contoso.com") == [False]


async def test_an_account_of_somebody_else_is_not_taken(bench: Bench, faulty: FaultyScim) -> None:
    """The answer to a create shows an account that nobody manages, and no search finds the new one yet."""
    await bench.run()
    theirs = {"userName": "boss@contoso.com", "displayName": "The Boss", "active": True}
    body = faulty.store.answer("POST", "/scim/v2/Users", json.dumps(theirs).encode())[1]
    key = bench.people.add(3)
    respond, hidden = faulty.server.respond, True

    def shows_the_boss(request: Request, writer: asyncio.StreamWriter) -> Given:
        given = respond(request, writer)
        if request.method == "POST":
            return answer(201, body)
        return found() if hidden and "user3" in request.target else given

    faulty.server.respond = shows_the_boss
    assert (await bench.run()).entry("user3@contoso.com").code == "UNCERTAIN"
    hidden = False
    await leaves(bench, key)
    assert active(faulty, "boss@contoso.com") == [True]
    assert active(faulty, "user3@contoso.com") == [False]


async def test_an_app_that_writes_names_its_own_way_is_not_doubted(bench: Bench, faulty: FaultyScim) -> None:
    """Its answer to a create shows another user name, and no search finds the one that was sent."""
    await bench.run()
    key = bench.people.add(3)
    respond = faulty.server.respond

    def its_own_way(request: Request, writer: asyncio.StreamWriter) -> Given:
        if request.method == "POST":
            request.body = request.body.replace(b"user3@contoso.com", b"user3+app@contoso.com", 1)
        return respond(request, writer)

    faulty.server.respond = its_own_way
    told = await bench.run()
    row = told.entry("user3@contoso.com")
    assert (row.action, row.status, row.code) == ("create", "warning", "NOT-KEPT")
    assert "user3+app@contoso.com" in row.reason
    await leaves(bench, key)
    assert active(faulty, "user3+app@contoso.com") == [False]


@pytest.mark.parametrize("disabled", [True, False])
async def test_an_app_that_says_yes_and_does_nothing_is_not_believed(
    bench: Bench, faulty: FaultyScim, disabled: bool
) -> None:
    """It answers the disable with 200 and the account as it was, in use."""
    key = bench.people.add(3)
    await bench.run()
    respond = faulty.server.respond
    account = next(each for each in faulty.state("User") if each["userName"] == "user3@contoso.com")
    faulty.server.respond = lambda request, writer: (
        answer(200, account) if request.method == "PATCH" else respond(request, writer)
    )
    bench.people.persons[key] |= {"accountEnabled": False} if disabled else {"department": "Research"}
    row = (await bench.run()).entry("user3@contoso.com")
    assert (row.status, row.code, bool(row.remedy)) == ("failure", "STILL-ACTIVE", True)
    faulty.server.respond = respond
    bench.clock.move(days=1)
    assert (await bench.run()).end.state == "succeeded"
    assert active(faulty, "user3@contoso.com") == [False]
