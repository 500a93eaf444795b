"""Rows of the source that could not be read: those that may hide somebody keep everybody in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.people.record import Fault
from tests.engine.conftest import Bench
from tests.engine.faulty import FaultyScim


@pytest.fixture
async def app() -> AsyncIterator[FaultyScim]:
    async with FaultyScim() as server:
        yield server


@pytest.fixture
async def bench(app: FaultyScim, tmp_path: Path) -> Bench:
    """Three people in a team; then one leaves the source, and one the team."""
    made = Bench(tmp_path / "state", app.tenant_url, app.token)
    made.plan.source.users, made.plan.source.groups = "users.csv", "groups.csv"
    keys = [made.people.add(number) for number in range(3)]
    team = made.people.team(1, keys)
    await made.run()
    del made.people.persons[keys[0]]
    made.people.teams[team] = ("Team 1", keys[:2])
    return made


def in_use(app: FaultyScim) -> int:
    return sum(bool(each["active"]) for each in app.state("User"))


@pytest.mark.parametrize("hides", [True, False])
async def test_a_row_of_the_users_file(app: FaultyScim, bench: Bench, hides: bool) -> None:
    bench.people.faults = [Fault("users.csv", 7, "accountEnabled is 'maybe'.", hides)]
    told = await bench.run()
    assert in_use(app) == (3 if hides else 2)
    row = told.entry("user0@contoso.com")
    if hides:
        assert (row.action, row.status, row.code) == ("none", "warning", "SOURCE-FAULTS")
        assert "line 7" in row.reason
        assert row.remedy
    else:
        assert (row.action, row.status) == ("disable", "success")
    # The groups file was read whole: who left the team is out of it in both cases.
    names = {each["id"]: each["userName"] for each in app.state("User")}
    members = {names[each["value"]] for each in app.state("Group")[0]["members"]}
    assert "user2@contoso.com" not in members

    bench.people.faults = []
    await bench.run()
    assert in_use(app) == 2


@pytest.mark.parametrize("hides", [True, False])
async def test_a_row_of_the_groups_file(app: FaultyScim, bench: Bench, hides: bool) -> None:
    bench.people.faults = [
        Fault("groups.csv", 3, "The member x is neither in the users file nor a group.", hides)
    ]
    await bench.run()
    assert in_use(app) == 2  # the users file was read whole
    members = len(app.state("Group")[0]["members"])
    assert members == (2 if hides else 1)
    bench.people.faults = []
    await bench.run()
    assert len(app.state("Group")[0]["members"]) == 1


@pytest.mark.parametrize("hides", [True, False])
async def test_a_row_of_the_groups_file_and_who_is_assigned_through_it(
    app: FaultyScim, tmp_path: Path, hides: bool
) -> None:
    bench = Bench(tmp_path / "other", app.tenant_url, app.token)
    bench.plan.source.users, bench.plan.source.groups = "users.csv", "groups.csv"
    keys = [bench.people.add(number) for number in range(2)]
    team = bench.people.team(1, keys, "Pilots")
    bench.plan.scope.who, bench.plan.scope.assigned = "assigned", ["group:Pilots"]
    await bench.run()
    bench.people.teams[team] = ("Pilots", keys[:1])
    bench.people.faults = [Fault("groups.csv", 3, "The row has no groupId.", hides)]
    await bench.run()
    assert in_use(app) == (2 if hides else 1)


async def test_groups_that_are_not_there_to_read_let_nobody_go(app: FaultyScim, tmp_path: Path) -> None:
    """People came in through a group, and then the source has no group at all."""
    bench = Bench(tmp_path / "other", app.tenant_url, app.token)
    keys = [bench.people.add(number) for number in range(2)]
    team = bench.people.team(1, keys, "Pilots")
    bench.plan.scope.who = "assigned"
    bench.plan.scope.assigned = ["group:Pilots", "user:user0@contoso.com"]
    await bench.run()
    groups, bench.people.teams = bench.people.teams, {}
    told = await bench.run()
    assert told.end.problem is not None
    assert (told.end.problem.code, told.end.requests) == ("SOURCE-NO-GROUPS", 0)
    assert in_use(app) == 2
    # One of several groups is gone, or the plan asks for none any more: that is meant.
    bench.people.teams = {f"x{team}": ("Others", [])}
    assert (await bench.run()).end.state == "succeeded"
    assert in_use(app) == 1
    bench.people.teams = groups
    await bench.run()
    bench.people.teams, bench.plan.scope.assigned = {}, ["user:user0@contoso.com"]
    assert (await bench.run()).end.state == "succeeded"
    assert in_use(app) == 1


async def test_a_group_that_was_never_there_stops_nothing(app: FaultyScim, tmp_path: Path) -> None:
    bench = Bench(tmp_path / "other", app.tenant_url, app.token)
    bench.people.add(0)
    bench.plan.scope.who = "assigned"
    bench.plan.scope.assigned = ["group:Pilots", "user:user0@contoso.com"]
    for _ in range(2):
        assert (await bench.run()).end.state == "succeeded"
