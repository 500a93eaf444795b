"""Page 4: tenant URL and secret token, and the practice app that stands in for them."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from app.setup.plan import Place
from app.setup.problem import Problem
from app.setup.redaction import secrets_seen
from app.wizard.pages.tenant import TenantPage
from app.wizard.parts.picture import PictureView
from app.worker.messages import Done, PracticeReady, TokenState
from tests.wizard.stage import TENANT, Stage

TOKEN = "kR7-planted-in-a-test-4f81"
KEPT = TokenState(stored=True, where="keyring")
NONE = TokenState(stored=False, where="nowhere")


@pytest.fixture
def stage(qtbot: QtBot, tmp_path: Path) -> Stage:
    stage = Stage(qtbot, tmp_path)
    stage.worker.answers["token-state"] = lambda params, plan: NONE
    stage.setup.facts.pop("token_for")
    stage.setup.plan.app.tenant_url = ""
    return stage


@pytest.fixture
def page(stage: Stage) -> TenantPage:
    return cast("TenantPage", stage.open("tenant"))


def paste(line: QLineEdit, text: str) -> None:
    line.setFocus()
    line.selectAll()
    line.insert(text)


def leave(line: QLineEdit) -> None:
    line.editingFinished.emit()


# The address


def test_what_an_address_is_read_as_stands_beside_it_while_one_types(page: TenantPage) -> None:
    QTest.keyClicks(page.url, "contoso.invisionapp.com")
    assert "Used as https://contoso.invisionapp.com/scim/v2" in page._url_field.message
    paste(page.url, '  "HTTPS://Contoso.invisionapp.com/scim/v2/Users" ')
    assert "Used as https://contoso.invisionapp.com/scim/v2\n" in page._url_field.message


def test_complaints_wait_until_the_field_is_left(page: TenantPage) -> None:
    paste(page.url, "http://contoso.example")
    assert "encrypted" not in page._url_field.message
    leave(page.url)
    assert "not encrypted" in page._url_field.message
    assert "https://" in page._url_field.message


def test_what_is_missing_is_said_and_the_caret_put_there(stage: Stage, page: TenantPage) -> None:
    assert page.missing == "the tenant URL and the secret token"
    assert page.initial_focus() is page.url
    stage.press()
    assert stage.frame.focusWidget() is page.url
    paste(page.url, TENANT)
    assert page.missing == "the secret token"
    assert page.first_missing() is page.token.line


# The token


def test_the_token_goes_to_the_worker_and_nowhere_else(
    stage: Stage, page: TenantPage, data_folder: Path
) -> None:
    stage.worker.answers["token-set"] = lambda params, plan: KEPT
    paste(page.url, "contoso.example")
    paste(page.token.line, f'Bearer "{TOKEN}"')
    assert "Bearer" in page.token.message
    stage.press()
    assert page.busy
    (call,) = stage.worker.of("token-set")
    assert TOKEN in call.params["token"]
    assert call.params["tenant_url"] == TENANT
    stage.until(lambda: stage.frame.key_now == "connection")
    assert page.token.text == ""
    assert stage.setup.facts["token_for"] == stage.setup.plan.app.tenant_url == TENANT
    stage.frame.shut()
    folders = (data_folder, stage.setup.plan_path.parent)
    written = [file for folder in folders for file in folder.rglob("*") if file.is_file()]
    assert written
    assert not [file for file in written if TOKEN.encode() in file.read_bytes()]
    assert TOKEN not in str(page.describe())
    assert secrets_seen.clean(f"-{TOKEN}-") != f"-{TOKEN}-"


def test_a_kept_token_is_not_shown_and_can_be_replaced_or_removed(stage: Stage) -> None:
    stage.setup.plan.app.tenant_url = TENANT
    stage.worker.answers["token-state"] = lambda params, plan: KEPT
    stage.worker.answers["token-forget"] = lambda params, plan: Done()
    page = cast("TenantPage", stage.open("tenant"))
    stage.until(lambda: page.missing == "")
    assert page.token.text == ""
    assert page.token.line.placeholderText() == "Saved: paste to replace"
    assert "keyring" in page.token.message
    page.token.remove_.click()
    stage.until(lambda: page.missing == "the secret token")
    assert not page.token.remove_.isVisible()
    assert page.token.line.placeholderText() != "Saved: paste to replace"


def test_without_a_keyring_one_is_told(stage: Stage) -> None:
    stage.setup.plan.app.tenant_url = TENANT
    stage.worker.answers["token-state"] = lambda params, plan: TokenState(stored=True, where="memory")
    page = cast("TenantPage", stage.open("tenant"))
    stage.until(lambda: "until Rollcall is closed" in page.token.message)


def test_a_token_is_hidden_until_show_is_pressed(page: TenantPage) -> None:
    paste(page.token.line, TOKEN)
    assert page.token.line.echoMode() is QLineEdit.EchoMode.Password
    QTest.mouseClick(page.token.show_, Qt.MouseButton.LeftButton)
    assert page.token.line.echoMode() is QLineEdit.EchoMode.Normal
    assert page.token.show_.accessibleName() == "Hide the secret token"
    page.token.show_.click()
    assert page.token.line.echoMode() is QLineEdit.EchoMode.Password


@pytest.mark.parametrize(("days", "word"), [(-2, "ended on"), (5, "ends in")])
def test_a_jwts_expiry_is_warned_about(page: TenantPage, days: int, word: str) -> None:
    when = (datetime.now(UTC) + timedelta(days=days)).timestamp()
    parts = [json.dumps(part).encode() for part in ({"alg": "none"}, {"exp": int(when)})]
    token = ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts) + ".c2ln"
    paste(page.token.line, token)
    assert word in page.token.message


def test_a_typed_token_is_judged_when_the_field_is_left(page: TenantPage) -> None:
    QTest.keyClicks(page.token.line, "Basic abcdef")
    assert page.token.message == ""
    leave(page.token.line)
    assert "Basic" in page.token.message


def test_a_worker_that_cannot_keep_it_is_told_and_the_token_stays(stage: Stage, page: TenantPage) -> None:
    stage.worker.answers["token-set"] = lambda params, plan: Problem("X", "The keyring is locked.")
    paste(page.url, TENANT)
    paste(page.token.line, TOKEN)
    stage.press()
    stage.until(lambda: page.problem is not None)
    assert stage.frame.key_now == "tenant"
    assert page.token.text == TOKEN
    assert not page.busy


def test_an_edited_field_makes_the_test_stale(stage: Stage, page: TenantPage) -> None:
    paste(page.url, TENANT)
    page.apply()
    stage.setup.facts.update(check="ready", check_for=TENANT)
    paste(page.url, "https://other.example")
    assert "runs again" in page._stale.text
    page.apply()
    assert "check" not in stage.setup.facts


def test_where_to_find_it_shows_the_picture(stage: Stage, page: TenantPage) -> None:
    QTest.mouseClick(page._where, Qt.MouseButton.LeftButton)
    picture = page.findChild(PictureView)
    assert picture is not None
    stage.until(picture.isVisible)
    page._where.click()
    stage.until(lambda: page.findChild(PictureView) is None)


# Practice


@pytest.fixture
def practice(stage: Stage) -> TenantPage:
    stage.setup.plan.run.where = Place.PRACTICE
    stage.setup.plan.source.users = None
    return cast("TenantPage", stage.open("tenant"))


READY = PracticeReady(
    tenant_url="http://127.0.0.1:4711/scim/v2", users_file="/x/users.csv", groups_file="/x/groups.csv"
)


def test_practice_fills_everything_by_itself(stage: Stage, practice: TenantPage) -> None:
    assert practice.busy == "Starting the practice app..."
    assert not practice.url.isVisible()
    (call,) = stage.worker.of("practice-start")
    assert call.params == {"policy": "tolerant"}
    call.end(READY)
    assert not practice.busy
    assert practice.missing == ""
    assert stage.setup.plan.app.tenant_url == READY.tenant_url
    assert stage.setup.plan.source.users == READY.users_file
    stage.press()
    assert stage.frame.key_now == "connection"


def test_a_stricter_practice_app_is_a_new_one(stage: Stage, practice: TenantPage) -> None:
    stage.worker.of("practice-start")[0].end(READY)
    combo = practice._practice.policy
    combo.setCurrentIndex(1)
    combo.activated.emit(1)
    assert stage.worker.of("practice-start")[-1].params == {"policy": "strict"}
    assert practice.busy


def test_a_practice_app_that_does_not_start_can_be_tried_again(stage: Stage, practice: TenantPage) -> None:
    stage.worker.of("practice-start")[0].end(Problem("X", "No free port.", remedy="Try again."))
    assert practice.problem is not None
    assert practice.missing == "the practice app"
    practice.strip.problem.again.click()
    stage.worker.of("practice-start")[1].end(READY)
    assert practice.problem is None
    assert practice.missing == ""


def test_a_dead_worker_takes_the_practice_app_with_it(stage: Stage, practice: TenantPage) -> None:
    stage.worker.of("practice-start")[0].end(READY)
    stage.worker.died.emit("killed")
    assert stage.setup.missing("tenant") == "the practice app"
    practice.on_show()
    assert len(stage.worker.of("practice-start")) == 2
    # Sample people are taken anew, files of one's own would stay.
    again = READY.model_copy(update={"users_file": "/y/users.csv"})
    stage.worker.of("practice-start")[1].end(again)
    assert stage.setup.plan.source.users == "/y/users.csv"
