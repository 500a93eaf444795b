"""Quarantine as tasks show it and heed it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from app.engine.clock import written
from app.engine.state.store import Store
from app.practice.app import PracticeApp
from app.setup.plan import SetupPlan
from app.setup.problem import Problem
from app.tasks.context import Context
from app.tasks.events import Notice
from tests.tasks.conftest import Hear


def quarantine(context: Context, *, days_ago: float) -> None:
    since = datetime.now(UTC) - timedelta(days=days_ago)
    kept = {
        "reason": "EncounteredQuarantineException",
        "code": "CREDENTIALS",
        "meaning": "The app does not accept the token.",
        "remedy": "Paste a new one.",
        "since": written(since),
        "next_try": written(datetime.now(UTC) + timedelta(hours=20)),
    }
    with Store.open(context.state()) as store:
        store.keep("quarantine", json.dumps(kept))
        store.commit()


async def test_status_says_why_until_when_and_what_to_do(hear: Hear, context: Context) -> None:
    quarantine(context, days_ago=1)
    _, status = await hear("status")
    assert status.state == "quarantined"
    assert (status.quarantine.code, status.quarantine.remedy) == ("CREDENTIALS", "Paste a new one.")
    assert status.next_run == status.quarantine.next_try
    since, disables = (
        datetime.fromisoformat(each) for each in (status.quarantine.since, status.quarantine.disables_on)
    )
    assert disables - since == timedelta(weeks=4)
    quarantine(context, days_ago=29)
    _, status = await hear("status")
    assert status.state == "disabled"
    assert "restart" in status.sentence


async def test_a_scheduled_cycle_waits_and_a_person_may_try(
    hear: Hear, context: Context, plan: SetupPlan, practice: PracticeApp
) -> None:
    plan.scope.who, plan.scope.assigned = "assigned", ["group:InVision pilot"]
    quarantine(context, days_ago=1)
    events, summary = await hear("run", scheduled=True)
    assert [event.code for event in events if isinstance(event, Notice)] == ["QUARANTINE-WAITS"]
    assert (summary.cycle, summary.requests) == (0, 0)
    _, summary = await hear("run")
    assert summary.state == "succeeded"
    _, status = await hear("status")
    assert (status.state, status.quarantine) == ("idle", None)
    assert (status.next_kind, status.next_why) == ("incremental", "")
    plan.scope.who = "all"
    _, status = await hear("status")
    assert status.next_kind == "initial"
    assert "scope" in status.next_why


async def test_a_disabled_plan_runs_after_a_restart_only(hear: Hear, context: Context) -> None:
    quarantine(context, days_ago=29)
    with pytest.raises(Problem) as caught:
        await hear("run")
    assert caught.value.code == "PLAN-DISABLED"
    await hear("pause")
    _, done = await hear("restart", reset=["QuarantineState"])
    assert "quarantine is lifted" in done.sentence
    _, status = await hear("status")
    assert status.state == "never-run"
