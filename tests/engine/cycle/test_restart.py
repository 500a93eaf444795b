"""Restart with what Graph calls resetScope: what each of the resets forgets, and what none of them does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from app.engine.control import Control
from app.engine.rules.epoch import next_cycle
from app.engine.state.cycles import standing
from app.engine.state.quarantine import quarantine_of
from app.engine.state.restart import FULL, USUAL, expand, restart
from app.engine.state.staged import staged
from app.engine.state.store import Store
from app.setup.problem import Problem
from tests.engine.conftest import Bench
from tests.engine.cycle.scripted import ScriptedDirectory
from tests.engine.faulty import FaultyScim


@pytest.fixture
async def app() -> AsyncIterator[FaultyScim]:
    async with FaultyScim() as server:
        yield server


@pytest.fixture
async def bench(app: FaultyScim, tmp_path: Path) -> Bench:
    """Ten people and a team are there; one is refused, and the guard holds two back."""
    made = Bench(tmp_path / "state", app.tenant_url, app.token)
    made.directory = ScriptedDirectory(tmp_path / "mirror", made.people)
    keys = [made.people.add(number) for number in range(10)]
    made.people.team(1, keys[:5])
    await made.run()
    made.people.add(99)
    app.fault = lambda asked: "400" if asked.method == "POST" and b"user99@" in asked.body else ""
    made.plan.safety.deletion_threshold = 1
    for key in keys[8:]:
        del made.people.persons[key]
    told = await made.run()
    assert (told.end.state, told.end.failures) == ("guarded", 1)
    app.fault = lambda asked: ""
    return made


def reset(bench: Bench, *names: str) -> None:
    with Store.open(bench.folder) as store:
        restart(store, expand(names))
        store.commit()


def kept(bench: Bench) -> dict[str, Any]:
    """What a restart could forget."""
    with Store.look(bench.folder) as store:
        tables = ("links", "memberships", "escrows", "staged", "log", "cycles", "meta")
        rows = {name: store.db.execute(f"SELECT * FROM {name}").fetchall() for name in tables}
        coming = next_cycle(store, bench.plan, bench.profile, bench.url.base)
        return {**rows, "next": coming.kind, "why": coming.why}


def test_the_names_are_graphs() -> None:
    assert set(expand([])) == set(USUAL)
    assert set(expand(["full"])) == set(FULL)
    assert set(expand(["Watermark", " escrows", "FORCEDELETES"])) == {"Watermark", "Escrows", "ForceDeletes"}
    with pytest.raises(Problem) as caught:
        expand(["Watermark", "Links"])
    assert caught.value.code == "UNKNOWN-RESET"
    assert "QuarantineState" in caught.value.remedy


async def test_watermark_has_everybody_read_and_judged_again(bench: Bench) -> None:
    before = kept(bench)
    reset(bench, "Watermark")
    after = kept(bench)
    for table in ("links", "memberships", "escrows", "staged", "log", "cycles"):
        assert after[table] == before[table]
    assert (after["next"], after["why"]) == ("initial", "It was restarted.")
    directory = bench.directory
    assert isinstance(directory, ScriptedDirectory)
    told = await bench.run()
    assert told.end.kind == "initial"
    assert directory.readings == ["whole", "delta", "whole"]
    assert (await bench.run()).end.kind == "incremental"


async def test_escrows_has_failures_tried_at_once(bench: Bench) -> None:
    assert "create" not in (await bench.run()).end.counts
    before = kept(bench)
    reset(bench, "Escrows")
    after = kept(bench)
    assert after["links"] == before["links"]
    assert after["next"] == "incremental"
    with Store.look(bench.folder) as store:
        assert standing(store).escrowed == 0
    assert (await bench.run()).end.counts["create"] == 1


async def test_escrows_are_counted_from_the_beginning(bench: Bench, app: FaultyScim) -> None:
    bench.clock.move(days=27)
    reset(bench, "Escrows")
    app.fault = lambda asked: "400" if asked.method == "POST" else ""
    assert (await bench.run()).end.failures == 1
    bench.clock.move(hours=6, minutes=1)
    app.fault = lambda asked: ""
    assert (await bench.run()).end.counts["create"] == 1


async def test_quarantine_state_lifts_quarantine_and_nothing_else(bench: Bench, app: FaultyScim) -> None:
    bench.people.add(50)
    app.fault = lambda asked: "401"
    await bench.run()
    before = kept(bench)
    reset(bench, "QuarantineState")
    after = kept(bench)
    for table in ("links", "memberships", "escrows", "staged"):
        assert after[table] == before[table]
    assert after["next"] == "incremental"
    with Store.look(bench.folder) as store:
        assert quarantine_of(store) is None


async def test_connector_data_store_matches_everybody_anew(bench: Bench, app: FaultyScim) -> None:
    reset(bench, "ConnectorDataStore")
    after = kept(bench)
    assert (after["links"], after["memberships"], after["staged"]) == ([], [], [])
    assert len(after["escrows"]) == 1
    assert after["next"] == "initial"
    accounts = {each["id"] for each in app.state("User")}
    told = await bench.run()
    assert told.end.state == "succeeded"
    assert accounts < {each["id"] for each in app.state("User")}
    assert len(app.state("User")) == 11  # nobody was made twice; who had left is not known any more
    assert [len(group["members"]) for group in app.state("Group")] == [5]


async def test_force_deletes_lets_go_whoever_waits_and_nobody_who_was_rejected(
    bench: Bench, app: FaultyScim
) -> None:
    with Store.open(bench.folder) as store:
        first = staged(store)[0]
        store.db.execute("UPDATE staged SET decision='reject' WHERE source_id=?", (first.source_id,))
        store.commit()
    reset(bench, "ForceDeletes")
    assert kept(bench)["next"] == "incremental"
    told = await bench.run()
    # The one who was refused waits still, so not all is well.
    assert (told.end.state, told.end.failures, told.end.counts["disable"]) == ("failures", 0, 1)
    assert [each.name for each in told.end.waiting] == ["user99@contoso.com"]
    off = [each["userName"] for each in app.state("User") if not each["active"]]
    assert len(off) == 1
    assert off != [first.name]


async def test_a_restart_settles_what_is_open_first(bench: Bench, app: FaultyScim) -> None:
    """Even a full one: a create whose answer was lost must not be sent again."""
    bench.people.add(77)
    lost: list[object] = []

    def lose(asked: object) -> str:
        if asked.method == "POST":  # type: ignore[attr-defined]
            lost.append(asked)
            return "lost answer"
        return "500" if lost else ""

    app.fault = lose
    await bench.run()
    with Store.look(bench.folder) as store:
        assert store.open_requests()
    app.fault = lambda asked: ""
    reset(bench, "Full")
    with Store.look(bench.folder) as store:
        assert store.open_requests()
    await bench.run()
    names = [each["userName"] for each in app.state("User")]
    assert len(names) == len(set(names))


async def test_pause_lets_requests_in_flight_end_and_resume_goes_on(app: FaultyScim, tmp_path: Path) -> None:
    bench = Bench(tmp_path / "other", app.tenant_url, app.token)
    for number in range(40):
        bench.people.add(number)
    control = Control(bench.clock)
    reached = asyncio.Event()

    def pause(asked: object) -> str:
        if app.writes == 5 and not reached.is_set():
            control.pause()
            reached.set()
        return ""

    app.fault = pause
    running = asyncio.create_task(bench.run(control))
    await reached.wait()
    before = -1
    while app.writes != before:  # those in flight end; then nothing more is sent
        before = app.writes
        await asyncio.sleep(0.05)
    assert 5 < app.writes < 40
    control.resume()
    told = await running
    assert told.end.state == "succeeded"
    assert len(app.state("User")) == 40
