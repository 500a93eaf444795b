"""Comparing and repairing in the monitor: what is asked, what is told, and what is asked first."""

from __future__ import annotations

import cProfile
import pstats
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, Qt
from pytestqt.qtbot import QtBot

from app.monitor.compare_panel import ComparePanel
from app.monitor.compare_words import DIFFERENCES
from app.monitor.watched_plan import WatchedPlan
from app.monitor.words import number
from app.setup.problem import Problem
from app.worker.client import WorkerClient
from app.worker.messages import Change, CycleSummary, DriftReport, DriftRow, Progress
from tests.monitor.conftest import PRACTICE
from tests.wizard.scripted import ScriptedWorker

# The offscreen platform says so of every window whose layout has a smallest size.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support propagateSizeHints")

HEAD = "userPrincipalName,displayName,id,accountEnabled"
ANN = "00000000-0000-4000-8000-000000000001"
NEVER = Problem("NOT-COMPARED", "The app was not compared with what should be there yet.")


def rows() -> list[DriftRow]:
    """One of each kind."""
    changes = [Change(target="title", old="<b>Boss</b>", new="Head")]
    members = [
        Change(target="members", old="ann@contoso.com"),
        Change(target="members", new="bob@contoso.com"),
    ]
    return [
        DriftRow(
            id=f"id{place}",
            kind="group" if what == "members" else "user",
            name=f"{what}@contoso.com",
            what=what,  # type: ignore[arg-type]
            changes=members if what == "members" else changes,
        )
        for place, what in enumerate(DIFFERENCES)
    ]


def report(found: list[DriftRow], total: int | None = None) -> DriftReport:
    return DriftReport(
        compared=120,
        rows=found,
        total=len(found) if total is None else total,
        sentence="120 objects compared.",
        at="2020-03-04T10:20:30+00:00",
    )


@pytest.fixture
def worker_said() -> ScriptedWorker:
    return ScriptedWorker()


@pytest.fixture
def panel(qtbot: QtBot, plan: Path, worker_said: ScriptedWorker) -> ComparePanel:
    made = ComparePanel(WatchedPlan(plan, worker_said))  # type: ignore[arg-type]
    qtbot.addWidget(made)
    made.resize(900, 600)
    with qtbot.waitExposed(made):
        made.show()
    made.activateWindow()
    return made


@pytest.fixture
def found(qtbot: QtBot, panel: ComparePanel, worker_said: ScriptedWorker) -> Callable[[DriftReport], None]:
    """Have the panel show a comparison."""

    def show(told: DriftReport) -> None:
        panel.on_show()
        worker_said.of("drift")[-1].end(told)

    return show


def test_nothing_is_asked_before_it_is_shown_and_then_only_for_the_last(
    panel: ComparePanel, worker_said: ScriptedWorker
) -> None:
    assert not worker_said.calls
    panel.on_show()
    assert [call.params["last"] for call in worker_said.of("drift")] == [True]
    assert not panel.compare.isEnabled()
    problems: list[object] = []
    panel.failed.connect(problems.append)
    worker_said.calls[0].end(NEVER)
    assert not problems
    assert panel.stack.currentWidget() is panel.empty
    assert "Entra never does this" in panel.empty.text.text()
    assert panel.compare.isEnabled()
    assert panel.empty.button.isVisible()


def test_a_comparison_shows_how_far_it_is_and_can_be_stopped(
    qtbot: QtBot, panel: ComparePanel, worker_said: ScriptedWorker
) -> None:
    qtbot.mouseClick(panel.compare, Qt.MouseButton.LeftButton)
    call = worker_said.of("drift")[-1]
    assert not call.params.get("last")
    assert not panel.compare.isEnabled()
    call.say(Progress(text="Comparing people", done=30, total=120))
    assert panel.bar.value() / panel.bar.maximum() == pytest.approx(0.25)
    assert "Comparing people" in panel.line.text()
    assert "30 of 120" in panel.line.text()
    panel.compare.click()
    assert len(worker_said.calls) == 1
    panel.stop.click()
    assert call.cancelled
    assert not panel.stop.isEnabled()
    problems: list[object] = []
    panel.failed.connect(problems.append)
    call.end(Problem("STOPPED", "The comparison was stopped before its end."))
    assert not problems
    assert "stopped" in panel.notice.text
    assert panel.bar.isHidden()
    assert panel.compare.isEnabled()


