"""Page 5: Test connection."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.connection.finding import Group
from app.setup.problem import Problem
from app.setup.redaction import secrets_seen
from app.wizard.pages.connection import ConnectionPage
from app.wizard.pages.connection_report import KINDS, format_of
from app.wizard.pages.connection_words import GROUPS
from app.worker.messages import (
    CheckOutcome,
    CheckVerdict,
    Exported,
    Progress,
    ReportComparison,
    ReportDifference,
)
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
        "sent": "GET https://contoso.example/scim/v2/Users\nAuthorization: Bearer ***",
        "group": "Connection",
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
    group = page.groups.parts["Connection"]
    assert group.line == "1 check done..."
    assert page.busy == "Testing the connection: 1 check done..."
    run_of(stage).say(Progress(text="C-AUTH", done=1, total=15))
    assert (page.bar.value(), page.bar.maximum()) == (1, 15)
    assert page.bar.isVisible()
    # What is wrong is seen at once, what is right only on request.
    run_of(stage).say(check("fail", id="C-TLS", title="TLS", outcome="It has ended."))
    (row,) = group.rows
    stage.until(row.isVisible)
    assert row.accessibleName().startswith("Failed: TLS. It has ended.")
    assert page.busy == "Testing the connection: 2 checks done..."


def test_a_passed_test_opens_the_way(stage: Stage, page: ConnectionPage) -> None:
    run_of(stage).say(check())
    run_of(stage).end(ended(seconds=1.4))
    assert page.missing == ""
    assert "InVision answers." in page._said.text
    assert "1.4 s" in page._said.text
    assert page.describe() == [("Connection test", "passed, only by looking")]
    stage.press()
    assert stage.frame.key_now == "people"


def test_a_failed_check_says_what_to_do(stage: Stage, page: ConnectionPage) -> None:
    run_of(stage).say(check("fail", outcome="It said 401."))
    run_of(stage).end(ended("not-ready", sentence="InVision is not ready."))
    group = page.groups.parts["Connection"]
    assert group.line == "This will not work: 1 finding."
    assert "Admin permissions" in group.rows[0].accessibleName()
    assert page._said.text.startswith("InVision is not ready.")
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
    assert page.groups.outcomes == []
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


def test_checks_and_what_was_sent_are_shown_on_request(stage: Stage, page: ConnectionPage) -> None:
    run_of(stage).say(check())
    run_of(stage).end(ended())
    group = page.groups.parts["Connection"]
    assert group.rows == []
    group.all.click()
    (row,) = group.rows
    assert row.exchange is None  # a test has sixty rows; texts are made when they are asked for
    row.more.click()
    assert row.exchange is not None
    stage.until(row.exchange.isVisible)
    assert "GET https://contoso.example/scim/v2/Users" in row.exchange.toPlainText()
    row.more.click()
    assert not row.exchange.isVisible()
    group.all.click()
    assert group.rows == []


def test_a_request_is_copied_as_curl_without_the_token(stage: Stage, page: ConnectionPage) -> None:
    run_of(stage).say(check("fail"))
    (row,) = page.groups.parts["Connection"].rows
    row.more.click()
    assert row.copy is not None
    row.copy.click()
    command = QApplication.clipboard().text()
    assert command.startswith("curl -i -X GET 'https://contoso.example/scim/v2/Users'")
    assert '"Authorization: Bearer $SCIM_TOKEN"' in command


def test_what_the_plan_does_not_use_decides_nothing(stage: Stage, page: ConnectionPage) -> None:
    run_of(stage).say(check("fail", severity="info", group="Groups"))
    run_of(stage).end(ended())
    group = page.groups.parts["Groups"]
    assert group.line == "What can be seen without trying is right. 1 remark does not matter to this plan."
    assert group.rows == []
    leavers = page.groups.parts["Leavers lose access"]
    assert leavers.line == "Not known: this test only looked. Try it with test people to find out."


def test_the_report_holds_all_and_no_token(stage: Stage, page: ConnectionPage) -> None:
    secrets_seen.add(TOKEN)
    run_of(stage).say(check("warning", answered=f"you sent {TOKEN}"))
    run_of(stage).end(ended("ready-with-limits", advice=["Mind the pages."]))
    page.report.copy_button.click()
    report = QApplication.clipboard().text()
    assert TOKEN not in report
    for part in (TENANT, "ready-with-limits", "Mind the pages.", "C-AUTH", "Warning", "GET http", "12 ms"):
        assert part in report


def test_the_report_is_saved_in_the_format_of_its_name(stage: Stage, page: ConnectionPage) -> None:
    run_of(stage).say(check())
    run_of(stage).end(ended())
    page.report.write("report.md", format_of("report.md", ""))
    (call,) = stage.worker.of("save-report")
    assert (call.params["path"], call.params["format"]) == ("report.md", "md")
    assert [each["id"] for each in call.params["outcomes"]] == ["C-AUTH"]
    assert call.params["verdict"]["verdict"] == "ready"
    call.end(Exported(path="/there/report.md", rows=1))
    assert "/there/report.md" in page.report.told.text
    page.report.write("x.html", "html")
    stage.worker.of("save-report")[-1].end(Problem("CANNOT-WRITE", "No room."))
    assert page.problem is not None
    assert format_of("a.JSON", "") == "json"
    assert format_of("a", KINDS["md"]) == "md"
    assert format_of("a", "") == "html"


def test_an_earlier_report_is_held_against_this_one(stage: Stage, page: ConnectionPage) -> None:
    run_of(stage).say(check())
    run_of(stage).end(ended())
    page.report.compare("old.json")
    (call,) = stage.worker.of("compare-reports")
    assert call.params["before"] == "old.json"
    row = ReportDifference(id="C-TLS", kind="better", before="fail", now="pass", sentence="It is good.")
    call.end(ReportComparison(made="2026-11-20T10:00:00+00:00", rows=[row], sentence="1 better."))
    card = page.comparison
    stage.until(card.isVisible)
    assert "20 November 2026" in card.title.text()
    assert card.rows[0].accessibleName() == "C-TLS. Better: failed before, passed now. It is good."
    card.hide_button.click()
    assert not card.isVisible()


def test_the_groups_are_those_of_the_catalogue() -> None:
    assert [words.name for words in GROUPS] == [group.value for group in Group]
