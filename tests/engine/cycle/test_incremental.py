"""Cycles that cost what has changed: a directory that tells deltas, and what makes everybody due again."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.engine.control import Control
from app.engine.cycle.only import Only
from app.engine.cycle.source import Source
from app.engine.rules.epoch import NextCycle, next_cycle
from app.engine.state.store import Store
from app.setup.problem import Problem
from tests.engine.conftest import Bench
from tests.engine.cycle.scripted import ScriptedDirectory
from tests.engine.faulty import FaultyScim
from tests.engine.model import compare
from tests.engine.weeks import change, many


@pytest.fixture
async def app() -> AsyncIterator[FaultyScim]:
    async with FaultyScim() as server:
        yield server


@pytest.fixture
def bench(app: FaultyScim, tmp_path: Path) -> Bench:
    made = Bench(tmp_path / "state", app.tenant_url, app.token, portion=7)
    made.directory = ScriptedDirectory(tmp_path / "mirror", made.people)
    return made


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of whoever a cycle looked at."""
    names: list[str] = []
    plain = Source.records

    def noting(self: Source, kind):  # type: ignore[no-untyped-def]
        for record in plain(self, kind):
            names.append(record.name)
            yield record

    monkeypatch.setattr(Source, "records", noting)
    return names


def coming(bench: Bench) -> NextCycle:
    with Store.look(bench.folder) as store:
        return next_cycle(store, bench.plan, bench.profile, bench.url.base)


def script(bench: Bench) -> ScriptedDirectory:
    assert isinstance(bench.directory, ScriptedDirectory)
    return bench.directory


async def test_only_those_who_changed_are_looked_at(bench: Bench, judged: list[str]) -> None:
    keys = [bench.people.add(n) for n in range(60)]
    bench.people.team(1, keys[:30])
    told = await bench.run()
    assert (told.end.kind, len(judged)) == ("initial", 61)
    judged.clear()
    told = await bench.run()
    assert (told.end.kind, told.end.requests, judged) == ("incremental", 0, [])
    bench.people.persons[keys[3]]["department"] = "Law"
    bench.people.teams = {key: (name, keys[1:31]) for key, (name, _) in bench.people.teams.items()}
    told = await bench.run()
    assert sorted(judged) == ["Team 1", "user0@contoso.com", "user30@contoso.com", "user3@contoso.com"]
    assert told.end.counts == {
        "update": 1,
        "skipped": 1,  # the group itself: only its members changed
        "member added": 1,
        "member removed": 1,
        "unchanged": 2,
    }
    assert script(bench).readings == ["whole", "delta", "delta"]


@pytest.mark.parametrize("seed", range(4))
async def test_deltas_come_to_the_same_as_reading_everything(
    app: FaultyScim, bench: Bench, seed: int
) -> None:
    random_ = random.Random(seed)
    bench.people = script(bench).people = many(random_, 25)
    gone: set[str] = set()
    for _ in range(4):
        script(bench).expired = random_.random() < 0.3
        assert (await bench.run()).end.state == "succeeded"
        compare(app, bench.people, gone)  # type: ignore[arg-type]
        gone |= change(bench.people, random_)
        gone -= {str(each["userPrincipalName"]) for each in bench.people.persons.values()}


async def test_a_source_that_forgot_since_when_is_read_whole_and_nobody_is_touched(
    bench: Bench, judged: list[str]
) -> None:
    keys = [bench.people.add(n) for n in range(20)]
    await bench.run()
    del bench.people.persons[keys[0]]  # while it had forgotten: nobody says so
    script(bench).expired = True
    judged.clear()
    told = await bench.run()
    assert script(bench).readings == ["whole", "whole"]
    assert told.end.kind == "incremental"
    assert [row.action for row in told.entries] == ["disable"]
    assert judged == []  # the others are the same as before


