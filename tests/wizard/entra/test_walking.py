"""Review, Start and Done with Microsoft Entra: every call beforehand, each step, resume, undo, on demand."""

from __future__ import annotations

from typing import cast

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QAbstractButton, QApplication, QMessageBox, QWizard

from app.setup.plan_file import read_plan
from app.setup.problem import Problem
from app.wizard.pages.entra.done import EntraDonePage
from app.wizard.pages.entra.review import EntraReviewPage
from app.wizard.pages.entra.start import STOPPING_TIME, EntraStartPage
from app.worker.messages import (
    CallList,
    Exported,
    Notice,
    OnDemandReport,
    PlannedCall,
    RoadReport,
    RoadStep,
    SignedIn,
    Step,
)
from tests.wizard.scripted import ScriptedCall
from tests.wizard.stage import Stage

COMMIT = QWizard.WizardButton.CommitButton
CALLS = CallList(
    rows=[
        PlannedCall(
            step="application",
            title="Enterprise app",
            method="GET",
            path="/applicationTemplates",
            why="Find it.",
        ),
        PlannedCall(
            step="credentials",
            title="Save credentials",
            method="PUT",
            path="/servicePrincipals/{id}/synchronization/secrets",
            body={"value": [{"key": "SecretToken", "value": "***"}]},
            why="The token.",
            changes=True,
            when="when they differ",
        ),
    ],
    sentence="2 calls, 1 of which changes something. Nothing was sent.",
)


@pytest.fixture
def stage(stage: Stage, writes: SignedIn) -> Stage:
    stage.setup.facts["signed_in"] = writes
    stage.worker.answers["entra-calls"] = lambda params, plan: CALLS
    return stage


def step(name: str, state: str, text: str = "", **more: str) -> RoadStep:
    return RoadStep.model_validate(
        {"step": name, "title": name.capitalize(), "state": state, "text": text, **more}
    )


def review(stage: Stage) -> EntraReviewPage:
    page = cast("EntraReviewPage", stage.open("review"))
    stage.until(lambda: len(page.calls.calls) == 2)
    return page


def started(stage: Stage) -> tuple[EntraStartPage, ScriptedCall]:
    review(stage)
    stage.press(COMMIT)
    page = cast("EntraStartPage", stage.page)
    return page, stage.worker.of("entra-apply")[-1]


def test_every_call_is_listed_with_its_body_before_anything_is_sent(stage: Stage) -> None:
    page = review(stage)
    assert page.calls.sentence.text() == CALLS.sentence
    assert page.calls.table.rows.row(1).cells[0] == "Changes"
    page.calls.table.selectRow(1)
    whole = page.calls.whole.toPlainText()
    assert whole.startswith("PUT /servicePrincipals/{id}/synchronization/secrets\n\n{")
    assert '"value": "***"' in whole
    assert page.calls.why.text() == "The token. Only when they differ."
    assert stage.worker.of("entra-apply") == []


def test_the_calls_are_saved_as_a_runbook(stage: Stage) -> None:
    page = review(stage)
    page.calls.export("terraform", "/there/setup.tf")
    (call,) = stage.worker.of("export-runbook")
    assert call.params == {"as": "terraform", "path": "/there/setup.tf"}
    call.end(Exported(path="/there/setup.tf", rows=9))
    assert "/there/setup.tf" in page.calls.told.text


def test_writing_has_to_be_allowed_first(stage: Stage, reads: SignedIn, writes: SignedIn) -> None:
    stage.setup.facts["signed_in"] = reads
    page = review(stage)
    assert page.missing == "a sign-in that may write in the tenant"
    stage.press(COMMIT)
    assert stage.frame.key_now == "review"
    assert stage.frame.focusWidget() is page.writing.browser
    page.writing.browser.click()
    call = stage.worker.of("entra-sign-in")[-1]
    assert call.params == {"method": "browser", "write": True}
    call.end(writes)
    assert page.missing == ""
    assert not page.writing.isVisible()


def test_everybody_needs_a_tick(stage: Stage) -> None:
    stage.setup.plan.scope.who = "all"
    page = review(stage)
    assert page.missing == "your tick above"
    page.confirm.click()
    assert page.missing == ""


def test_each_step_shows_its_state_and_the_end_opens_the_way(stage: Stage) -> None:
    page, call = started(stage)
    assert call.params == {"resume": False, "touch_running": False, "people_may_leave": False}
    call.say(step("application", "running"))
    call.say(step("application", "running", "It has no SAML.", level="warning"))
    call.say(step("application", "done", "It is there."))
    row = page.steps.rows["application"]
    assert row.accessibleName() == "Done: Application. It is there. It has no SAML."
    assert page.busy == "Setting up: 1 of 1 steps done..."
    report = RoadReport(
        state="done",
        steps=[step("application", "done", "It is there."), step("start", "done")],
        created=["the app InVision SCIM"],
        sentence="All is set up.",
        service_principal="sp-9",
    )
    call.end(report)
    assert page.heading == "Provisioning is set up in Microsoft Entra"
    assert page.missing == ""
    stage.press()
    assert stage.frame.key_now == "done"
    # What was added is in the road's own notes: written to the plan, it would outlive Undo.
    assert read_plan(stage.setup.plan_path).entra.application == ""


