"""The page Notifications and safety: judged on leaving a field, each decision in the plan."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest
from pydantic import ValidationError
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.setup.plan import Safety
from app.wizard.pages.safety import SafetyPage
from app.worker.messages import PeopleSummary
from tests.wizard.stage import Stage


@pytest.fixture
def stage(qtbot: QtBot, tmp_path: Path) -> Stage:
    return Stage(qtbot, tmp_path)


@pytest.fixture
def page(stage: Stage) -> SafetyPage:
    return cast("SafetyPage", stage.open("safety"))


def test_an_address_is_judged_on_leaving_and_forgiven_while_typing(stage: Stage, page: SafetyPage) -> None:
    QTest.keyClicks(page.address, "it.contoso.com")
    assert page.notifications.email.message == ""
    page.address.editingFinished.emit()
    assert "has an @ in it" in page.notifications.email.message
    stage.press()
    assert stage.frame.key_now == "safety"
    assert stage.frame.focusWidget() is page.address
    page.address.clear()
    QTest.keyClicks(page.address, "it@contoso.com")
    assert page.notifications.email.message == ""
    assert page.missing == ""


def test_mail_on_failure_needs_an_address(page: SafetyPage) -> None:
    page.notifications.on_failure.setChecked(True)
    assert page.missing == "the notification e-mail address"
    page.address.setText("IT <it@contoso.com>")
    page.address.editingFinished.emit()
    assert page.address.text() == "it@contoso.com"
    assert page.missing == ""


def test_every_decision_lands_in_the_plan_and_comes_back(stage: Stage, page: SafetyPage) -> None:
    page.address.setText("it@contoso.com")
    page.notifications.on_failure.setChecked(True)
    page.threshold.kind.setCurrentText("A number")
    page.threshold.number.setValue(25)
    page.days.setValue(7)
    page.delete_box.setChecked(False)
    page.keep_box.setChecked(True)
    page.every.setValue(14)
    page.keep_log.setValue(400)
    page.apply()
    plan = stage.setup.plan
    assert (plan.notifications.email, plan.notifications.on_failure) == ("it@contoso.com", True)
    assert (plan.safety.deletion_threshold, plan.safety.delete_after_days) == (25, 7)
    assert (plan.actions.skip_out_of_scope_deletions, plan.safety.compare_every_days) == (True, 14)
    assert plan.safety.keep_log_days == 400
    assert ("Log is kept for", "400 days") in page.describe()
    assert (plan.actions.create, plan.actions.update, plan.actions.delete) == (True, True, False)
    assert ("Deletion guard", "stops above 25 in one cycle") in page.describe()
    assert ("May be sent", "create and update") in page.describe()
    page.threshold.number.setValue(1)
    page.on_show()
    assert page.threshold.value == 25


def test_without_the_guard_one_is_warned(stage: Stage, page: SafetyPage) -> None:
    page.guard.setChecked(False)
    assert "can disable everyone" in page.warning.text()
    page.apply()
    assert stage.setup.plan.safety.deletion_threshold == 0
    page.guard.setChecked(True)
    page.apply()
    assert stage.setup.plan.safety.deletion_threshold == "fitting"


def test_nothing_allowed_is_missing_something(page: SafetyPage) -> None:
    for box in (page.create_box, page.update_box, page.delete_box):
        box.setChecked(False)
    assert page.missing == "at least one kind of change that may be sent"
    assert page.first_missing() is page.create_box


def test_how_long_the_log_is_kept_has_the_plans_limits_and_says_what_it_costs(page: SafetyPage) -> None:
    assert (page.keep_log.value(), page.log_note.text()) == (90, "")
    for value in (page.keep_log.minimum(), page.keep_log.maximum()):
        assert Safety(keep_log_days=value).keep_log_days == value
    for value in (page.keep_log.minimum() - 1, page.keep_log.maximum() + 1):
        with pytest.raises(ValidationError):
            Safety(keep_log_days=value)
    page.keep_log.setValue(7)
    assert "30 days after they were disabled" in page.log_note.text()
    page.days.setValue(7)
    assert page.log_note.text() == ""
    page.keep_log.setValue(0)
    assert page.keep_log.text() == "for ever"
    assert "more room" in page.log_note.text()
    page.apply()
    assert ("Log is kept for", "ever") in page.describe()
    assert page.keep_log.accessibleName() == "Keep its rows for"
    assert "older rows are removed" in page.keep_log.accessibleDescription()


@pytest.mark.parametrize(
    ("kind", "value", "people", "today"),
    [
        ("Fitted to the number of people", "fitting", 450, "Today, with 450 people: 45."),
        ("Fitted to the number of people", "fitting", 12_000, "Today, with 12,000 people: 500."),
        ("A share of the people", "10 %", 450, "Today, with 450 people: 45."),
        ("A number", 45, 450, "Today, with 450 people: 45."),
    ],
)
def test_the_threshold_says_what_it_comes_to_today(
    stage: Stage, kind: str, value: int | str, people: int, today: str
) -> None:
    stage.setup.facts["people"] = PeopleSummary(users=people, groups=0, enabled=people)
    page = cast("SafetyPage", stage.open("safety"))
    page.threshold.kind.setCurrentText(kind)
    assert page.threshold.value == value
    assert today in page.threshold.hint.text()
    page.apply()
    assert stage.setup.plan.safety.deletion_threshold == value


def test_a_number_that_guards_nobody_is_said_so(stage: Stage) -> None:
    stage.setup.facts["people"] = PeopleSummary(users=450, groups=0, enabled=450)
    stage.setup.plan.safety.deletion_threshold = 500
    assert "It guards nobody." in cast("SafetyPage", stage.open("safety")).threshold.hint.text()
