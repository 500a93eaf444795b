"""Groups, managers and departures whose answers are not what was done; and rows that say one thing each."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from app.engine.state.log import LogFilter
from app.engine.state.store import Store
from app.scim.dialect import ENTERPRISE_SCHEMA
from tests.engine.conftest import Bench
from tests.engine.faulty import FaultyScim
from tests.servers.raw_server import answer


class LyingApp(FaultyScim):
    """Attributes:
    deaf: paths of changes that it answers well and does not carry out.
    moved: whether managers are kept under a key of the app's.
    shows: whether a PATCH is answered with the object as it was before.
    """

    deaf: frozenset[str] = frozenset()
    moved = False
    shows = False
    dangling = False

    def _carry_out(self, request: Any) -> bytes:
        parts = request.target.removeprefix("/scim/v2/").split("/")
        if request.method == "DELETE" and parts[0] == "Users" and self.dangling:
            groups = {key: list(each.get("members", [])) for key, each in self.store.held["Groups"].items()}
            given = super()._carry_out(request)
            for key, members in groups.items():
                self.store.held["Groups"][key]["members"] = members
            return given
        before = json.loads(json.dumps(self.store.held.get(parts[0], {}).get(parts[-1])))
        given = super()._carry_out(request)
        if self.shows and request.method == "PATCH" and before:
            return answer(200, before)
        return given

    def _patch(self, held: dict[str, Any], operation: dict[str, Any]) -> None:  # type: ignore[override]
        if operation["path"] in self.deaf:
            return
        if self.moved and "manager" in operation["path"]:
            held["bossId"] = operation["value"]
            return
        FaultyScim._patch(held, operation)


@pytest.fixture
async def app() -> AsyncIterator[LyingApp]:
    async with LyingApp() as server:
        yield server


@pytest.fixture
def bench(app: LyingApp, tmp_path: Path) -> Bench:
    return Bench(tmp_path / "state", app.tenant_url, app.token)


def logged(bench: Bench, name: str) -> list[tuple[str, str, str]]:
    with Store.look(bench.folder) as store:
        rows = list(store.log.rows(LogFilter()))
    assert all([step.name for step in row.steps].count("match") <= 1 for row in rows)
    return [(row.action, row.status, row.code) for row in rows if row.name == name]


async def test_a_group_that_keeps_its_old_name_is_a_failure_that_says_so(app: LyingApp, bench: Bench) -> None:
    team = bench.people.team(1, [], "Old name")
    await bench.run()
    app.deaf = frozenset({"displayName"})
    bench.people.teams[team] = ("New name", [])
    told = await bench.run()
    (row,) = [each for each in told.entries if each.status == "failure"]
    assert (row.name, row.code) == ("New name", "NOT-KEPT")
    assert "displayName is 'Old name' instead of 'New name'" in row.reason
    writes = app.writes
    await bench.run()
    assert app.writes == writes, "not in every cycle"
    app.deaf = frozenset()
    bench.clock.move(hours=6, minutes=1)
    assert (await bench.run()).end.state == "succeeded"
    assert app.state("Group")[0]["displayName"] == "New name"


@pytest.mark.parametrize("shows", [True, False], ids=["with an answer", "without"])
async def test_a_manager_under_a_wrong_key_is_told_once(app: LyingApp, bench: Bench, shows: bool) -> None:
    app.moved, app.shows = True, shows
    boss = bench.people.add(1)
    bench.people.add(2, manager=boss)
    told = await bench.run()
    (row,) = [each for each in told.entries if each.code == "NOT-KEPT"]
    assert (row.name, row.status) == ("user2@contoso.com", "warning")
    assert logged(bench, "user2@contoso.com") == [
        ("create", "success", ""),
        ("update", "warning", "NOT-KEPT"),
    ]
    assert (await bench.run()).end.requests == 0


async def test_a_manager_that_stays_another_one_is_a_failure(app: LyingApp, bench: Bench) -> None:
    first, second = bench.people.add(1), bench.people.add(3)
    member = bench.people.add(2, manager=first)
    await bench.run()
    app.deaf = frozenset({f"{ENTERPRISE_SCHEMA}:manager"})
    bench.people.persons[member]["manager"] = second
    told = await bench.run()
    assert [each.code for each in told.entries if each.status == "failure"] == ["NOT-KEPT"]


async def test_managers_of_an_app_that_was_right_once_are_read_back_in_a_while(
    app: LyingApp, bench: Bench
) -> None:
    boss = bench.people.add(0)
    for number in range(1, 41):
        bench.people.add(number, manager=boss)
    reads: list[str] = []

    def note(asked: Any) -> str:
        if asked.method == "GET" and "/Users/" in asked.target:
            reads.append(asked.target)
        return ""

    app.fault = note
    await bench.run()
    assert len(reads) < 20, "those under way before the first one held, and a sample"


async def test_who_was_created_is_created_whatever_the_manager_comes_to(app: LyingApp, bench: Bench) -> None:
    boss = bench.people.add(1)
    bench.people.add(2, manager=boss)
    app.fault = lambda asked: "400" if b"manager" in (asked.body or b"") and asked.method == "PATCH" else ""
    told = await bench.run()
    assert told.end.counts["create"] == 2
    rows = logged(bench, "user2@contoso.com")
    assert rows == [("create", "success", ""), ("update", "failure", "BAD-REQUEST")]


async def test_the_match_stands_once_where_somebody_is_looked_for_again(app: LyingApp, bench: Bench) -> None:
    person = bench.people.add(1)
    await bench.run()
    for held in (app.store.held["Users"], app.store.names["Users"]):
        held.clear()
    app.store.order["Users"].clear()
    bench.people.persons[person]["department"] = "Buying"
    await bench.run()
    assert logged(bench, "user1@contoso.com")[-1][:2] == ("create", "success")
    assert len(app.state("User")) == 1


async def test_memberships_end_before_the_account_does(app: LyingApp, bench: Bench) -> None:
    app.dangling = True
    bench.plan.safety.delete_after_days = 0
    stays, leaves = bench.people.add(1), bench.people.add(2)
    team = bench.people.team(1, [stays, leaves], "All")
    await bench.run()
    bench.people.persons.pop(leaves)
    bench.people.teams[team] = ("All", [stays])
    await bench.run()
    (left,) = app.state("User")
    assert [each["value"] for each in app.state("Group")[0]["members"]] == [left["id"]]


async def test_a_rename_that_empties_the_group_is_put_right(
    app: LyingApp, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    team = bench.people.team(1, [bench.people.add(1), bench.people.add(2)], "Old name")
    await bench.run()

    def emptying(held: dict[str, Any], operation: dict[str, Any]) -> None:
        FaultyScim._patch(held, operation)
        if operation["path"] == "displayName":
            held["members"] = []
            held["externalId"] = "something else"

    monkeypatch.setattr(app, "_patch", emptying)
    bench.people.teams[team] = ("New name", bench.people.teams[team][1])
    told = await bench.run()
    assert told.end.state == "succeeded"
    (group,) = app.state("Group")
    assert (group["displayName"], group["externalId"], len(group["members"])) == ("New name", team, 2)
    assert (await bench.run()).end.requests == 0
