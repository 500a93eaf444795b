"""A clock that was wrong and is right again: no cycle is put off for longer than any other."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from app.engine.clock import written
from app.engine.events import CycleEnd
from app.engine.state.cycles import begin_cycle, end_cycle
from app.engine.state.store import Store
from app.tasks.context import Context
from tests.tasks.conftest import Hear

LATER = [timedelta(hours=-1), timedelta(days=900)]


@pytest.mark.parametrize("ahead", LATER)
async def test_the_next_cycle_is_forty_minutes_away_at_most(
    hear: Hear, context: Context, ahead: timedelta
) -> None:
    ended = written(datetime.now(UTC) + ahead)
    with Store.open(context.state()) as store:
        end = CycleEnd(kind="initial", state="succeeded", began=ended, ended=ended)
        end.cycle = begin_cycle(store, end.kind, ended)
        end_cycle(store, end)
        store.commit()
    _, status = await hear("status")
    assert status.state == "idle"
    assert datetime.fromisoformat(status.next_run) <= datetime.now(UTC) + timedelta(minutes=40)


@pytest.mark.parametrize("ahead", LATER)
async def test_the_next_try_in_quarantine_is_a_day_away_at_most(
    hear: Hear, context: Context, ahead: timedelta
) -> None:
    since = datetime.now(UTC) + ahead
    kept = {
        "reason": "EncounteredQuarantineException",
        "code": "CREDENTIALS",
        "meaning": "The app does not accept the token.",
        "remedy": "Paste a new one.",
        "since": written(since),
        "next_try": written(since + timedelta(days=1)),
    }
    with Store.open(context.state()) as store:
        store.keep("quarantine", json.dumps(kept))
        store.commit()
    _, status = await hear("status")
    assert status.state == "quarantined"
    assert datetime.fromisoformat(status.next_run) <= datetime.now(UTC) + timedelta(days=1)
