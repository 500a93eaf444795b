"""A state that was cut short anywhere, and two processes at work on one plan: told, and no harm done."""

from __future__ import annotations

import asyncio
import json
import random
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.engine.state import schema
from app.engine.state.store import Store
from app.setup.problem import Problem
from tests.engine.conftest import Bench
from tests.engine.faulty import FaultyScim
from tests.engine.model import compare
from tests.engine.weeks import many

ROOT = Path(__file__).parents[3]


@pytest.fixture
async def app() -> AsyncIterator[FaultyScim]:
    async with FaultyScim() as server:
        yield server


def bench_of(app: FaultyScim, folder: Path, count: int) -> Bench:
    bench = Bench(folder / "state", app.tenant_url, app.token, portion=7)
    bench.people = many(random.Random(11), count)
    return bench


def files_of(bench: Bench, *, killed: bool) -> dict[str, bytes]:
    """The state on the disk after its process ended; or was killed, with what it wrote last beside it."""
    if not killed:
        return {each.name: each.read_bytes() for each in bench.folder.iterdir()}
    with Store.open(bench.folder) as store:
        store.keep("some fact", "long" * 2_000)
        store.commit()
        # The index of the log ahead goes with the process.
        return {each.name: each.read_bytes() for each in bench.folder.iterdir() if "-shm" not in each.name}


@pytest.mark.parametrize("killed", [False, True], ids=["ended", "killed"])
async def test_a_database_cut_short_anywhere_is_told_before_anything_is_sent(
    app: FaultyScim, tmp_path: Path, killed: bool
) -> None:
    bench = bench_of(app, tmp_path, 60)
    await bench.run()
    files = files_of(bench, killed=killed)
    whole = files[schema.DATABASE_FILE]
    random_ = random.Random(3)
    told = []
    for size in [0, 50, 100, 4_095, 4_096, *(random_.randrange(len(whole) - 8_192) for _ in range(15))]:
        for each in bench.folder.iterdir():
            each.unlink()
        for name, content in files.items():
            (bench.folder / name).write_bytes(content)
        (bench.folder / schema.DATABASE_FILE).write_bytes(whole[:size])
        before = app.writes
        try:
            end = (await bench.run()).end
            told.append(end.problem.code if end.problem else end.kind)
        except Problem as problem:
            told.append(problem.code)
        assert app.writes == before
        compare(app, bench.people)  # type: ignore[arg-type]
    # Of an empty file nothing tells that there was more: it is a beginning, which finds everybody.
    assert told == ["initial", *["STATE-DAMAGED"] * (len(told) - 1)]


async def a_process() -> asyncio.subprocess.Process:
    code = (
        "import asyncio, json, sys\n"
        "from tests.engine import killed\n"
        "from app.setup.problem import Problem\n"
        "print('ready', flush=True)\n"
        "try:\n"
        "    print(asyncio.run(killed.cycle(json.loads(sys.stdin.readline()))))\n"
        "except Problem as problem:\n"
        "    print(problem.code)"
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    assert await process.stdout.readline() == b"ready\n"
    return process


async def test_a_second_process_on_one_plan_is_turned_away(app: FaultyScim, tmp_path: Path) -> None:
    bench = bench_of(app, tmp_path, 300)
    content = json.dumps(bench.order()).encode() + b"\n"
    first, second = await a_process(), await a_process()
    at_work = asyncio.create_task(first.communicate(content))
    await app.server.asked.wait()
    said, _ = await second.communicate(content)
    assert not at_work.done()
    assert said == b"STATE-IN-USE\n"
    said, _ = await at_work
    assert said == b"succeeded\n"
    compare(app, bench.people)  # type: ignore[arg-type]
