"""The page Start: numbers while it runs, pause, stop, failures, and each way it can end."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest
from PySide6.QtWidgets import QWizard
from pytestqt.qtbot import QtBot

from app.setup.problem import Problem
from app.wizard.pages.failure_table import SHOWN_AT_MOST
from app.wizard.pages.start import StartPage
from app.worker.messages import CycleSummary, Entry, Progress
from tests.wizard.scripted import ScriptedCall
from tests.wizard.stage import Stage

NEXT, BACK = QWizard.WizardButton.NextButton, QWizard.WizardButton.BackButton


@pytest.fixture
def stage(qtbot: QtBot, tmp_path: Path) -> Stage:
    return Stage(qtbot, tmp_path)


@pytest.fixture
def page(stage: Stage) -> StartPage:
    return cast("StartPage", stage.open("start"))


def run_of(stage: Stage) -> ScriptedCall:
    return stage.worker.of("run")[-1]


def failure(name: str) -> Entry:
    return Entry(action="create", status="failure", name=name, reason="Refused.", remedy="Look at the name.")


def ended(**more: object) -> CycleSummary:
    return CycleSummary.model_validate({"cycle": 1, "seconds": 65, "counts": {"create": 2}, **more})


def test_progress_is_shown_with_numbers_and_time_left(stage: Stage, page: StartPage) -> None:
    assert page.busy
    assert not stage.frame.button(NEXT).isEnabled()
    assert not stage.frame.button(BACK).isEnabled()
    run_of(stage).say(
        Progress(text="Creating", done=25, total=100, counts={"create": 20, "none": 4}, seconds_left=120)
    )
    assert page.bar.value() == 250
    assert page.done.text() == "25 of 100"
    assert page.left.text() == "About 2 minutes left"
    assert (page.figures.text("create"), page.figures.text("unchanged")) == ("20", "4")


def test_a_good_end_opens_the_way_on(stage: Stage, page: StartPage) -> None:
    run_of(stage).end(ended())
    assert page.text.text() == "Done in 1 minute 5 seconds: 2 created."
    assert not page.busy
    stage.press(NEXT)
    stage.until(lambda: stage.frame.key_now == "done")
    assert len(stage.worker.of("run")) == 1


def test_failures_are_listed_as_they_come_and_stop_nobody(stage: Stage, page: StartPage) -> None:
    for place in range(SHOWN_AT_MOST + 2):
        run_of(stage).say(failure(f"p{place}"))
    assert page.failures.isVisible()
    assert page.failures.rowCount() == SHOWN_AT_MOST
    assert "first 500" in page.more.text()
    run_of(stage).end(ended(state="failures", failures=SHOWN_AT_MOST + 2))
    assert "502 people or groups could not be provisioned" in page.outcome.text
    assert page.missing == ""
    assert len(stage.setup.facts["run_failures"]) == SHOWN_AT_MOST


def test_a_run_that_leaves_something_open_is_no_good_end(stage: Stage, page: StartPage) -> None:
    """Nobody failed in it; a leaver is still in, and a row could not be read."""
    warning = Entry(
        action="none", status="warning", name="users.csv, line 7", reason="torn", code="ROW-UNREAD"
    )
    run_of(stage).say(warning)
    assert page.failures.isVisible()
    waiting = [{"subject": "user", "source_id": "1", "name": "ben", "leaving": True}]
    rows = [{"file": "users.csv", "line": 7, "text": "torn"}]
    run_of(stage).end(ended(state="failures", waiting=waiting, unread=rows))
    assert page.outcome.text == (
        "Still with an access that should be gone: ben. "
        "Rows of the source that could not be read: users.csv, line 7 (torn). Repair them, and run again."
    )
    assert [each.name for each in stage.setup.facts["run_failures"]] == ["users.csv, line 7"]


def test_the_apps_own_words_stand_with_a_failure(stage: Stage, page: StartPage) -> None:
    run_of(stage).say(failure("ann").model_copy(update={"answer": "HTTP 400: no @ here"}))
    item = page.failures.item(0, 2)
    assert item is not None
    assert item.text() == "Look at the name.\nThe app's own words: HTTP 400: no @ here"


def test_pause_holds_and_lets_go(stage: Stage, page: StartPage) -> None:
    page.pause_button.click()
    assert run_of(stage).pauses == [True]
    assert page.text.text().startswith("Paused.")
    assert page.pause_button.text() == "Res&ume"
    run_of(stage).say(Progress(text="A last one", done=1, total=2))
    assert page.text.text().startswith("Paused.")
    page.pause_button.click()
    assert run_of(stage).pauses == [True, False]
    run_of(stage).say(Progress(text="Going", done=1, total=2))
    assert page.text.text() == "Going"


def test_stop_says_what_stays_done(stage: Stage, page: StartPage) -> None:
    page.stop_button.click()
    assert run_of(stage).cancelled
    assert "What was sent stays done" in page.text.text()
    assert not page.stop_button.isEnabled()
    run_of(stage).end(ended(state="stopped"))
    assert page.heading == "Provisioning was stopped"
    assert "Nobody is created twice" in page.outcome.text
    assert page.review_button.isVisible()
    page.review_button.click()
    stage.until(lambda: stage.frame.key_now == "review")


def test_a_stop_by_force_is_no_problem(stage: Stage, page: StartPage) -> None:
    page.stop_button.click()
    run_of(stage).end(Problem("CANCELLED", "The task was stopped by force."))
    assert page.problem is None
    assert page.outcome.text.startswith("Stopped.")


def test_a_failure_of_the_whole_can_be_tried_again(stage: Stage, page: StartPage) -> None:
    problem = Problem("WORKER-DIED", "The worker stopped.")
    run_of(stage).end(problem)
    assert page.problem is problem
    assert page.missing == "a run that begins"
    page.retry.emit()
    assert len(stage.worker.of("run")) == 2
    assert page.problem is None


def test_the_guard_is_named_and_leads_back(stage: Stage, page: StartPage) -> None:
    run_of(stage).end(ended(state="guarded", sentence="The deletion guard stopped this cycle."))
    assert page.heading == "The deletion guard held back"
    assert page.outcome.text == "The deletion guard stopped this cycle."
    assert page.review_button.isVisible()