def test_each_difference_is_told_in_words_with_both_values(
    panel: ComparePanel, found: Callable[[DriftReport], None]
) -> None:
    found(report(rows()))
    table = panel.differences.table
    said = [table.rows.row(place).cells[2] for place in range(table.rows.rowCount())]
    assert said == [word.text for word in DIFFERENCES.values()]
    assert "20" in panel.about.text().split(". ")[0]  # the year of the comparison, long or short
    table.selectRow(1)
    text = panel.differences.details.toPlainText()
    assert "In the app: <b>Boss</b>" in text
    assert "Should be: Head" in text
    table.selectRow(2)
    text = panel.differences.details.toPlainText()
    assert "Does not belong: ann@contoso.com" in text
    assert "Is missing: bob@contoso.com" in text


def test_a_repair_is_asked_about_first_and_escape_sends_nothing(
    qtbot: QtBot, panel: ComparePanel, worker_said: ScriptedWorker, found: Callable[[DriftReport], None]
) -> None:
    found(report(rows()))
    panel.differences.table.selectRow(4)
    panel.some.click()
    assert panel.question.isVisible()
    assert "disable 1" in panel.question.text.text()
    assert "more than a tenth of those linked" in panel.question.text.text()
    assert not panel.all.isEnabled()
    qtbot.keyClick(panel.question.no, Qt.Key.Key_Escape)
    assert panel.question.isHidden()
    assert not worker_said.of("repair-drift")
    panel.some.click()
    panel.differences.table.selectRow(5)
    assert panel.question.isHidden()  # it was about another row


def test_repairing_some_and_all_then_looks_again(
    qtbot: QtBot, panel: ComparePanel, worker_said: ScriptedWorker, found: Callable[[DriftReport], None]
) -> None:
    everything = rows()
    found(report(everything, total=2_500))
    assert "first 6" in panel.count.text()
    panel.differences.table.selectRow(1)
    panel.some.click()
    panel.question.yes.click()
    call = worker_said.of("repair-drift")[-1]
    assert call.params == {"ids": ["id1"]}
    assert not panel.some.isEnabled()
    with qtbot.waitSignal(panel.changed):
        call.end(CycleSummary(kind="repair", state="succeeded", sentence="Done: 1 updated."))
    assert worker_said.of("drift")[-1].params["last"] is True
    worker_said.of("drift")[-1].end(report(everything[:1] + everything[2:], total=2_499))
    assert panel.differences.table.rows.rowCount() == 5
    assert "Done: 1 updated." in panel.notice.text
    panel.all.click()
    assert number(2499) in panel.question.title.text()
    assert f"{number(2494)} that are not listed" in panel.question.text.text()
    panel.question.yes.click()
    assert worker_said.of("repair-drift")[-1].params == {"all": True}


def test_a_guarded_repair_says_so_and_a_broken_one_fails(
    qtbot: QtBot, panel: ComparePanel, worker_said: ScriptedWorker, found: Callable[[DriftReport], None]
) -> None:
    found(report(rows()))
    panel.all.click()
    panel.question.yes.click()
    worker_said.of("repair-drift")[-1].end(
        CycleSummary(
            kind="repair", state="guarded", sentence="The deletion guard stopped this.", guarded=["a"]
        )
    )
    assert "deletion guard" in panel.notice.text
    assert "Held back" in panel.notice.text
    worker_said.of("drift")[-1].end(report(rows()))
    panel.all.click()
    panel.question.yes.click()
    broken = Problem("SCIM-401", "The app refused the token.")
    with qtbot.waitSignal(panel.failed) as failed:
        worker_said.of("repair-drift")[-1].end(broken)
    assert failed.args == [broken]


