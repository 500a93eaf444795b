"""Departures that the guard holds back, and what a person decides on them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.engine.cycle.only import Only
from app.engine.state.log import LogFilter
from app.engine.state.staged import Staged, decide, staged, waiting
from app.engine.state.store import Store
from app.setup.plan import Clause, Operator, ScopingFilter
from app.setup.problem import Problem
from tests.engine.conftest import Bench
from tests.engine.cycle.scripted import ScriptedDirectory
from tests.engine.dated import tell_time
from tests.engine.faulty import FaultyScim


@pytest.fixture
async def app() -> AsyncIterator[FaultyScim]:
    async with FaultyScim() as server:
        yield server


@pytest.fixture(params=["file", "graph"])
async def bench(app: FaultyScim, tmp_path: Path, request: pytest.FixtureRequest) -> Bench:
    """Six people and a team; three of them leave, and the guard lets two go at most."""
    made = Bench(tmp_path / "state", app.tenant_url, app.token)
    tell_time(app, made.clock.now)
    if request.param == "graph":
        made.directory = ScriptedDirectory(tmp_path / "mirror", made.people)
    keys = [made.people.add(number) for number in range(6)]
    made.people.team(1, keys)
    made.plan.safety.deletion_threshold = 2
    assert (await made.run()).end.state == "succeeded"
    for key in keys[:3]:
        made.people.persons.pop(key)
    made.clock.move(hours=1)
    told = await made.run()
    assert told.end.state == "guarded"
    return made


def listed(bench: Bench) -> list[Staged]:
    with Store.look(bench.folder) as store:
        return staged(store)


def decided(bench: Bench, **decisions: object) -> tuple[int, int]:
    with Store.beside(bench.folder) as store:
        counts = decide(store, **decisions)  # type: ignore[arg-type]
        store.commit()
        return counts


def in_use(app: FaultyScim) -> set[str]:
    return {each["userName"][4] for each in app.state("User") if each["active"]}


async def test_the_list_says_whom_why_and_since_when(bench: Bench, app: FaultyScim) -> None:
    rows = listed(bench)
    assert [(row.name[4], row.action, row.decision) for row in rows] == [
        (each, "disable", "") for each in "012"
    ]
    assert {row.reason for row in rows} == {"No longer in the source."}
    since = {row.since for row in rows}
    bench.clock.move(hours=5)
    assert (await bench.run()).end.state == "guarded"
    assert {row.since for row in listed(bench)} == since
    with Store.look(bench.folder) as store:
        found = store.log_page(LogFilter(action="staged-delete"))
    assert found.total == 3  # once for each, not in every cycle
    assert {row.cycle for row in found.rows} == {2}
    assert in_use(app) == set("012345")
    with Store.look(bench.folder) as store:
        assert waiting(store) == 3


async def test_allowed_ones_go_with_the_next_cycle_and_rejected_ones_stay(
    bench: Bench, app: FaultyScim
) -> None:
    first, second, third = listed(bench)
    assert decided(bench, allow=[first.id], reject=[second.id]) == (1, 1)
    told = await bench.run()
    assert in_use(app) == set("12345")
    assert [row.name for row in told.entries if row.action == "disable"] == [first.name]
    assert [(row.name, row.decision) for row in listed(bench)] == [(third.name, ""), (second.name, "reject")]
    bench.clock.move(days=90)
    told = await bench.run()
    assert told.end.counts.get("rejected") == 1
    told = await bench.run(only=Only("on-demand", frozenset({second.source_id})))
    assert "Rejected" in told.entry(second.name).reason
    assert "1" in in_use(app)  # however long, and whatever was due

    decided(bench, allow=[second.id], others="allow")
    told = await bench.run()
    assert {each["userName"][4] for each in app.state("User")}.isdisjoint("12")
    assert listed(bench) == []


async def test_to_decide_on_some_is_no_decision_on_the_others(bench: Bench, app: FaultyScim) -> None:
    """Two of three are decided on: the last is within the threshold, and waits all the same."""
    first, second, third = listed(bench)
    decided(bench, allow=[first.id], reject=[second.id])
    gone = list(bench.people.persons)[0]
    for _ in range(2):
        told = await bench.run()
        assert told.end.state == "guarded"
        assert told.end.guarded == [third.name]
        assert "nobody has decided" in told.end.sentence
        assert in_use(app) == set("12345")
    # Who leaves beside them, within the threshold, is not held back because of them.
    del bench.people.persons[gone]
    told = await bench.run()
    assert (told.end.state, told.end.guarded) == ("guarded", [third.name])
    assert in_use(app) == set("1245")
    # On demand is no decision either.
    await bench.run(only=Only("on-demand", frozenset({third.source_id})))
    assert in_use(app) == set("1245")
    # The guard is turned off: that is a decision on all but those that were rejected.
    bench.plan.safety.deletion_threshold = 0
    assert (await bench.run()).end.state == "succeeded"
    assert in_use(app) == set("145")
    assert [row.name for row in listed(bench)] == [second.name]


async def test_who_is_held_back_keeps_the_memberships(bench: Bench, app: FaultyScim) -> None:
    def members() -> set[str]:
        names = {each["id"]: each["userName"][4] for each in app.state("User")}
        (team,) = app.state("Group")
        return {names[each["value"]] for each in team["members"]}

    assert members() == set("012345")
    first, second, third = listed(bench)
    for _, team in bench.people.teams.values():
        team.remove(third.source_id)
    await bench.run()
    assert members() == set("012345")
    decided(bench, allow=[first.id], others="reject")
    await bench.run()
    assert members() == set("12345")
    bench.clock.move(days=3)
    await bench.run()
    assert members() == set("12345")
    decided(bench, others="allow")
    await bench.run()
    assert members() == set("345")


async def test_all_others_are_decided_at_once(bench: Bench, app: FaultyScim) -> None:
    first = listed(bench)[0]
    assert decided(bench, allow=[first.id], others="reject") == (1, 2)
    assert (await bench.run()).end.state == "succeeded"
    assert in_use(app) == set("12345")
    assert decided(bench, others="allow") == (2, 0)
    await bench.run()
    assert in_use(app) == set("345")
    assert decided(bench, others="allow") == (0, 0)


async def test_who_comes_back_is_off_the_list_and_a_decision_ends_with_it(
    bench: Bench, app: FaultyScim
) -> None:
    decided(bench, others="allow")
    key = bench.people.add(0)
    await bench.run()
    assert in_use(app) == set("0345")
    assert listed(bench) == []
    # What was allowed once is not allowed for ever.
    bench.plan.safety.deletion_threshold = 1
    del bench.people.persons[key]
    for other in list(bench.people.persons)[:1]:
        del bench.people.persons[other]
    assert (await bench.run()).end.state == "guarded"
    assert {row.decision for row in listed(bench)} == {""}


async def test_rejected_ones_do_not_count_against_the_threshold(bench: Bench, app: FaultyScim) -> None:
    decided(bench, others="reject")
    for key in list(bench.people.persons)[:2]:
        del bench.people.persons[key]
    told = await bench.run()
    assert told.end.state == "succeeded"
    assert in_use(app) == set("0125")


async def test_a_decision_on_nobody_is_refused(bench: Bench) -> None:
    some = listed(bench)[0].id
    for wrong in ({"allow": ["user:nobody"]}, {"allow": [some], "reject": [some]}):
        with pytest.raises(Problem) as caught:
            decided(bench, **wrong)
        assert caught.value.code == "NOT-STAGED"
    assert {row.decision for row in listed(bench)} == {""}


async def test_a_rehearsal_shows_them_and_decides_nothing(bench: Bench) -> None:
    before = listed(bench)
    planned = await bench.rehearse()
    assert planned.end.state == "guarded"
    assert listed(bench) == before


async def test_allowed_ones_go_while_the_guard_holds_the_others(bench: Bench, app: FaultyScim) -> None:
    first, second, third = listed(bench)
    bench.plan.safety.deletion_threshold = 1
    decided(bench, allow=[first.id])
    assert (await bench.run()).end.state == "guarded"
    assert in_use(app) == set("12345")
    # Allowed ones do not count against the threshold.
    decided(bench, allow=[second.id, third.id])
    assert (await bench.run()).end.state == "succeeded"
    assert in_use(app) == set("345")


async def test_who_left_the_scope_stays_on_the_list_until_they_are_back_in_it(
    bench: Bench, app: FaultyScim
) -> None:
    decided(bench, others="allow")
    bench.plan.scope.filters = [
        ScopingFilter(
            name="Sales", clauses=[Clause(attribute="department", operator=Operator.EQUALS, value="Sales")]
        )
    ]
    await bench.run()
    for key in bench.people.persons:
        bench.people.persons[key]["department"] = "Law"
    assert (await bench.run()).end.state == "guarded"
    assert [row.name[4] for row in listed(bench)] == ["3", "4", "5"]
    # The source says nothing new of them: they are on the list all the same, and can be decided on.
    assert (await bench.run()).end.state == "guarded"
    last = listed(bench)[2]
    decided(bench, others="reject")
    bench.people.persons[last.source_id]["department"] = "Sales"
    await bench.run()
    assert [row.name[4] for row in listed(bench)] == [
        "3",
        "4",
    ]  # back as before: nothing to send, no rejection
    decided(bench, others="allow")
    await bench.run()
    assert in_use(app) == set("5")
