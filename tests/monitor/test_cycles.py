"""When the next cycle comes, and what the headline says, for every state a plan can be in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import get_args

import pytest
from pytestqt.qtbot import QtBot

from app.look.palette import Tone
from app.monitor.cycles import Cycles
from app.monitor.schedule import CYCLE_EVERY, GRACE, Schedule
from app.monitor.state_words import OPEN_LINES, headline, open_lines, progress_line, quarantine_line
from app.monitor.status_panel import StatusPanel
from app.monitor.watched_plan import WatchedPlan
from app.worker.client import WorkerClient
from app.worker.messages import CycleSummary, FaultRow, Progress, Quarantine, StatusReport, WaitingRow

SECOND = timedelta(seconds=5)
STATES = get_args(StatusReport.model_fields["state"].annotation)


@pytest.fixture
def cycles(qtbot: QtBot, plan: Path, worker: WorkerClient) -> Cycles:
    return Cycles(WatchedPlan(plan, worker))


def report(state: str, ended_ago: timedelta | None = None, next_in: timedelta | None = None) -> StatusReport:
    now = datetime.now(UTC)
    last = CycleSummary(cycle=3, ended=(now - ended_ago).isoformat()) if ended_ago is not None else None
    next_run = (now + next_in).isoformat() if next_in is not None else ""
    return StatusReport(state=state, sentence="A sentence.", last=last, next_run=next_run)  # type: ignore[arg-type]


def wait_of(cycles: Cycles) -> timedelta:
    assert cycles.schedule.at is not None
    return cycles.schedule.at - datetime.now(UTC)


def test_the_next_cycle_comes_forty_minutes_after_the_last(cycles: Cycles) -> None:
    assert timedelta(minutes=40) == CYCLE_EVERY
    cycles._take_status(report("idle", ended_ago=timedelta(minutes=10)))
    assert abs(wait_of(cycles) - timedelta(minutes=30)) < SECOND


def test_an_overdue_cycle_waits_a_minute_once(cycles: Cycles) -> None:
    cycles._take_status(report("idle", ended_ago=timedelta(hours=5)))
    first = cycles.schedule.at
    assert abs(wait_of(cycles) - GRACE) < SECOND
    cycles._take_status(report("idle", ended_ago=timedelta(hours=5)))
    assert cycles.schedule.at == first, "looking again put it off again"


def test_in_quarantine_the_engine_says_when(cycles: Cycles) -> None:
    cycles._take_status(report("quarantined", timedelta(minutes=1), next_in=timedelta(hours=24)))
    assert abs(wait_of(cycles) - timedelta(hours=24)) < SECOND


@pytest.mark.parametrize("state", ["never-run", "paused", "running"])
def test_no_cycle_comes_by_itself_while(cycles: Cycles, state: str) -> None:
    cycles._take_status(report("idle", ended_ago=timedelta(minutes=10)))
    cycles._take_status(report(state))
    assert cycles.schedule.at is None


def test_the_moment_is_told_once(qtbot: QtBot) -> None:
    schedule = Schedule()
    schedule.wait_for(datetime.now(UTC) - SECOND)  # as after a sleep of the computer
    with qtbot.waitSignal(schedule.due):
        schedule.look()
    with qtbot.assertNotEmitted(schedule.due):
        schedule.look()
    schedule.wait_for(datetime.now(UTC) + SECOND)
    with qtbot.assertNotEmitted(schedule.due):
        schedule.look()
    schedule.wait_for(None)


def test_every_state_has_a_headline_of_its_own(cycles: Cycles) -> None:
    titles = [headline(cycles).title]
    icons = []
    for state in STATES:
        cycles._take_status(report(state, ended_ago=timedelta(minutes=1)))
        now = headline(cycles)
        titles.append(now.title.split(" until ")[0])
        icons.append(now.glyph)
        assert now.sentence
    assert len(set(titles)) == len(STATES) + 1
    assert len(set(icons)) == len(STATES)
    assert not {title.lower() for title in titles} & {"never-run", "quarantined"}


def test_quarantine_is_told_whole() -> None:
    told = quarantine_line(
        Quarantine(
            reason="EncounteredQuarantineException",
            code="CREDENTIALS",
            meaning="The app does not accept the token.",
            remedy="Give it a new one.",
            since="2026-11-20T08:00:00.000Z",
            next_try="2026-11-26T08:00:00.000Z",
            disables_on="2026-12-18T08:00:00.000Z",
        )
    )
    for part in ("does not accept", "EncounteredQuarantineException", "Since", "Next try", "Switched off"):
        assert part in told
    assert told.endswith("Give it a new one.")


def test_the_progress_says_what_is_known() -> None:
    progress = Progress(
        text="x", done=412, total=1003, counts={"create": 400, "failure": 12}, seconds_left=118
    )
    assert progress_line(progress).endswith("400 created, 12 failed · about 2 min left")
    assert "left" not in progress_line(progress, held=True)
    assert progress_line(Progress(text="x")) == ""


def test_the_first_page_names_who_waits_and_which_rows_could_not_be_read(
    cycles: Cycles, qtbot: QtBot
) -> None:
    ben = WaitingRow(
        subject="user", source_id="2", name="ben <b>", leaving=True, reason="Refused.", answer="HTTP 400: no"
    )
    ann = WaitingRow(subject="user", source_id="1", name="ann", reason="Refused.")
    rows = [FaultRow(file="users.csv", line=line, text="torn\n" + "x" * 500) for line in range(2, 9)]
    status = report("idle", timedelta(minutes=1)).model_copy(update={"waiting": [ben, ann], "unread": rows})
    panel = StatusPanel(cycles)
    qtbot.addWidget(panel)
    assert panel.open.isHidden()
    cycles._take_status(status)
    assert headline(cycles).tone is Tone.WARNING
    lines = panel.open.text().split("\n")
    assert lines[0] == "Still has an access that should be gone: ben <b>. HTTP 400: no"
    assert lines[1] == "Waits: ann. Refused."
    assert lines[2].startswith("Not read: users.csv, line 2: torn x")
    assert lines[-1] == f"and {7 - OPEN_LINES} more; the log has all of them"
    assert len(lines) == 2 + OPEN_LINES + 1
    assert max(map(len, lines)) < 200
    cycles._take_status(report("idle", timedelta(minutes=1)))
    assert headline(cycles).tone is Tone.GOOD
    assert open_lines(report("idle")) == ""
    assert panel.open.isHidden()
