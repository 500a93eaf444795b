"""The monitor's window on a real plan: the real worker, the real engine, the practice app."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.engine.events import LogEntry
from app.engine.state.cycles import begin_cycle
from app.engine.state.store import Store
from app.monitor.window import MonitorWindow
from app.setup.folders import state_folder
from app.worker.client import WorkerClient
from tests.monitor.conftest import PRACTICE

# The offscreen platform says so of every window whose layout has a smallest size.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support propagateSizeHints")

Open = Callable[[Path], MonitorWindow]


@pytest.fixture
def open_monitor(qtbot: QtBot, worker: WorkerClient) -> Iterator[Open]:
    windows: list[MonitorWindow] = []

    def make(plan: Path) -> MonitorWindow:
        window = MonitorWindow(plan, worker)
        windows.append(window)
        window.resize(1024, 700)
        with qtbot.waitExposed(window):
            window.show()
        return window

    yield make
    for window in windows:
        window.cycles.stop()
        qtbot.waitUntil(lambda window=window: not window.cycles.running)
        window.close()
        window.deleteLater()


def settled(qtbot: QtBot, window: MonitorWindow) -> None:
    """State and log are there."""
    qtbot.waitUntil(lambda: window.cycles.status is not None and not window.log.model.busy, timeout=10_000)


def practice(plan: Path, users: int) -> Path:
    """Make the plan one that provisions so many people into the practice app."""
    plan.write_text(PRACTICE, encoding="utf-8")
    with (plan.parent / "users.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("userPrincipalName", "displayName", "mail", "id", "accountEnabled"))
        for number in range(users):
            address = f"person{number}@contoso.example"
            identity = f"00000000-0000-4000-8000-{number:012}"
            writer.writerow((address, f"Person {number}", address, identity, "True"))
    return plan


def test_a_plan_that_never_ran_says_how_to_begin_and_does(
    qtbot: QtBot, open_monitor: Open, plan: Path
) -> None:
    window = open_monitor(practice(plan, 12))
    settled(qtbot, window)
    assert window.status.state.text() == "Not started yet"
    assert window.log.empty.title.text() == "Nothing has been provisioned yet"
    assert window.cycles.schedule.at is None  # the first cycle is a person's decision
    with qtbot.waitSignal(window.cycles.ended, timeout=30_000):
        qtbot.mouseClick(window.log.empty.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.status.state.text().startswith("Idle until"))
    qtbot.waitUntil(lambda: window.log.model.rowCount() == 12)
    assert window.log.stack.currentWidget() is window.log.table
    assert window.table.rowCount() == 1
    assert window.table.item(0, 5).text() == "12 created"
    assert window.status.figures.text("users") == "12"
    assert window.cycles.schedule.at is not None


def test_pause_holds_a_cycle_and_resume_lets_it_go_on(qtbot: QtBot, open_monitor: Open, plan: Path) -> None:
    window = open_monitor(practice(plan, 1_500))
    settled(qtbot, window)
    window.run_now()
    qtbot.waitUntil(lambda: bool(window.cycles.progress and window.cycles.progress.done), timeout=20_000)
    assert window.header.stop.isVisible()
    assert not window.header.run.isVisible()
    qtbot.mouseClick(window.header.pause, Qt.MouseButton.LeftButton)
    assert window.status.state.text() == "Paused in the middle of a cycle"
    assert window.header.pause.text() == "Resume"
    with qtbot.assertNotEmitted(window.cycles.ended, wait=700):
        qtbot.waitUntil(lambda: window.cycles._wants_pause is None)
    before = window.cycles.progress.done
    with qtbot.assertNotEmitted(window.cycles.ended, wait=700):
        pass
    assert window.cycles.progress is not None
    assert window.cycles.progress.done == before < 1_500
    assert "left" not in window.status.line.text()
    qtbot.mouseClick(window.header.pause, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(window.cycles.ended, timeout=40_000) as ended:
        pass
    assert ended.args[0].state == "succeeded"
    qtbot.waitUntil(lambda: window.log.model.rowCount() == 1_500)


def test_a_paused_plan_starts_nothing(
    qtbot: QtBot, open_monitor: Open, history: Callable[[int], Path]
) -> None:
    window = open_monitor(history(30))
    settled(qtbot, window)
    window.cycles.pause()
    qtbot.waitUntil(lambda: window.status.state.text() == "Paused")
    assert not window.header.run.isEnabled()
    assert window.cycles.schedule.at is None
    window.cycles.run()
    assert not window.cycles.running
    window.cycles.resume()
    qtbot.waitUntil(lambda: window.status.state.text().startswith("Idle"))
    assert window.header.run.isEnabled()


def test_closing_on_a_running_cycle_asks_once(qtbot: QtBot, open_monitor: Open, plan: Path) -> None:
    window = open_monitor(practice(plan, 2_000))
    settled(qtbot, window)
    window.run_now()
    qtbot.waitUntil(lambda: bool(window.cycles.progress and window.cycles.progress.done), timeout=20_000)
    assert not window.close()
    box = window.question.box
    assert box is not None
    keep, stop = sorted(box.buttons(), key=lambda button: "Stop" in button.text())
    assert box.defaultButton() is keep
    qtbot.mouseClick(keep, Qt.MouseButton.LeftButton)
    assert window.isVisible()
    assert window.cycles.running
    assert not window.close()
    again = window.question.box
    assert again is not None
    stop = next(button for button in again.buttons() if "Stop" in button.text())
    with qtbot.waitSignal(window.closed, timeout=10_000):
        qtbot.mouseClick(stop, Qt.MouseButton.LeftButton)
    assert not window.isVisible()


def test_a_cycle_of_somebody_else_is_told_and_not_doubled(
    qtbot: QtBot, open_monitor: Open, history: Callable[[int], Path]
) -> None:
    plan = history(30)
    with Store.open(state_folder(plan)) as store:
        begin_cycle(store, "incremental", "2026-11-25T08:00:00.000Z")
        store.commit()
        window = open_monitor(plan)
        settled(qtbot, window)
        assert window.status.state.text() == "Running elsewhere"
        assert not window.header.run.isEnabled()


def test_a_row_is_told_in_full_when_it_is_chosen(
    qtbot: QtBot, open_monitor: Open, history: Callable[[int], Path]
) -> None:
    window = open_monitor(history(300))
    settled(qtbot, window)
    window.log.filter.status.setCurrentIndex(window.log.filter.status.findData("failure"))
    qtbot.waitUntil(lambda: not window.log.model.busy)
    window.log.table.setFocus()
    qtbot.keyClick(window.log.table, Qt.Key.Key_Down)
    text = window.log.details.toPlainText()
    assert "What to do: Look for a second account" in text
    assert "SCIM-409" in text
    assert "Export, failed" in text
    qtbot.keyClick(window.log.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert "Failed" in QApplication.clipboard().text()
    qtbot.keyClick(window.log.table, Qt.Key.Key_Return)
    assert window.log.details.hasFocus()


def test_searching_filtering_and_clearing(
    qtbot: QtBot, open_monitor: Open, history: Callable[[int], Path]
) -> None:
    window = open_monitor(history(300))
    settled(qtbot, window)
    log = window.log
    qtbot.keyClicks(log.filter.search, "ann.")
    qtbot.waitUntil(lambda: 0 < log.model.rowCount() < 100)
    assert log.count.text() == f"{log.model.rowCount()} rows"
    qtbot.keyClicks(log.filter.search, "nobody")
    qtbot.waitUntil(lambda: log.empty.isVisible())
    assert log.empty.title.text() == "No row passes this filter"
    assert not log.filter.export.isEnabled()
    qtbot.mouseClick(log.empty.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: log.model.rowCount() == 300)
    assert log.filter.search.text() == ""


def test_a_cycle_leads_to_its_rows(qtbot: QtBot, open_monitor: Open, history: Callable[[int], Path]) -> None:
    window = open_monitor(history(300))
    settled(qtbot, window)
    window.table.setFocus()
    window.table.selectRow(1)
    qtbot.keyClick(window.table, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.log.model.rowCount() == 100)
    assert window.log.filter.cycle.text() == "Cycle 2"
    assert window.log.table.hasFocus()
    window.log.filter.cycle.click()
    qtbot.waitUntil(lambda: window.log.model.rowCount() == 300)


def test_new_rows_do_not_pull_the_table_away_from_whoever_reads_it(
    qtbot: QtBot, open_monitor: Open, history: Callable[[int], Path]
) -> None:
    plan = history(300)
    window = open_monitor(plan)
    settled(qtbot, window)
    window.log.table.verticalScrollBar().setValue(100)
    with Store.open(state_folder(plan)) as store:
        store.begin()
        store.log.write([LogEntry("user", "create", "success", f"new{number}@x") for number in range(5)])
        store.commit()
    window.log.look_for_news()
    qtbot.waitUntil(lambda: window.log.newer.isVisible())
    assert window.log.newer.text() == "Show 5 new rows"
    assert window.log.model.rowCount() == 300
    qtbot.mouseClick(window.log.newer, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.log.model.rowCount() == 305)
    assert window.log.table.at_top


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_the_rows_of_the_filter_are_exported(
    qtbot: QtBot, open_monitor: Open, history: Callable[[int], Path], tmp_path: Path, kind: str
) -> None:
    plan = history(60)
    with Store.open(state_folder(plan)) as store:
        store.begin()
        store.log.write([LogEntry("user", "create", "failure", "=HYPERLINK(1)@x")])
        store.commit()
    window = open_monitor(plan)
    settled(qtbot, window)
    window.log.filter.search.setText("hyperlink")
    window.log.filter._settle()
    qtbot.waitUntil(lambda: window.log.model.rowCount() == 1)
    window.log.filter.export_wanted.emit(kind)
    dialog = window.findChild(QFileDialog)
    assert dialog is not None
    assert dialog.acceptMode() == QFileDialog.AcceptMode.AcceptSave
    target = tmp_path / f"log.{kind}"
    with qtbot.waitSignal(window.exporting.done):
        dialog.fileSelected.emit(str(target))
    dialog.close()
    assert window.notice.text.startswith("1 row written to ")
    text = target.read_text(encoding="utf-8-sig")
    if kind == "csv":
        rows = list(csv.DictReader(text.splitlines()))
        assert [row["name"] for row in rows] == ["'=HYPERLINK(1)@x"]
    else:
        assert [json.loads(line)["name"] for line in text.splitlines()] == ["=HYPERLINK(1)@x"]


def test_a_plan_that_cannot_be_read_is_told_and_tried_again(
    qtbot: QtBot, open_monitor: Open, plan: Path
) -> None:
    good = plan.read_text(encoding="utf-8")
    plan.write_text("version = 1\n[app\n", encoding="utf-8")
    window = open_monitor(plan)
    qtbot.waitUntil(lambda: window.problem.isVisible())
    assert not window.header.run.isEnabled()
    plan.write_text(good, encoding="utf-8")
    qtbot.mouseClick(window.problem.again, Qt.MouseButton.LeftButton)
    settled(qtbot, window)
    assert not window.problem.isVisible()
    assert window.header.title.text() == "InVision"


def test_a_run_that_cannot_begin_is_told(qtbot: QtBot, open_monitor: Open, plan: Path) -> None:
    window = open_monitor(plan)  # provisions from this computer, and no token is kept
    settled(qtbot, window)
    with qtbot.waitSignal(window.cycles.failed, timeout=15_000):
        window.run_now()
    assert window.problem.isVisible()
    assert not window.cycles.running


def focusable(window: QWidget) -> list[QWidget]:
    return [
        widget
        for widget in window.findChildren(QWidget)
        if widget.isVisible() and widget.isEnabled() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
    ]


def test_tab_reaches_everything_and_is_trapped_nowhere(
    qtbot: QtBot, open_monitor: Open, history: Callable[[int], Path]
) -> None:
    window = open_monitor(history(60))
    settled(qtbot, window)
    window.activateWindow()
    window.header.run.setFocus()
    reached: list[QWidget] = []
    for _ in range(60):
        now = window.focusWidget()
        if now in reached:
            break
        reached.append(now)
        qtbot.keyClick(now, Qt.Key.Key_Tab)
    assert reached[0] is window.focusWidget(), "Tab does not come round"
    assert {id(widget) for widget in focusable(window)} <= {id(widget) for widget in reached}


def test_everything_that_takes_the_focus_says_what_it_is(
    qtbot: QtBot, open_monitor: Open, history: Callable[[int], Path]
) -> None:
    window = open_monitor(history(60))
    settled(qtbot, window)
    buddies = {label.buddy() for label in window.findChildren(QLabel) if label.buddy() is not None}
    for widget in focusable(window):
        spoken = QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)
        assert spoken or widget in buddies, widget
    keys = [button.text().split("&")[1][:1].lower() for button in window.findChildren(QPushButton)
            if "&" in button.text() and button.isVisible()]  # fmt: skip
    keys += [label.text().split("&")[1][:1].lower() for label in window.findChildren(QLabel) if label.buddy()]
    assert len(keys) == len(set(keys)), "two mnemonics are the same"


def test_a_log_of_any_length_opens_with_a_few_questions(
    qtbot: QtBot,
    open_monitor: Open,
    history: Callable[[int], Path],
    worker: WorkerClient,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []
    ask = WorkerClient.ask

    def count(self: WorkerClient, task: str, *rest: object, **named: object) -> object:
        asked.append(task)
        return ask(self, task, *rest, **named)  # type: ignore[arg-type]

    plan = history(20_000)
    monkeypatch.setattr(WorkerClient, "ask", count)
    window = open_monitor(plan)
    settled(qtbot, window)
    assert window.log.model.rowCount() == 20_000
    bar = window.log.table.verticalScrollBar()
    bar.setValue(bar.maximum())
    last = window.log.model.index(19_999, 1)
    qtbot.waitUntil(lambda: last.data() != "…")
    assert asked.count("log") <= 4
