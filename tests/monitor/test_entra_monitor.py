"""The monitor of a plan that Microsoft's service runs: scripted answers, and once the practice tenant."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.monitor.entra import job_words
from app.monitor.entra.entra_monitor import EntraMonitor
from app.monitor.entra.log_model import EntraLogModel
from app.monitor.watched_plan import WatchedPlan
from app.practice.tenant.process import PracticeTenant
from app.setup.plan import Place
from app.setup.problem import Problem
from app.worker.client import WorkerClient
from app.worker.messages import (
    Change,
    EntraLogPage,
    EntraLogRow,
    EntraStep,
    Entry,
    Exported,
    JobExecution,
    JobStatus,
    Pair,
    SignedIn,
    Troubleshooting,
)
from app.worker.messages import (
    Quarantine as Held,
)
from tests.wizard.scripted import ScriptedWorker

# The offscreen platform says so of every window whose layout has a smallest size.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support propagateSizeHints")

Open = Callable[[], EntraMonitor]
WHY = "The scoping filter does not let the person in: department EQUALS 'Sales' (filter Sales only)."
RUNNING = JobStatus(
    state="active",
    sentence="The initial cycle runs.",
    running=True,
    percent=30.0,
    pages_done=12,
    pages_total=40,
    counts={"User": 300, "Group": 20},
    minutes_left=[3.0, 24.0],
    people=300,
    last=JobExecution(state="Succeeded", sentence="It succeeded.", ended="2026-01-30T10:00:00Z"),
    poll_after=10.0,
)
HELD = JobStatus(
    state="quarantined",
    sentence="Too many people would go.",
    kind="incremental",
    quarantine=Held(
        reason="TooManyDeletes",
        meaning="More people would be deleted than the guard allows.",
        remedy="Look at the staged deletions in the log.",
        disables_on="2026-02-27T10:00:00Z",
    ),
    poll_after=300.0,
)


def _row(number: int, status: str = "success") -> EntraLogRow:
    skipped = status == "skipped"
    name = f"ann{number}@contoso.example"
    entry = Entry(
        time="2026-01-30T10:00:00Z",
        action="none" if skipped else "create",
        status="skipped" if skipped else "success",
        name=name,
        reason=WHY if skipped else "",
    )
    return EntraLogRow(
        id=f"row-{number}",
        entry=entry,
        action="other" if skipped else "create",
        status=status,
        steps=[EntraStep(name="EntryScoping", kind="scoping", status=status, text="Scoped <b>so</b>.")],
        troubleshooting=Troubleshooting(why=[WHY] if skipped else []),
        changes=[] if skipped else [Change(target="userName", old=None, new=name)],
        summary=[Pair(name="Source id", value=f"id-{number}")],
    )


def _page(params: dict[str, Any], _: object) -> EntraLogPage:
    """Three pages of a hundred rows; the first row of each was skipped."""
    page = int(params["after"] or 0)
    rows = [_row(page * 100 + place, "success" if place else "skipped") for place in range(100)]
    return EntraLogPage(rows=rows, after=str(page + 1) if page < 2 else "", looked_at=100)


@pytest.fixture
def said() -> ScriptedWorker:
    made = ScriptedWorker()
    made.answers = {"entra-status": lambda _, __: RUNNING, "entra-log": _page}
    return made


@pytest.fixture
def watched(plan: Path, said: ScriptedWorker) -> WatchedPlan:
    text = plan.read_text(encoding="utf-8").replace("this-computer", "entra")
    plan.write_text(text, encoding="utf-8")
    made = WatchedPlan(plan, cast("WorkerClient", said))
    made.refresh()
    return made


@pytest.fixture
def opened(qtbot: QtBot, watched: WatchedPlan) -> EntraMonitor:
    """Shown, and nothing asked yet."""
    made = EntraMonitor(watched)
    qtbot.addWidget(made)
    made.resize(1100, 800)
    made.show()
    return made


def _told(opened: EntraMonitor, qtbot: QtBot) -> None:
    opened.on_show()
    qtbot.waitUntil(lambda: opened.job.watch.status is not None and opened.log.model.rowCount() > 0)


def test_nothing_is_asked_before_it_is_opened(opened: EntraMonitor, said: ScriptedWorker) -> None:
    assert said.calls == []


def test_how_the_job_stands(opened: EntraMonitor, qtbot: QtBot) -> None:
    _told(opened, qtbot)
    job = opened.job
    assert job.state.text() == "A cycle runs"
    assert (job.bar.isVisible(), job.bar.value(), job.bar.maximum()) == (True, 300, 1000)
    assert job.pages.text() == "12 of 40 pages, 30 %"
    assert job.facts["counts"].text() == "300 users · 20 groups"
    assert job.facts["left"].text() == "between 3 min and 24 min, by Microsoft's estimate for 300 in scope"
    assert "It succeeded." in job.facts["last"].text()
    assert job.quarantine.isHidden()
    assert (job.pause.isEnabled(), job.start.isEnabled(), job.allow.isVisible()) == (True, False, False)


def test_looking_is_gentle(opened: EntraMonitor, qtbot: QtBot, said: ScriptedWorker) -> None:
    _told(opened, qtbot)
    watch = opened.job.watch
    assert watch.timer.interval() == 10_000
    watch.look()
    qtbot.waitUntil(watch.timer.isActive)
    assert watch.timer.interval() == 20_000
    assert [call.params["estimate"] for call in said.of("entra-status")] == [True, False]
    assert job_words.wait_before_next(RUNNING, 50) == 600
    opened.hide()
    assert not watch.timer.isActive()
    watch.timer.timeout.emit()
    assert len(said.of("entra-status")) == 2
    opened.show()
    qtbot.waitUntil(lambda: len(said.of("entra-status")) == 3)
    qtbot.waitUntil(watch.timer.isActive)
    opened.on_hide()
    assert not watch.timer.isActive()


def test_pausing_warns_first(opened: EntraMonitor, qtbot: QtBot, said: ScriptedWorker) -> None:
    _told(opened, qtbot)
    job = opened.job
    qtbot.mouseClick(job.pause, Qt.MouseButton.LeftButton)
    assert "cannot be stopped" in job.confirm.notice.text
    assert not said.of("entra-pause")
    qtbot.keyClick(job.confirm, Qt.Key.Key_Escape)
    assert job.confirm.isHidden()
    qtbot.mouseClick(job.pause, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(job.confirm.yes, Qt.MouseButton.LeftButton)
    assert (job.busy.text(), job.pause.isEnabled()) == ("Pausing…", False)
    (call,) = said.of("entra-pause")
    with qtbot.waitSignal(opened.changed):
        call.end(JobStatus(state="paused", sentence="Off.", poll_after=300))
    assert (job.state.text(), job.start.isEnabled(), job.pause.isEnabled()) == ("Paused", True, False)
    assert job.watch.timer.interval() == 300_000


def test_an_older_answer_does_not_undo_what_was_done(
    opened: EntraMonitor, qtbot: QtBot, said: ScriptedWorker
) -> None:
    _told(opened, qtbot)
    del said.answers["entra-status"]
    opened.job.watch.look()
    qtbot.mouseClick(opened.job.pause, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(opened.job.confirm.yes, Qt.MouseButton.LeftButton)
    said.of("entra-pause")[0].end(JobStatus(state="paused", sentence="Off."))
    said.of("entra-status")[-1].end(RUNNING)
    assert opened.job.state.text() == "Paused"
    assert len(said.of("entra-status")) == 3


def test_quarantine_and_staged_deletes(opened: EntraMonitor, qtbot: QtBot, said: ScriptedWorker) -> None:
    said.answers["entra-status"] = lambda _, __: HELD
    _told(opened, qtbot)
    job = opened.job
    told = job.quarantine.text
    for part in ("TooManyDeletes", "than the guard allows", "What to do: Look at", "switches the job off"):
        assert part in told
    qtbot.mouseClick(job.allow, Qt.MouseButton.LeftButton)
    assert "cannot be taken back" in job.confirm.notice.text
    qtbot.mouseClick(job.confirm.look, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not opened.log.model.busy)
    assert said.of("entra-log")[-1].params["action"] == "staged-delete"
    assert not said.of("entra-allow-deletes")
    qtbot.mouseClick(job.confirm.yes, Qt.MouseButton.LeftButton)
    said.of("entra-allow-deletes")[0].end(RUNNING)
    assert job.quarantine.isHidden()
    assert job.allow.isHidden()


def test_the_log_goes_on_to_its_end(opened: EntraMonitor, qtbot: QtBot, said: ScriptedWorker) -> None:
    _told(opened, qtbot)
    log = opened.log
    while log.model.more:
        before = log.model.rowCount()
        log.more.click()
        qtbot.waitUntil(lambda before=before: log.model.rowCount() > before)  # type: ignore[misc]
    assert log.model.rowCount() == 300
    assert log.more.isHidden()
    assert log.model.index(299, 1).data() == "ann299@contoso.example"


def test_a_skipped_person_has_an_answer(opened: EntraMonitor, qtbot: QtBot) -> None:
    _told(opened, qtbot)
    log = opened.log
    log.table.selectRow(0)
    assert WHY in log.row.why.text
    assert "no error" in log.row.why.text
    tabs = log.row.tabs
    assert [tabs.tabText(place) for place in range(tabs.count())] == [
        "Steps",
        "Troubleshooting",
        "Modified properties",
        "Summary",
    ]
    assert "Scoped <b>so</b>." in log.row.steps.toPlainText()
    assert WHY in log.row.advice.toPlainText()
    log.table.selectRow(1)
    assert log.row.why.isHidden()
    assert log.row.changes.rows.row(0).cells == ("userName", "", "ann1@contoso.example")
    assert log.row.summary.rows.row(0).cells == ("Source id", "id-1")


def test_rows_let_go_are_asked_for_again(qtbot: QtBot, watched: WatchedPlan, said: ScriptedWorker) -> None:
    model = EntraLogModel(watched, kept=100)
    rows: list[EntraLogRow | None] = []
    model.ready.connect(rows.append)
    model.show_filters(model.filters)
    qtbot.waitUntil(lambda: model.rowCount() == 100)
    model.ask_more()
    qtbot.waitUntil(lambda: model.rowCount() == 200)
    model.open_row(150)
    assert len(rows) == 1
    model.open_row(3)
    qtbot.waitUntil(lambda: len(rows) == 2)
    assert rows[1] is not None
    assert rows[1].id == "row-3"
    model.deleteLater()


def test_filters_and_export(opened: EntraMonitor, qtbot: QtBot, said: ScriptedWorker, tmp_path: Path) -> None:
    _told(opened, qtbot)
    log = opened.log
    log.filter.status.setCurrentIndex(log.filter.status.findData("failure"))
    log.filter.time.setCurrentIndex(2)
    log.filter.search.setText("ann")
    log.filter.search.returnPressed.emit()
    qtbot.waitUntil(lambda: not log.model.busy)
    params = said.of("entra-log")[-1].params
    assert (params["status"], params["user"], params["after"]) == ("failure", "ann", "")
    assert params["since"].endswith("Z")
    log.export.prepare("csv", log.filter.filters().params())
    log.export.write(str(tmp_path / "log.csv"))
    (call,) = said.of("entra-export-log")
    assert (call.params["status"], call.params["format"]) == ("failure", "csv")
    assert log.stop.isVisible()
    call.end(Exported(path=str(tmp_path / "log.csv"), rows=7))
    assert "7 rows written" in log.told.text()


def test_sign_in_is_offered_where_it_is_needed(
    opened: EntraMonitor, qtbot: QtBot, said: ScriptedWorker
) -> None:
    needed = Problem("SIGN-IN-NEEDED", "Nobody is signed in.", "", "Sign in, then try again.")
    said.answers = {"entra-status": lambda _, __: needed, "entra-log": lambda _, __: needed}
    others: list[object] = []
    opened.failed.connect(others.append)
    opened.on_show()
    qtbot.waitUntil(opened.sign_in.isVisible)
    qtbot.waitUntil(lambda: not opened.log.model.busy)
    assert "Sign in, then try again." in opened.sign_in.notice.text
    assert others == []
    said.answers = {"entra-status": lambda _, __: RUNNING, "entra-log": _page}
    qtbot.mouseClick(opened.sign_in.enter, Qt.MouseButton.LeftButton)
    (call,) = said.of("entra-sign-in")
    assert call.params == {"method": "browser", "write": False}
    call.end(SignedIn(user="a", tenant="t"))
    qtbot.waitUntil(lambda: opened.log.model.rowCount() > 0)
    assert opened.sign_in.isHidden()


def test_steering_may_take_another_sign_in(opened: EntraMonitor, qtbot: QtBot, said: ScriptedWorker) -> None:
    _told(opened, qtbot)
    qtbot.mouseClick(opened.job.pause, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(opened.job.confirm.yes, Qt.MouseButton.LeftButton)
    said.of("entra-pause")[0].end(Problem("GRAPH-DENIED", "Not allowed.", "", "Sign in as another."))
    assert opened.sign_in.isVisible()
    assert "Sign in as another." in opened.sign_in.notice.text
    opened.job.watch.look()
    qtbot.waitUntil(lambda: not opened.job.watch.busy)
    assert opened.sign_in.isVisible()
    qtbot.mouseClick(opened.sign_in.code, Qt.MouseButton.LeftButton)
    (call,) = said.of("entra-sign-in")
    assert call.params == {"method": "device", "write": True}
    qtbot.mouseClick(opened.sign_in.stop, Qt.MouseButton.LeftButton)
    assert call.cancelled
    call.end(Problem("CANCELLED", "Stopped."))
    assert opened.sign_in.enter.isEnabled()


def test_an_empty_log_says_what_to_do(opened: EntraMonitor, qtbot: QtBot, said: ScriptedWorker) -> None:
    said.answers["entra-log"] = lambda _, __: EntraLogPage(rows=[])
    opened.on_show()
    qtbot.waitUntil(lambda: opened.log.empty.title.text() == "The log is empty")
    opened.log.filter.status.setCurrentIndex(1)
    qtbot.waitUntil(lambda: opened.log.empty.title.text() == "No row passes this filter")
    qtbot.mouseClick(opened.log.empty.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: opened.log.empty.title.text() == "The log is empty")
    assert said.of("entra-log")[-1].params["status"] == ""
    said.answers["entra-log"] = lambda _, __: Problem("GRAPH-503", "Busy.", "", "Wait.")
    with qtbot.waitSignal(opened.failed):
        opened.log.read_again()
    assert opened.log.empty.title.text() == "The log could not be read"


def test_an_outage_is_told_once(opened: EntraMonitor, qtbot: QtBot, said: ScriptedWorker) -> None:
    said.answers["entra-status"] = lambda _, __: Problem("GRAPH-503", "Busy.", "", "Wait.")
    told: list[Problem] = []
    opened.failed.connect(told.append)
    opened.on_show()
    qtbot.waitUntil(lambda: len(told) == 1)
    opened.job.watch.look()
    qtbot.waitUntil(lambda: not opened.job.watch.busy)
    assert len(told) == 1
    assert opened.job.watch.timer.interval() > 60_000


def test_on_the_practice_tenant(
    qtbot: QtBot, plan: Path, worker: WorkerClient, practice_tenant: PracticeTenant
) -> None:
    def control(name: str, **body: Any) -> None:
        url = f"{practice_tenant.graph_url}/practice/{name}"
        httpx.post(url, json=body, trust_env=False).raise_for_status()

    control("lag", times=0)
    watched = WatchedPlan(plan, worker)
    made = watched.refresh()
    ready: list[Any] = []
    call = watched.ask("practice-start", policy="tolerant")
    call.finished.connect(ready.append)
    qtbot.waitUntil(lambda: bool(ready), timeout=20_000)
    made.app.tenant_url = ready[0].tenant_url
    made.run.where = Place.ENTRA
    made.entra.cloud, made.entra.graph = "practice", practice_tenant.graph_url
    made.scope.who = "assigned"
    made.scope.assigned = ["user:ann.nilsson@contoso.example"]
    opened = EntraMonitor(watched)
    qtbot.addWidget(opened)
    opened.show()
    for task, params in (
        ("entra-sign-in", {"method": "practice", "write": True}),
        ("entra-apply", {"own_check": False, "start": False}),
    ):
        call = watched.ask(task, **params)
        with qtbot.waitSignal(call.finished, timeout=20_000):
            pass
    opened.on_show()
    qtbot.waitUntil(lambda: opened.job.state.text() == "Paused", timeout=10_000)
    qtbot.mouseClick(opened.job.start, Qt.MouseButton.LeftButton)
    assert "initial cycle" in opened.job.confirm.notice.text
    with qtbot.waitSignal(opened.changed, timeout=10_000):
        qtbot.mouseClick(opened.job.confirm.yes, Qt.MouseButton.LeftButton)
    control("cycle")

    def cycled() -> bool:
        opened.job.watch.look()
        status = opened.job.watch.status
        return status is not None and bool(status.initial_done) and not status.running

    qtbot.waitUntil(cycled, timeout=20_000)
    opened.log.read_again()
    qtbot.waitUntil(lambda: opened.log.model.rowCount() > 0, timeout=10_000)
    opened.log.table.selectRow(0)
    assert opened.log.row.row is not None
    assert opened.log.row.summary.rows.rowCount() > 5
