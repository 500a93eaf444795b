"""Full disks, read-only folders, newer and damaged databases, clocks that jump: told, and no harm done."""

from __future__ import annotations

import asyncio
import json
import os
import random
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from app.engine.control import Control
from app.engine.cycle.cycle import Cycle
from app.engine.state import schema
from app.engine.state.cycles import standing
from app.engine.state.store import Store
from app.setup.problem import Problem
from tests.engine.conftest import Bench, Told, listen
from tests.engine.faulty import FaultyScim
from tests.engine.model import compare
from tests.engine.weeks import many

ROOT = Path(__file__).parents[3]


@pytest.fixture
async def app() -> AsyncIterator[FaultyScim]:
    async with FaultyScim() as server:
        yield server


def bench_of(app: FaultyScim, folder: Path, count: int = 60) -> Bench:
    bench = Bench(folder / "state", app.tenant_url, app.token, portion=7)
    bench.people = many(random.Random(11), count)
    return bench


async def run_on_a_full_disk(bench: Bench, pages: int) -> Told:
    """A cycle whose database may not grow by more than so many pages: SQLite says that the disk is full."""
    with Store.open(bench.folder) as store:
        there = store.db.execute("PRAGMA page_count").fetchone()[0]
        store.db.execute(f"PRAGMA max_page_count={there + pages}")
        async with bench.client() as client:
            cycle = Cycle(bench.plan, bench.profile, bench.people, client, store, Control(bench.clock))
            return await listen(cycle.run())


@pytest.mark.parametrize("pages", [0, 3, 8, 14])
async def test_a_disk_that_fills_up_stops_the_cycle_and_nobody_is_made_twice(
    app: FaultyScim, tmp_path: Path, pages: int
) -> None:
    bench = bench_of(app, tmp_path)
    told = await run_on_a_full_disk(bench, pages)
    assert told.end.state == "failed"
    assert told.end.problem is not None
    assert told.end.problem.code == "STATE-DISK-FULL"
    assert told.end.problem.remedy
    told = await bench.run()
    assert told.end.state == "succeeded", told.end
    compare(app, bench.people)  # type: ignore[arg-type]
    assert (await bench.run()).end.requests == 0


async def test_a_file_that_may_not_grow_is_told_plainly(app: FaultyScim, tmp_path: Path) -> None:
    """The system itself refuses to write, in a process of its own."""
    bench = bench_of(app, tmp_path, 200)
    code = (
        "import asyncio, json, sys; from tests.engine import killed\n"
        "print(asyncio.run(killed.cycle(json.loads(sys.stdin.readline()))))"
    )

    def little_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (250_000, 250_000))

    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, cwd=ROOT, preexec_fn=little_room, stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    said, errors = await process.communicate(json.dumps(bench.order()).encode())
    assert said.decode().split() == ["failed"], errors.decode()[-2000:]
    before = len(app.state("User"))
    assert before < len(bench.people.persons)
    assert (await bench.run()).end.state == "succeeded"
    compare(app, bench.people)  # type: ignore[arg-type]


@pytest.fixture
def nobodys_folder() -> Iterator[Path]:
    """A state that another account made, and that this one may look at only."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    with Store.open(folder / "state") as store:
        store.keep("a", "b")
        store.commit()
    for each in (folder / "state", *(folder / "state").iterdir()):
        each.chmod(each.stat().st_mode & 0o555 | 0o444)
    was_root = os.geteuid() == 0
    if was_root:  # whom no rights bind
        os.seteuid(65534)
    yield folder / "state"
    if was_root:
        os.seteuid(0)
    (folder / "state").chmod(0o755)
    shutil.rmtree(folder)


def test_a_read_only_folder_is_told_and_left_as_it_is(nobodys_folder: Path) -> None:
    before = {each.name: each.read_bytes() for each in nobodys_folder.iterdir()}
    with pytest.raises(Problem) as caught:
        Store.open(nobodys_folder)
    assert caught.value.code == "STATE-READ-ONLY"
    assert str(nobodys_folder) in caught.value.what
    assert {each.name: each.read_bytes() for each in nobodys_folder.iterdir()} == before


async def test_a_newer_database_is_left_as_it_is(app: FaultyScim, tmp_path: Path) -> None:
    bench = bench_of(app, tmp_path, 5)
    await bench.run()
    path = bench.folder / schema.DATABASE_FILE
    db = sqlite3.connect(path)
    db.execute(f"PRAGMA user_version={schema.VERSION + 1}")
    db.close()
    before, writes = path.read_bytes(), app.writes
    with pytest.raises(Problem) as caught:
        await bench.run()
    assert caught.value.code == "STATE-NEWER"
    assert path.read_bytes() == before
    assert app.writes == writes


async def test_the_remedy_for_a_damaged_database_makes_nobody_twice(app: FaultyScim, tmp_path: Path) -> None:
    bench = bench_of(app, tmp_path)
    await bench.run()
    path = bench.folder / schema.DATABASE_FILE
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(Problem) as caught:
        await bench.run()
    assert caught.value.code == "STATE-DAMAGED"
    path.rename(path.with_suffix(".aside"))
    told = await bench.run()
    assert told.end.state == "succeeded"
    assert told.end.kind == "initial"
    assert "create" not in told.end.counts
    compare(app, bench.people)  # type: ignore[arg-type]


async def test_two_at_once_on_one_plan_are_told_apart(app: FaultyScim, tmp_path: Path) -> None:
    bench = bench_of(app, tmp_path)
    with Store.open(bench.folder), pytest.raises(Problem) as caught:
        await bench.run()
    assert caught.value.code == "STATE-IN-USE"
    assert app.writes == 0
    assert (await bench.run()).end.state == "succeeded"


async def test_a_clock_that_jumps_back_deletes_nobody_too_soon(app: FaultyScim, tmp_path: Path) -> None:
    bench = bench_of(app, tmp_path, 12)
    bench.people.teams.clear()
    await bench.run()
    key = next(iter(bench.people.persons))
    name = str(bench.people.persons.pop(key)["userPrincipalName"])
    for jump in (0, -400, 0, -29, 31, 29):
        bench.clock.move(days=jump)
        told = await bench.run()
        assert told.end.state == "succeeded", told.end
        assert "delete" not in told.end.counts or jump == 31
    there = {each["userName"]: each["active"] for each in app.state("User")}
    assert there.get(name) is not True
    others = {str(each["userPrincipalName"]) for each in bench.people.persons.values()}
    assert others <= {each for each, active in there.items() if active}
    with Store.look(bench.folder) as store:
        rows = store.log_page(limit=1000).rows
        assert [row.row for row in rows] == sorted((row.row for row in rows), reverse=True)


@pytest.mark.parametrize("days", [-4000, 4000])
async def test_a_clock_that_jumps_far_sends_nothing_and_keeps_the_last_cycles(
    app: FaultyScim, tmp_path: Path, days: int
) -> None:
    bench = bench_of(app, tmp_path, 12)
    await bench.run()
    with Store.look(bench.folder) as store:
        before = store.log_page().total
    bench.clock.move(days=days)
    told = await bench.run()
    assert told.end.state == "succeeded"
    assert told.end.requests == 0
    with Store.look(bench.folder) as store:
        assert store.log_page().total == before
        assert standing(store).cycles[0].state == "succeeded"
