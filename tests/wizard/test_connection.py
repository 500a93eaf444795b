"""Page 5: Test connection."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest
from PySide6.QtWidgets import QApplication, QPlainTextEdit
from pytestqt.qtbot import QtBot

from app.setup.problem import Problem
from app.setup.redaction import secrets_seen
from app.wizard.pages.connection import ConnectionPage
from app.worker.messages import CheckOutcome, CheckVerdict
from tests.wizard.scripted import ScriptedCall
from tests.wizard.stage import TENANT, Stage

TOKEN = "another-planted-token-9a"


@pytest.fixture
def stage(qtbot: QtBot, tmp_path: Path) -> Stage:
    stage = Stage(qtbot, tmp_path)
    stage.setup.forget_test()
    return stage


@pytest.fixture
def page(stage: Stage) -> ConnectionPage:
    return cast("ConnectionPage", stage.open("connection"))


def check(verdict: str = "pass", **more: object) -> CheckOutcome:
    body = {
        "id": "C-AUTH",
        "title": "The token is accepted",
        "severity": "blocker",
        "outcome": "It said 200.",
        "remedy": "Make sure your InVision account has Admin permissions and try again.",
        "sent": "GET /Users",
        "answered": "200 OK",
        "seconds": 0.012,
    }
    return CheckOutcome.model_validate({**body, "verdict": verdict, **more})


def run_of(stage: Stage) -> ScriptedCall:
    return stage.worker.of("check")[-1]


def ended(verdict: str = "ready", **more: object) -> CheckVerdict:
    return CheckVerdict.model_validate({"verdict": verdict, "sentence": "InVision answers.", **more})


def test_it_runs_by_itself_and_each_check_appears_as_it_ends(stage: Stage, page: ConnectionPage) -> None:
    assert len(stage.worker.of("check")) == 1
    assert page.busy == "Testing the connection..."
    assert page.stop_button.isVisible()
    run_of(stage).say(check())
    (row,) = page._rows
    stage.until(row.isVisible)
    assert row.accessibleName().startswith("Passed: The token is accepted.")
    assert page.busy == "Testing the connection: one check done..."
    run_of(stage).say(check())
    assert page.busy == "Testing the connection: 2 checks done..."


def test_a_passed_test_opens_the_way(stage: Stage, page: ConnectionPage) -> None:
    run_of(stage).say(check())
    run_of(stage).end(ended(seconds=1.4))
    assert page.missing == ""
    assert "InVision answers." in page._said.text
    assert page.describe() == [("Connection test", "passed")]
    stage.press()
    assert stage.frame.key_now == "people"


def test_a_failed_check_says_what_to_do(stage: Stage, page: ConnectionPage) -> None:
    run_of(stage).say(check("fail", outcome="It said 401."))
    run_of(stage).end(ended("not-ready", advice=["Ask an admin."]))
    assert "Admin permissions" in page._rows[0].accessibleName()
    assert "Ask an admin." in page._said.text
    assert page.missing == "a connection test that passes"
    stage.press()
    assert stage.frame.key_now == "connection"
    assert page.first_missing() is page.again


def test_one_may_look_further_without_a_passed_test(stage: Stage, page: ConnectionPage) -> None:
    assert not page.waive.isVisible()
    run_of(stage).end(ended("not-ready"))
    page.waive.click()
    stage.press()
    assert stage.frame.key_now == "people"
    assert stage.setup.missing("review") == "a connection test that passes"


def test_it_is_not_run_again_while_its_result_stands(stage: Stage, page: ConnectionPage) -> None:
    run_of(stage).end(ended())
    page.on_show()
    assert len(stage.worker.of("check")) == 1
    stage.setup.plan.app.tenant_url = "https://other.example/scim/v2"
    page.on_show()
    assert len(stage.worker.of("check")) == 2


def test_again_starts_anew(stage: Stage, page: ConnectionPage) -> None:
    run_of(stage).say(check())
    run_of(stage).end(ended())
    page.again.click()
    assert page._rows == []
    assert stage.setup.facts.get("check") is None
    assert page.missing == "a connection test for this tenant URL"


def test_it_can_be_stopped(stage: Stage, page: ConnectionPage) -> None:
    page.stop_button.click()
    assert run_of(stage).cancelled
    assert page.busy == "Stopping the test..."
    run_of(stage).end(Problem("CANCELLED", "Stopped."))
    assert page.problem is None
    assert "stopped" in page._said.text
    assert page.again.isVisible()


def test_a_test_that_could_not_be_made_is_a_problem_to_try_again(stage: Stage, page: ConnectionPage) -> None:
    run_of(stage).end(Problem("WORKER-DIED", "The worker stopped.", remedy="Try again."))
    assert page.problem is not None
    page.strip.problem.again.click()
    assert len(stage.worker.of("check")) == 2
    assert page.problem is None


def test_details_are_shown_on_request(stage: Stage, page: ConnectionPage) -> None:
    run_of(stage).say(check())
    run_of(stage).end(ended())
    (details,) = page._rows[0].findChildren(QPlainTextEdit)
    assert not details.isVisible()
    page.details.click()
    stage.until(details.isVisible)
    assert "GET /Users" in details.toPlainText()


def test_the_report_holds_all_and_no_token(stage: Stage, page: ConnectionPage) -> None:
    secrets_seen.add(TOKEN)
    run_of(stage).say(check("warning", answered=f"you sent {TOKEN}"))
    run_of(stage).end(ended("ready-with-limits", advice=["Mind the pages."]))
    page.copy.click()
    report = QApplication.clipboard().text()
    assert TOKEN not in report
    for part in (TENANT, "ready-with-limits", "Mind the pages.", "C-AUTH", "Warning", "GET /Users", "12 ms"):
        assert part in report