def test_nothing_differs(panel: ComparePanel, found: Callable[[DriftReport], None]) -> None:
    found(report([]))
    assert panel.stack.currentWidget() is panel.empty
    assert panel.headline.text() == "Nothing differs"
    assert panel.all.isHidden()
    assert panel.empty.title.text() == "The app is as it should be"
    found(report([]).model_copy(update={"failures": 3}))
    assert panel.empty.title.text() == "What could be compared is as it should be"
    assert "3 people and groups could not be compared" in panel.empty.text.text()


def test_a_thousand_rows_keep_what_was_selected(
    panel: ComparePanel, found: Callable[[DriftReport], None]
) -> None:
    many = [DriftRow(id=str(place), kind="user", name=f"p{place}", what="missing") for place in range(1000)]
    found(report(many))
    panel.differences.table.selectRow(700)
    found(report(many[1:]))
    assert [row.id for row in panel.differences.selected] == ["700"]


def test_selecting_a_thousand_rows_asks_the_table_little(
    panel: ComparePanel, found: Callable[[DriftReport], None]
) -> None:
    many = [DriftRow(id=str(place), kind="user", name=f"p{place}", what="missing") for place in range(1000)]
    found(report(many))
    QCoreApplication.processEvents()
    asked = cProfile.Profile()
    asked.enable()
    panel.differences.table.selectAll()
    panel.differences.table.viewport().repaint()
    QCoreApplication.processEvents()
    asked.disable()
    calls = {key[2]: value[1] for key, value in pstats.Stats(asked).stats.items()}  # type: ignore[attr-defined]
    # Some for each row that is seen; a header that looks for whole columns asks for each of a thousand rows.
    assert 0 < calls["rowCount"] < 500
    assert len(panel.differences.selected) == 1000


def test_the_real_worker_says_that_nothing_was_compared_yet(
    qtbot: QtBot, history: Callable[[int], Path], worker: WorkerClient
) -> None:
    panel = ComparePanel(WatchedPlan(history(5), worker))
    qtbot.addWidget(panel)
    panel.on_show()
    qtbot.waitUntil(lambda: panel.comparing.looked, timeout=5_000)
    assert panel.headline.text() == "Not compared yet"


def test_what_was_changed_in_the_app_is_found_and_repaired(
    qtbot: QtBot, plan: Path, worker: WorkerClient
) -> None:
    """The real worker, engine and practice app: a person whose name the source has changed since."""
    plan.write_text(PRACTICE, encoding="utf-8")
    people = plan.parent / "users.csv"
    people.write_text(f"{HEAD}\nann@contoso.example,Ann,{ANN},True\n", encoding="utf-8")
    watched = WatchedPlan(plan, worker)
    watched.refresh()
    ends: list[CycleSummary] = []
    problems: list[object] = []
    cycle = watched.ask("run")
    cycle.finished.connect(ends.append)
    cycle.failed.connect(problems.append)
    qtbot.waitUntil(lambda: bool(ends or problems), timeout=15_000)
    assert not problems
    people.write_text(f"{HEAD}\nann@contoso.example,Ann Onymous,{ANN},True\n", encoding="utf-8")
    panel = ComparePanel(watched)
    qtbot.addWidget(panel)
    panel.failed.connect(problems.append)
    panel.compare.click()
    qtbot.waitUntil(lambda: bool(problems or panel.comparing.report), timeout=10_000)
    assert not problems
    assert "Should be: Ann Onymous" in panel.differences.details.toPlainText()
    panel.all.click()
    panel.question.yes.click()
    qtbot.waitUntil(lambda: bool(problems) or panel.headline.text() == "Nothing differs", timeout=10_000)
    assert not problems
    assert "1 updated" in panel.notice.text
