"""The tasks around a cycle: test, dry run, run, status, log, export, pause; and practice, begun anew."""

from __future__ import annotations

import asyncio
import csv
import json
import re
import time
from contextlib import aclosing
from pathlib import Path

import pytest

from app.engine.state.lock import FolderLock
from app.setup.plan import Place, SetupPlan
from app.setup.problem import Problem
from app.tasks.context import Context
from app.tasks.events import Entry, Notice
from app.tasks.registry import TASKS, perform
from app.tasks.results import CycleSummary, PracticeReady
from tests.tasks.conftest import Hear, code_of


@pytest.mark.usefixtures("practice")
async def test_a_dry_run_tells_a_bounded_number_and_counts_all(hear: Hear) -> None:
    events, summary = await hear("preview", entries=10)
    planned = [event for event in events if isinstance(event, Entry) and event.action == "create"]
    assert len(planned) == 10
    assert all(entry.status == "planned" for entry in planned)
    assert summary.kind == "dry-run"
    assert summary.counts["create"] == 125
    events, _ = await hear("preview", entries=0)
    assert len([event for event in events if isinstance(event, Entry) and event.action == "create"]) == 125


@pytest.mark.usefixtures("practice", "small")
async def test_a_dry_run_of_a_plan_that_is_not_saved(
    hear: Hear, context: Context, plan: SetupPlan, tmp_path: Path
) -> None:
    context.plan_path = None
    plan.source.users, plan.source.groups = str(tmp_path / "users.csv"), str(tmp_path / "groups.csv")
    _, summary = await hear("preview")
    assert summary.counts["create"] == 8
    assert await code_of(hear, "run") == "PLAN-NOT-SAVED"
    assert await code_of(hear, "status") == "PLAN-NOT-SAVED"


@pytest.mark.usefixtures("practice", "small")
async def test_run_status_log_export(hear: Hear, tmp_path: Path) -> None:
    _, status = await hear("status")
    assert (status.state, status.last) == ("never-run", None)
    _, log = await hear("log")
    assert (log.total, log.rows) == (0, [])
    events, summary = await hear("run")
    assert isinstance(summary, CycleSummary)
    assert (summary.state, summary.cycle) == ("succeeded", 1)
    entries = [event for event in events if isinstance(event, Entry)]
    _, log = await hear("log", sort="time", descending=False, limit=1000)
    assert log.total == len(entries)
    assert {row.name for row in log.rows} == {entry.name for entry in entries}
    _, again = await hear("run")
    assert (again.requests, again.kind) == (0, "incremental")
    _, status = await hear("status", cycles=1)
    assert (status.state, status.users, len(status.cycles)) == ("idle", 8, 1)
    assert status.next_run.endswith("Z")
    assert status.next_run > status.last.ended
    path = tmp_path / "out.csv"
    _, exported = await hear("export-log", path=str(path), sort="name", descending=False)
    with path.open(encoding="utf-8-sig", newline="") as file:
        assert len(list(csv.DictReader(file))) == exported.rows == log.total
    assert not path.with_name("out.csv.part").exists()
    _, exported = await hear("export-log", path="out.json", format="json", user="JOSE.vander")
    assert exported.rows == 1
    assert json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))["name"].startswith("jose")
    assert await code_of(hear, "export-log", path=str(tmp_path / "no" / "x.csv")) == "FILE-WRITE"


@pytest.mark.usefixtures("practice", "small")
async def test_status_while_somebody_else_runs(hear: Hear, context: Context) -> None:
    seen = []
    async with aclosing(perform("run", context, {})) as said:
        async for _ in said:
            _, status = await hear("status")
            seen.append(status.state)
            if status.state == "running":
                break
    assert "running" in seen
    # Cut off in the middle; nobody runs it any more, and the next cycle settles what was left open.
    _, status = await hear("status")
    assert status.state != "running"
    _, summary = await hear("run")
    assert summary.state == "succeeded"


@pytest.mark.usefixtures("practice", "small")
async def test_two_cycles_of_one_plan_exclude_each_other(hear: Hear, context: Context) -> None:
    with FolderLock(context.state()):
        assert await code_of(hear, "run") == "STATE-IN-USE"


@pytest.mark.usefixtures("practice", "small")
async def test_a_paused_plan_does_not_run(hear: Hear) -> None:
    await hear("pause")
    _, status = await hear("status")
    assert status.state == "paused"
    assert await code_of(hear, "run") == "PLAN-PAUSED"
    await hear("resume")
    await hear("resume")
    _, summary = await hear("run")
    assert summary.state == "succeeded"


@pytest.mark.usefixtures("practice", "small")
async def test_a_running_cycle_holds_while_the_plan_is_paused(hear: Hear, context: Context) -> None:
    held = asyncio.Event()
    pause = context.control.pause
    context.control.pause = lambda: (pause(), held.set())  # type: ignore[method-assign, assignment]

    async with aclosing(perform("run", context, {})) as said:
        await anext(said)
        await hear("pause")
        await asyncio.wait_for(held.wait(), 5)
        assert context.control.paused
        await hear("resume")
        items = [item async for item in said]
    assert isinstance(items[-1], CycleSummary)
    assert items[-1].state == "succeeded"


