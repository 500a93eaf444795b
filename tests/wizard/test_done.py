"""The page Done: what happened, and the ways on."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest
from PySide6.QtGui import QDesktopServices, QGuiApplication
from pytestqt.qtbot import QtBot

from app.setup.problem import Problem
from app.wizard.pages.done import DonePage
from app.worker.messages import CycleSummary, Entry, Exported
from tests.wizard.stage import Stage

SUMMARY = CycleSummary(
    cycle=4,
    state="failures",
    seconds=2,
    requests=9,
    counts={"create": 7},
    failures=1,
    sentence="Done: 7 created, 1 failed.",
)


@pytest.fixture
def stage(qtbot: QtBot, tmp_path: Path) -> Stage:
    made = Stage(qtbot, tmp_path)
    failed = Entry(action="create", status="failure", name="bo@contoso.com", reason="Refused.")
    made.setup.facts.update(last_run=SUMMARY, run_failures=[failed])
    # Going to Done passes Start, which begins nothing while it is jumped over.
    return made


@pytest.fixture
def page(stage: Stage) -> DonePage:
    return cast("DonePage", stage.open("done"))


def test_the_result_is_told(stage: Stage, page: DonePage) -> None:
    assert stage.worker.of("run") == []
    assert page.heading == "Finished, with 1 failure"
    assert page.sentence.text() == "Done: 7 created, 1 failed. It took 2 seconds and 9 requests."
    assert page.figures.text("create") == "7"
    assert page.failures.rowCount() == 1
    assert page.plan_card.path.text() == str(stage.setup.plan_path)


def test_the_monitor_is_asked_for_with_the_plan(stage: Stage, page: DonePage, qtbot: QtBot) -> None:
    with qtbot.waitSignal(stage.setup.monitor_wanted) as asked:
        page.monitor_button.click()
    assert asked.args == [stage.setup.plan_path]


def test_the_report_holds_the_rows_of_this_run(stage: Stage, page: DonePage, tmp_path: Path) -> None:
    path = str(tmp_path / "report.json")
    page.write_report(path, as_json=True)
    call = stage.worker.of("export-log")[-1]
    assert call.params == {"path": path, "format": "json", "cycle": 4}
    assert page.busy == "Writing the report..."
    call.end(Exported(path=path, rows=8))
    assert page.saved.text == f"8 rows written to {path}."
    assert page.busy == ""
    page.write_report(path, as_json=False)
    problem = Problem("NO-ROOM", "The disk is full.")
    stage.worker.of("export-log")[-1].end(problem)
    assert page.problem is problem


def test_run_again_goes_back_to_start_and_runs(stage: Stage, page: DonePage) -> None:
    page.again_button.click()
    stage.until(lambda: stage.frame.key_now == "start")
    assert len(stage.worker.of("run")) == 1


def test_the_folder_opens_and_the_command_can_be_copied(
    stage: Stage, page: DonePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()))
    page.plan_card.folder_button.click()
    assert opened == [str(stage.setup.plan_path.parent)]
    page.plan_card.copy_button.click()
    assert QGuiApplication.clipboard().text() == f'rollcall sync "{stage.setup.plan_path}" --once'