def test_a_failure_stops_there_says_why_and_resume_goes_on(stage: Stage) -> None:
    page, call = started(stage)
    failed = RoadReport(
        state="failed",
        steps=[step("connection", "failed")],
        sentence="The app was not reached.",
        remedy="Look at the token.",
    )
    call.say(Notice(level="warning", code="CHECKS-DISAGREE", text="From here it is."))
    call.end(failed)
    assert page.outcome.text == "The app was not reached. Look at the token. From here it is."
    assert page.missing == "a setup that is done"
    assert not page.touch.isVisible()
    page.resume_button.click()
    assert stage.worker.of("entra-apply")[-1].params["resume"] is True


def test_a_running_job_is_only_changed_when_that_is_said(stage: Stage) -> None:
    page, call = started(stage)
    call.end(RoadReport(state="failed", code="JOB-RUNNING", sentence="It runs."))
    stage.until(page.touch.isVisible)
    page.touch.click()
    page.resume_button.click()
    meant = {"resume": True, "touch_running": True, "people_may_leave": False}
    assert stage.worker.of("entra-apply")[-1].params == meant
    stage.worker.of("entra-apply")[-1].end(
        RoadReport(state="failed", code="PEOPLE-LEAVE", sentence="Three people leave.")
    )
    stage.until(lambda: "people leave" in page.touch.text())
    assert not page.touch.isChecked()
    page.touch.click()
    page.resume_button.click()
    assert stage.worker.of("entra-apply")[-1].params == meant | {"people_may_leave": True}


def test_stopping_waits_for_the_call_under_way(stage: Stage) -> None:
    page, call = started(stage)
    page.stop_button.click()
    assert (call.cancelled, call.patience) == (True, STOPPING_TIME)
    assert page.busy == "Stopping after the call that is under way..."
    call.end(Problem("CANCELLED", "Stopped."))
    assert "Resume goes on" in page.outcome.text
    stage.until(page.resume_button.isVisible)
    page.review_button.click()
    assert stage.frame.key_now == "review"


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_undo_asks_names_what_it_takes_back_and_takes_it(stage: Stage) -> None:
    page, call = started(stage)
    call.end(RoadReport(state="done", created=["the app InVision SCIM", "the job"], sentence="Done."))
    asked: list[str] = []

    def answer(words: str) -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        asked.append(box.informativeText())
        buttons: list[QAbstractButton] = box.buttons()
        next(button for button in buttons if button.text() == words).click()

    QTimer.singleShot(0, lambda: answer("&Keep it"))
    page.undo_button.click()
    assert stage.worker.of("entra-undo") == []
    QTimer.singleShot(0, lambda: answer("&Undo"))
    page.undo_button.click()
    assert asked[0].startswith("That is: the app InVision SCIM and the job.")
    (undo,) = stage.worker.of("entra-undo")
    undo.end(RoadReport(state="undone", sentence="It is as before."))
    assert page.heading == "What was set up is taken back"
    assert not page.undo_button.isVisible()
    assert page.missing == "a setup that is done"


def test_one_person_on_demand_shows_each_step(stage: Stage) -> None:
    stage.setup.facts["road"] = RoadReport(state="done", sentence="All is set up.")
    stage.setup.plan.scope.assigned = ["group:Designers", "user:ann@contoso.com"]
    page = cast("EntraDonePage", stage.open("done"))
    card = page.on_demand
    assert card.person.currentText() == "ann@contoso.com"
    card.button.click()
    (call,) = stage.worker.of("entra-provision")
    assert call.params == {"user": "ann@contoso.com"}
    assert page.busy.startswith("Microsoft Entra provisions one person")
    steps = [
        Step(name="import", status="success", text="Read.", details={"Object ID": "7"}),
        Step(name="export", status="skipped", text="Not sent."),
    ]
    call.end(OnDemandReport(name="Ann", status="skipped", sentence="Ann is out of scope.", steps=steps))
    assert page.busy == ""
    assert card.outcome.text == "Ann is out of scope."
    assert [row.accessibleName() for row in card.rows] == [
        "Import: read in Microsoft Entra, success. Read.",
        "Action: sent to the app, skipped. Not sent.",
    ]
    first, second = card.rows
    assert not first.details.isVisible()
    first.more.click()
    assert first.details.text() == "Object ID: 7"
    stage.until(first.details.isVisible)
    assert not second.more.isVisible()
    card.person.setCurrentText("Designers")
    card.button.click()
    assert stage.worker.of("entra-provision")[-1].params == {"group": "Designers"}
    stage.worker.of("entra-provision")[-1].end(Problem("GRAPH", "No answer."))
    assert page.problem is not None


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_undo_can_be_reached_from_the_last_page(stage: Stage) -> None:
    stage.setup.facts["road"] = RoadReport(state="done", sentence="All is set up.")
    page = cast("EntraDonePage", stage.open("done"))

    def confirm() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        next(button for button in box.buttons() if button.text() == "&Undo").click()

    QTimer.singleShot(0, confirm)
    page.undo_button.click()
    assert stage.frame.key_now == "start"
    assert len(stage.worker.of("entra-undo")) == 1
    assert stage.worker.of("entra-apply") == []