async def test_what_is_missing_is_told(hear: Hear, context: Context, plan: SetupPlan) -> None:
    plan.app.tenant_url = "https://app.example.com"
    assert await code_of(hear, "run") == "TOKEN-MISSING"
    assert await code_of(hear, "preview") == "TOKEN-MISSING"
    plan.run.where = Place.ENTRA
    assert await code_of(hear, "run") == "PLACE-ENTRA"
    assert await code_of(hear, "preview") == "PLACE-ENTRA"
    context.plan = None
    assert await code_of(hear, "preview") == "NO-PLAN"


async def test_practice_begins_anew_with_each_start(hear: Hear, context: Context, small: SetupPlan) -> None:
    small.run.where = Place.PRACTICE
    _, ready = await hear("practice-start")
    assert isinstance(ready, PracticeReady)
    small.app.tenant_url = ready.tenant_url
    small.source.users, small.source.groups = ready.users_file, ready.groups_file
    _, verdict = await hear("check")
    assert verdict.verdict == "ready"
    events, summary = await hear("run")
    assert (summary.cycle, summary.counts["create"]) == (1, 8)
    assert not [event for event in events if isinstance(event, Notice)]
    _, summary = await hear("run")
    assert (summary.cycle, summary.requests) == (2, 0)

    _, strict = await hear("practice-start", policy="strict")
    assert strict.tenant_url != ready.tenant_url
    small.app.tenant_url = strict.tenant_url
    _, status = await hear("status")
    assert status.state == "never-run"
    _, summary = await hear("run")
    assert (summary.cycle, summary.counts["create"]) == (1, 8)


async def test_a_practice_plan_from_yesterday_gets_a_new_app(
    hear: Hear, context: Context, small: SetupPlan
) -> None:
    small.run.where = Place.PRACTICE
    small.app.tenant_url = "http://127.0.0.1:9/scim/v2"
    events, summary = await hear("run")
    assert summary.counts["create"] == 8
    assert [event.code for event in events if isinstance(event, Notice)] == ["PRACTICE-APP"]
    # The plan as it was given is untouched, and the same app serves the next request.
    assert small.app.tenant_url == "http://127.0.0.1:9/scim/v2"
    first = context.shared.practice
    context.plan = small
    _, summary = await hear("run")
    assert context.shared.practice is first
    assert summary.requests == 0


async def test_a_practice_app_that_died_is_replaced(hear: Hear, context: Context, small: SetupPlan) -> None:
    small.run.where = Place.PRACTICE
    await hear("practice-start")
    died = context.shared.practice
    assert died is not None
    died.stop()
    small.app.tenant_url = died.tenant_url
    _, summary = await hear("run")
    assert summary.counts["create"] == 8
    assert context.shared.practice is not died


async def test_cancelling_a_start_leaves_no_process(context: Context) -> None:
    # The fixture that looks for processes left behind is the judge.
    async def begin() -> None:
        async for _ in perform("practice-start", context, {}):
            continue

    task = asyncio.create_task(begin())
    await asyncio.sleep(0.05)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert context.shared.practice is None


async def test_tokens_are_kept_told_and_forgotten(hear: Hear, context: Context) -> None:
    context.plan = None
    url = "https://app.example.com"
    _, state = await hear("token-state", tenant_url=url)
    assert not state.stored
    _, state = await hear("token-set", tenant_url=f"{url}/scim", token="Bearer planted-token-1")
    assert (state.stored, state.where) == (True, "memory")
    assert any("Bearer" in note for note in state.notes)
    _, state = await hear("token-state", tenant_url=f"{url}/scim/v2/")
    assert (state.stored, state.where) == (True, "memory")
    assert "planted-token-1" not in state.model_dump_json()
    await hear("token-forget", tenant_url=url)
    _, state = await hear("token-state", tenant_url=url)
    assert not state.stored


def test_every_task_can_be_asked_for() -> None:
    for task in TASKS.values():
        with pytest.raises(Problem) as caught:
            task.params({"no such parameter": 1})
        assert caught.value.code == "BAD-PARAMETERS"


async def test_many_people_do_not_hold_others_up(
    hear: Hear, context: Context, plan: SetupPlan, tmp_path: Path
) -> None:
    header, *rows = (tmp_path / "users.csv").read_text(encoding="utf-8-sig").splitlines()
    # Every person anew, under a name and an object id of their own.
    many = [
        re.sub(r"[0-9a-f]{8}-", f"{number:08x}-", row.replace("@contoso", f"{number}@contoso", 1), count=1)
        for number in range(150)
        for row in rows
    ]
    (tmp_path / "users.csv").write_text("\n".join([header, *many]), encoding="utf-8")
    held: list[float] = []
    loop = asyncio.get_running_loop()

    def tick(before: float) -> None:
        # This thread's own time on a processor: a machine that is busy with others cannot lengthen it.
        now = time.thread_time()
        held.append(now - before)
        loop.call_later(0.001, tick, now)

    tick(time.thread_time())
    for task in ("read-people", "count-scope", "list-people"):
        _, told = await hear(task)
    assert told.total > 17_000
    # Check-points come every 20 ms; what a source reads as a whole before its first record has none.
    held.sort()
    assert held[len(held) // 2] < 0.1
