"""The page Review: every decision with its way back, a rehearsal that sends nothing, a button that counts."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest
from PySide6.QtWidgets import QWizard
from pytestqt.qtbot import QtBot

from app.setup.problem import Problem
from app.wizard.pages.review import ReviewPage
from app.worker.messages import Change, CycleSummary, Entry, Progress
from tests.wizard.scripted import ScriptedCall
from tests.wizard.stage import Stage

COMMIT = QWizard.WizardButton.CommitButton


@pytest.fixture
def stage(qtbot: QtBot, tmp_path: Path) -> Stage:
    return Stage(qtbot, tmp_path)


@pytest.fixture
def page(stage: Stage) -> ReviewPage:
    return cast("ReviewPage", stage.open("review"))


def rehearsal(stage: Stage) -> ScriptedCall:
    """The newest dry run that was asked for."""
    return stage.worker.of("preview")[-1]


def summary(counts: dict[str, int], **more: object) -> CycleSummary:
    return CycleSummary.model_validate(
        {"kind": "dry-run", "counts": counts, "sentence": "Would be: so.", **more}
    )


def entry(action: str, name: str, **more: object) -> Entry:
    return Entry.model_validate({"action": action, "status": "planned", "name": name, **more})


def test_the_button_says_in_numbers_what_will_happen(stage: Stage, page: ReviewPage) -> None:
    call = rehearsal(stage)
    assert page.missing == "the end of the dry run"
    stage.press(COMMIT)
    assert stage.frame.key_now == "review"
    call.say(Progress(text="Looking people up", done=3, total=9, seconds_left=33))
    assert page.dry_run.left.text() == "About 30 seconds left"
    change = Change(target="name.givenName", old="Anne", new="Ann")
    call.say(entry("create", "bo@contoso.com", changes=[Change(target="userName", new="bo@contoso.com")]))
    call.say(entry("update", "ann@contoso.com", changes=[change]))
    call.say(entry("none", "cy@contoso.com"))
    call.say(entry("create", "di@contoso.com", status="failure", reason="No name.", remedy="Give one."))
    call.end(summary({"create": 12, "update": 3, "none": 1}, failures=1))
    assert stage.frame.button(COMMIT).text() == "&Start: create 12, update 3"
    assert page.figures.text("create") == "12"
    rows = [page.dry_run.table.rows.row(n).cells for n in range(page.dry_run.table.rows.rowCount())]
    assert rows == [
        ("Create", "bo@contoso.com", "userName: bo@contoso.com"),
        ("Update", "ann@contoso.com", "name.givenName: Anne → Ann"),
        ("Problem", "di@contoso.com", "No name. Give one."),
    ]
    assert stage.worker.of("run") == []
    assert page.missing == ""
    stage.press(COMMIT)
    stage.until(lambda: stage.frame.key_now == "start")


def test_the_list_says_which_clause_let_a_person_in_or_kept_them_out(stage: Stage, page: ReviewPage) -> None:
    call = rehearsal(stage)
    let_in = {"name": "scope", "status": "success", "text": "In scope: the filter lets them in."}
    out = {"name": "scope", "status": "skipped", "text": "Out of scope: not assigned."}
    call.say(entry("create", "bo", changes=[Change(target="userName", new="bo")], steps=[let_in]))
    call.say(entry("none", "ed", status="skipped", reason=out["text"], steps=[out]))
    call.say(entry("none", "fi", status="skipped", reason="Nothing differs.", steps=[let_in]))
    call.end(summary({"create": 1, "skipped": 2}))
    panel = page.dry_run
    panel.table.selectRow(0)
    assert panel.detail.text() == "userName: bo\nIn scope: the filter lets them in."
    panel.which.setCurrentIndex(panel.which.findData("left"))
    rows = [panel.table.rows.row(n) for n in range(panel.table.rows.rowCount())]
    assert [row.cells for row in rows] == [
        ("Left out", "ed", "Out of scope: not assigned."),
        ("No change", "fi", "Nothing differs."),
    ]
    assert [row.tip for row in rows] == [out["text"], "Nothing differs.\nIn scope: the filter lets them in."]


def test_every_decision_has_a_way_back(stage: Stage, page: ReviewPage) -> None:
    titles = [card.accessibleName() for card in page.decisions.cards]
    assert titles[-4:] == ["People", "Attribute mappings", "Scope", "Notifications and safety"]
    page.decisions.cards[titles.index("Scope")].button.click()
    stage.until(lambda: stage.frame.key_now == "scope")


def test_an_unchanged_plan_is_not_rehearsed_again_a_changed_one_is(stage: Stage, page: ReviewPage) -> None:
    rehearsal(stage).end(summary({"create": 1}))
    stage.frame.resume_at("safety")
    stage.frame.resume_at("review")
    assert len(stage.worker.of("preview")) == 1
    stage.setup.plan.safety.deletion_threshold = 3
    stage.frame.resume_at("safety")
    stage.frame.resume_at("review")
    assert len(stage.worker.of("preview")) == 2


def test_taking_access_away_asks_for_a_tick(stage: Stage, page: ReviewPage) -> None:
    rehearsal(stage).end(summary({"disable": 17, "delete": 1}))
    assert "disable 17 people and delete 1 person" in page.confirm.text()
    assert page.missing == "your tick above"
    stage.press(COMMIT)
    assert stage.frame.key_now == "review"
    assert stage.frame.focusWidget() is page.confirm
    page.confirm.setChecked(True)
    assert page.missing == ""


def test_a_rehearsal_can_be_stopped_and_gone_on_without(stage: Stage, page: ReviewPage) -> None:
    page.dry_run.stop_button.click()
    assert rehearsal(stage).cancelled
    rehearsal(stage).end(Problem("CANCELLED", "It was stopped."))
    assert page.problem is None
    assert page.missing == "your tick above"
    assert "not finished" in page.confirm.text()
    page.confirm.setChecked(True)
    assert page.missing == ""
    assert stage.frame.button(COMMIT).text() == "&Start"


def test_what_the_guard_would_stop_cannot_be_started(stage: Stage, page: ReviewPage) -> None:
    said = "The deletion guard stopped this cycle: 612 people would have been disabled."
    rehearsal(stage).end(summary({}, state="guarded", sentence=said, guarded=["ann"]))
    assert page.dry_run.guarded.text == said
    assert "deletion guard" in page.missing
    stage.press(COMMIT)
    assert stage.frame.key_now == "review"


def test_a_rehearsal_that_fails_is_told_and_tried_again(stage: Stage, page: ReviewPage) -> None:
    problem = Problem("REFUSED", "The app cannot be reached.", "", "Look at its address.")
    rehearsal(stage).end(problem)
    assert page.problem is problem
    assert page.missing == "a dry run"
    page.retry.emit()
    rehearsal(stage).end(
        summary({}, state="failed", code="X", sentence="It broke. Mend it.", remedy="Mend it.")
    )
    assert page.problem is not None
    assert page.problem.what == "It broke. Mend it."
    assert page.missing == "a dry run that ends well"


def test_an_open_page_is_named_and_nothing_is_rehearsed(stage: Stage) -> None:
    stage.setup.plan.scope.assigned = []
    page = cast("ReviewPage", stage.open("review"))
    assert page.missing == "something on the page Scope"
    assert stage.worker.of("preview") == []
