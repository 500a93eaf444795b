"""The mail server on the page Notifications and safety: fields, the password, and the test mail."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.setup.plan import Place
from app.setup.plan_file import read_plan
from app.setup.problem import Problem
from app.wizard.pages.mail_server import MailServerFields
from app.wizard.pages.safety import SafetyPage
from app.worker.messages import Done, Notice, PasswordState
from tests.wizard.stage import Stage

PASSWORD = "a-planted-mail-password"


@pytest.fixture
def stage(qtbot: QtBot, tmp_path: Path) -> Stage:
    made = Stage(qtbot, tmp_path)
    made.setup.plan.notifications.email = "it@contoso.com"
    made.worker.answers.update(
        {
            "mail-password-state": lambda params, plan: PasswordState(stored=False, where="nowhere"),
            "mail-password-set": lambda params, plan: PasswordState(stored=True, where="keyring"),
        }
    )
    return made


@pytest.fixture
def page(stage: Stage) -> SafetyPage:
    return cast("SafetyPage", stage.open("safety"))


def fill(page: SafetyPage) -> MailServerFields:
    fields = page.notifications.server
    QTest.keyClicks(fields.host, "smtp.contoso.com")
    QTest.keyClicks(fields.user, "rollcall@contoso.com")
    QTest.keyClicks(fields.password.line, PASSWORD)
    return fields


def test_it_lands_in_the_plan_and_the_password_only_in_safe_hands(stage: Stage, page: SafetyPage) -> None:
    fields = fill(page)
    fields.security.setCurrentIndex(1)
    fields.security.activated.emit(1)
    assert fields.port.value() == 465  # the port goes with it
    fields.sent_from.setText("IT <it@contoso.com>")
    fields.sent_from.editingFinished.emit()
    stage.press()
    stage.until(lambda: stage.frame.key_now == "review")
    (call,) = stage.worker.of("mail-password-set")
    assert call.params == {"host": "smtp.contoso.com", "user": "rollcall@contoso.com", "password": PASSWORD}
    assert fields.password.text == ""
    chosen = read_plan(stage.setup.plan_path).notifications
    assert (chosen.smtp_host, chosen.smtp_port, chosen.smtp_security) == ("smtp.contoso.com", 465, "tls")
    assert (chosen.smtp_user, chosen.sender) == ("rollcall@contoso.com", "it@contoso.com")
    assert PASSWORD not in stage.setup.plan_path.read_text("utf-8")
    assert ("Mail server", "smtp.contoso.com, port 465") in page.describe()


def test_a_password_that_cannot_be_kept_keeps_one_on_the_page(stage: Stage, page: SafetyPage) -> None:
    stage.worker.answers["mail-password-set"] = lambda params, plan: Problem("KEYRING", "It is locked.")
    fill(page)
    stage.press()
    stage.until(lambda: page.problem is not None)
    assert stage.frame.key_now == "safety"
    assert page.busy == ""
    assert page.notifications.server.password.text == PASSWORD


def test_a_test_mail_keeps_the_password_first_and_tells_how_it_went(stage: Stage, page: SafetyPage) -> None:
    fields = fill(page)
    fields.test_button.click()
    stage.until(lambda: bool(stage.worker.of("mail-test")))
    assert [call.task for call in stage.worker.calls if "mail" in call.task and "state" not in call.task] == [
        "mail-password-set",
        "mail-test",
    ]
    (call,) = stage.worker.of("mail-test")
    assert call.plan is not None
    assert call.plan.notifications.smtp_host == "smtp.contoso.com"
    assert not fields.test_button.isEnabled()
    call.say(Notice(level="warning", text="Not to everybody."))
    call.end(Done(sentence="It took the mail."))
    assert fields.told.text == "It took the mail. Not to everybody."
    fields.test_button.click()
    stage.worker.of("mail-test")[-1].end(Problem("MAIL-SIGN-IN", "Refused.", remedy="Ask for a password."))
    assert fields.told.text == "Refused. Ask for a password."
    assert page.problem is None
    assert fields.test_button.isEnabled()


def test_without_encryption_only_to_this_computer(stage: Stage, page: SafetyPage) -> None:
    fields = page.notifications.server
    QTest.keyClicks(fields.host, "smtp.contoso.com")
    fields.security.setCurrentIndex(2)
    fields.security.activated.emit(2)
    assert page.missing == "encryption on the way to the mail server"
    assert "only a mail server on this computer" in fields.security_field.message
    assert not fields.test_button.isEnabled()
    stage.press()
    assert stage.frame.focusWidget() is fields.security
    fields.host.clear()
    QTest.keyClicks(fields.host, "localhost")
    assert page.missing == ""


def test_a_password_without_a_user_is_missing_something(page: SafetyPage) -> None:
    fields = fill(page)
    fields.user.clear()
    fields.user.textEdited.emit("")
    assert page.missing == "the mail server and user that the password is for"
    assert page.first_missing() is fields.user


def test_a_kept_password_is_said_and_can_be_removed(stage: Stage, page: SafetyPage) -> None:
    stage.worker.answers["mail-password-state"] = lambda params, plan: PasswordState(
        stored=True, where="keyring"
    )
    stage.worker.answers["mail-password-forget"] = lambda params, plan: PasswordState(
        stored=False, where="nowhere"
    )
    stage.setup.plan.notifications.smtp_host = "smtp.contoso.com"
    stage.setup.plan.notifications.smtp_user = "rollcall"
    page.on_show()
    field = page.notifications.server.password
    stage.until(lambda: field.line.placeholderText() == "Saved: paste to replace")
    assert field.message == "Kept in the system's keyring."
    field.remove_.click()
    stage.until(lambda: field.line.placeholderText() == "Paste the password here")


def test_in_practice_there_is_no_mail_server(stage: Stage, page: SafetyPage) -> None:
    stage.setup.plan.run.where = Place.PRACTICE
    page.on_show()
    assert not page.notifications.server.isVisible()
    assert "nobody is written to" in page.notifications.who_sends.text()
    assert [line[0] for line in page.describe()][:2] == ["Told of failures", "Deletion guard"]
