"""Whoever loses access loses it whatever else is wrong with the request, the mapping or the app's memory."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.setup.plan import Clause, ScopingFilter
from app.setup.profile import user_mappings
from tests.engine.conftest import Bench
from tests.engine.faulty import FaultyScim
from tests.servers.raw_server import Request


@pytest.fixture
async def faulty() -> AsyncIterator[FaultyScim]:
    async with FaultyScim() as server:
        yield server


@pytest.fixture
def bench(faulty: FaultyScim, tmp_path: Path) -> Bench:
    return Bench(tmp_path / "state", faulty.tenant_url, faulty.token)


def active(faulty: FaultyScim) -> dict[str, bool]:
    return {each["userName"]: each["active"] for each in faulty.state("User")}


def only(bench: Bench, department: str) -> None:
    clause = Clause(attribute="department", operator="EQUALS", value=department)
    bench.plan.scope.filters = [ScopingFilter(name="x", clauses=[clause])]


@pytest.mark.parametrize("method", ["PATCH", "PATCH and GET"])
async def test_an_account_that_the_app_denies_once_is_not_forgotten(
    bench: Bench, faulty: FaultyScim, method: str
) -> None:
    """The person was disabled and renamed at once, so that no search by the new name finds the account."""
    key = bench.people.add(1)
    await bench.run()
    bench.people.persons[key] |= {"accountEnabled": False, "userPrincipalName": "left@contoso.com"}
    faulty.fault = lambda request: (
        "404" if request.method in method and not request.target.endswith("Users") else ""
    )
    await bench.run()
    faulty.mend()
    bench.clock.move(days=1)
    await bench.run()
    assert list(active(faulty).values()) == [False]


async def test_nor_when_creating_is_switched_off(bench: Bench, faulty: FaultyScim) -> None:
    key = bench.people.add(1)
    await bench.run()
    bench.plan.actions.create = False
    bench.people.persons[key]["userPrincipalName"] = "other@contoso.com"
    faulty.fault = lambda request: "404" if request.method == "PATCH" else ""
    await bench.run()
    faulty.mend()
    del bench.people.persons[key]
    bench.people.add(2)
    bench.clock.move(days=1)
    await bench.run()
    assert list(active(faulty).values()) == [False]


def match_by_mail(bench: Bench) -> None:
    rows = [row.model_copy() for row in user_mappings(bench.plan, bench.profile)]
    for row in rows:
        row.matching = 1 if row.target.startswith("emails") else 0
    bench.plan.mappings.users = rows


async def test_somebody_who_has_no_matching_value_any_more(bench: Bench, faulty: FaultyScim) -> None:
    """Whoever is let go is disabled and loses the mailbox, by which accounts are matched."""
    match_by_mail(bench)
    key = bench.people.add(1)
    await bench.run()
    bench.people.persons[key] |= {"accountEnabled": False, "mail": ""}
    await bench.run()
    assert active(faulty) == {"user1@contoso.com": False}


async def test_a_value_that_the_app_refuses_keeps_nobody_in(bench: Bench, faulty: FaultyScim) -> None:
    key = bench.people.add(1)
    await bench.run()
    bench.people.persons[key] |= {"accountEnabled": False, "displayName": "Left the company"}
    faulty.fault = lambda request: "400" if b"Left the company" in request.body else ""
    told = await bench.run()
    assert active(faulty) == {"user1@contoso.com": False}
    assert told.entry("user1@contoso.com").status == "failure"  # the name is still to be told
    assert told.entry("user1@contoso.com").action == "disable"
    faulty.mend()
    bench.clock.move(days=1)
    await bench.run()
    (account,) = faulty.state("User")
    assert (account["active"], account["displayName"]) == (False, "Left the company")


@pytest.mark.parametrize("how", ["out of scope", "gone"])
@pytest.mark.parametrize("what", ["update", "mapping"])
async def test_disabling_switched_on_again(bench: Bench, faulty: FaultyScim, how: str, what: str) -> None:
    """Who left while the plan did not let anybody be disabled is disabled as soon as it does."""
    key, _ = bench.people.add(1), bench.people.add(2, department="Legal")
    rows = user_mappings(bench.plan, bench.profile)
    await bench.run()
    if what == "update":
        bench.plan.actions.update = False
    else:
        bench.plan.mappings.users = [
            row.model_copy(update={"source": "", "default": "True"}) if row.target == "active" else row
            for row in rows
        ]
    if how == "gone":
        del bench.people.persons[key]
    else:
        only(bench, "Legal")
    await bench.run()
    assert active(faulty)["user1@contoso.com"] is True
    bench.plan.actions.update = True
    bench.plan.mappings.users = None
    await bench.run()
    assert active(faulty)["user1@contoso.com"] is False
    assert active(faulty)["user2@contoso.com"] is True


async def test_a_disable_that_is_refused_is_never_given_up(bench: Bench, faulty: FaultyScim) -> None:
    key, _ = bench.people.add(1), bench.people.add(2)
    bench.plan.safety.delete_after_days = 10_000
    await bench.run()
    del bench.people.persons[key]
    faulty.fault = lambda request: "400" if request.method == "PATCH" else ""
    for _ in range(70):
        bench.clock.move(hours=20)
        await bench.run()
    faulty.mend()
    for _ in range(3):
        bench.clock.move(hours=20)
        await bench.run()
    assert active(faulty)["user1@contoso.com"] is False


async def test_an_update_that_was_cut_off_leads_to_no_other_account(bench: Bench, faulty: FaultyScim) -> None:
    """Another account has the name that the person was about to get."""
    key, _ = bench.people.add(1), bench.people.add(2)
    await bench.run()
    bench.people.persons[key]["userPrincipalName"] = "boss@contoso.com"
    faulty.fault = lambda request: "500" if request.method == "PATCH" else ""
    await bench.run()  # the account is to be read before the next write
    faulty.mend()
    theirs = {"userName": "boss@contoso.com", "displayName": "The Boss", "active": True}
    faulty.store.answer("POST", "/scim/v2/Users", json.dumps(theirs).encode())

    def cut(request: Request) -> str:
        if request.method == "PATCH":
            task.cancel()
        return "reset" if request.method == "PATCH" else ""

    faulty.fault = cut
    task = asyncio.create_task(bench.run())
    with contextlib.suppress(asyncio.CancelledError):
        await task
    faulty.mend()
    del bench.people.persons[key]
    bench.clock.move(days=1)
    await bench.run()
    bosses = {each["displayName"]: each["active"] for each in faulty.state("User")}
    assert bosses == {"User 1": False, "User 2": True, "The Boss": True}