async def test_a_source_that_cannot_be_read_changes_nothing(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = [bench.people.add(n) for n in range(5)]
    await bench.run()
    bench.people.persons[keys[0]]["department"] = "Law"

    async def broken(*, anew: bool = False) -> None:
        raise Problem("GRAPH-DOWN", "The tenant does not answer.")

    with monkeypatch.context() as patched:
        patched.setattr(bench.directory, "catch_up", broken)
        told = await bench.run()
        assert (told.end.state, told.end.requests) == ("failed", 0)
        assert told.end.quarantine == ""
    assert (await bench.run()).end.counts["update"] == 1


async def test_who_is_assigned_counts_at_once_and_needs_no_new_reading(bench: Bench) -> None:
    keys = [bench.people.add(n) for n in range(6)]
    bench.people.team(1, keys[:2], "Pilots")
    bench.plan.scope.who = "assigned"
    bench.plan.scope.assigned = ["group:Pilots"]
    assert (await bench.run()).end.counts["create"] == 3
    bench.plan.scope.assigned = ["group:Pilots", "user:user5@contoso.com"]
    told = await bench.run()
    assert (told.end.kind, told.end.counts["create"]) == ("incremental", 1)
    bench.people.teams = {key: (name, keys[1:4]) for key, (name, _) in bench.people.teams.items()}
    told = await bench.run()
    assert (told.end.counts["create"], told.end.counts["disable"]) == (2, 1)
    assert script(bench).readings == ["whole", "delta", "delta"]


async def test_what_was_not_brought_to_an_end_is_taken_up_again(app: FaultyScim, bench: Bench) -> None:
    for n in range(4):
        bench.people.add(n)
    app.fault = lambda asked: "400" if asked.method == "POST" and b"user2@" in asked.body else ""  # type: ignore[attr-defined]
    assert (await bench.run()).end.failures == 1
    app.fault = lambda asked: ""
    told = await bench.run()
    assert (told.end.requests, told.end.counts) == (0, {"escrowed": 1})
    bench.clock.move(hours=6, minutes=1)
    assert (await bench.run()).end.counts["create"] == 1
    assert len(app.state("User")) == 4


async def test_a_cycle_that_was_stopped_goes_on_from_the_same_watermark(
    app: FaultyScim, bench: Bench
) -> None:
    for n in range(40):
        bench.people.add(n)
    control = Control(bench.clock)

    def stop(asked: object) -> str:
        if app.writes >= 5:
            control.stop()
        return ""

    app.fault = stop
    assert (await bench.run(control)).end.state == "stopped"
    assert "not finished" in coming(bench).why
    app.fault = lambda asked: ""
    assert (await bench.run()).end.state == "succeeded"
    assert len(app.state("User")) == 40
    assert coming(bench) == NextCycle("incremental")


async def test_an_initial_cycle_is_told_beforehand_and_why(bench: Bench, judged: list[str]) -> None:
    for n in range(5):
        bench.people.add(n)
    assert coming(bench) == NextCycle("initial", "This plan has not run yet.")
    await bench.run()
    assert coming(bench).kind == "incremental"
    rows = [row.model_copy() for row in bench.profile.users]
    bench.plan.mappings.users = [row for row in rows if row.target != "title"]
    assert (coming(bench).kind, "mappings" in coming(bench).why) == ("initial", True)
    judged.clear()
    assert (await bench.run()).end.kind == "initial"
    assert len(judged) == 5
    # Everybody is looked at; the tenant is not asked for everybody.
    assert script(bench).readings == ["whole", "delta"]
    bench.plan.scope.who = "assigned"
    assert "scope" in coming(bench).why
    bench.plan.scope.who = "all"
    bench.plan.actions.delete = False
    assert "actions" in coming(bench).why
    bench.plan.app.tenant_url = "https://other.example/scim"
    with Store.look(bench.folder) as store:
        assert "tenant URL" in next_cycle(store, bench.plan, bench.profile, "https://other.example/scim").why


async def test_a_rehearsal_and_one_person_on_demand_leave_the_watermark(bench: Bench) -> None:
    keys = [bench.people.add(n) for n in range(3)]
    await bench.run()
    bench.people.persons[keys[0]]["department"] = "Law"
    bench.people.persons[keys[1]]["department"] = "Law"
    planned = await bench.rehearse()
    assert planned.end.counts["update"] == 2
    only = Only("on-demand", frozenset({keys[0]}))
    assert (await bench.run(only=only)).end.counts == {"update": 1}
    assert (await bench.run()).end.counts["update"] == 1


async def test_nobody_left_in_the_source_is_no_reason_to_disable_everybody(bench: Bench) -> None:
    for n in range(3):
        bench.people.add(n)
    await bench.run()
    bench.people.persons.clear()
    told = await bench.run()
    assert told.end.problem is not None
    assert told.end.problem.code == "SOURCE-EMPTY"


async def test_nested_groups_are_named_in_a_warning(bench: Bench) -> None:
    ann = bench.people.add(1)
    inner = bench.people.team(1, [ann], "Inner")
    bench.people.team(2, [inner, ann], "Outer")
    told = await bench.run()
    (warning,) = [each for each in told.end.warnings if "deletion guard" not in each]
    assert '"Outer"' in warning
    assert "Inner" in warning
    assert (await bench.run()).end.warnings == []
    # A rehearsal names the traps of the mappings too: what is cleared in the source stays in the app.
    assert any("Empty values are never sent" in each for each in (await bench.rehearse()).end.warnings)
