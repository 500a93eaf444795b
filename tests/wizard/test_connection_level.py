"""Test connection with test people: chosen by the person, cleaned up, and its advice put into the plan."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest
from pytestqt.qtbot import QtBot

from app.setup.plan import Place
from app.setup.problem import Problem
from app.setup.profile import user_mappings
from app.wizard.pages.connection import CLEANING_TIME, ConnectionPage
from app.wizard.pages.plan_changes import apply_change, can_be_applied
from app.worker.messages import CheckVerdict, Notice, PlanChange
from tests.wizard.scripted import ScriptedCall
from tests.wizard.stage import TENANT, Stage


@pytest.fixture
def stage(qtbot: QtBot, tmp_path: Path) -> Stage:
    stage = Stage(qtbot, tmp_path)
    stage.setup.forget_test()
    return stage


@pytest.fixture
def page(stage: Stage) -> ConnectionPage:
    return cast("ConnectionPage", stage.open("connection"))


def run_of(stage: Stage) -> ScriptedCall:
    return stage.worker.of("check")[-1]


def ended(verdict: str = "ready", **more: object) -> CheckVerdict:
    return CheckVerdict.model_validate({"verdict": verdict, "sentence": "InVision answers.", **more})


def advice(kind: str, value: str) -> PlanChange:
    return PlanChange.model_validate({"change": kind, "value": value, "text": f"Do {kind} {value}."})


def test_people_are_made_only_when_somebody_says_so_this_time(stage: Stage, page: ConnectionPage) -> None:
    assert run_of(stage).params == {"level": "read", "clean": False}
    run_of(stage).end(ended())
    page.level.try_.radio.click()
    assert len(stage.worker.of("check")) == 1
    assert "Test with test people" in page.again.text()
    page.again.click()
    assert run_of(stage).params == {"level": "write", "clean": False}
    assert not page.level.isEnabled()
    run_of(stage).end(ended(level="write"))
    assert page.describe() == [("Connection test", "passed, with test people")]
    # Another address is tested at once, and only by looking.
    stage.setup.plan.app.tenant_url = "https://other.example/scim/v2"
    page.on_show()
    assert run_of(stage).params["level"] == "read"


def test_a_stopped_test_has_time_to_remove_its_people(stage: Stage, page: ConnectionPage) -> None:
    run_of(stage).end(ended())
    page.level.try_.radio.click()
    page.again.click()
    page.stop_button.click()
    assert page.busy == "Stopping the test; test people are removed first..."
    assert (run_of(stage).cancelled, run_of(stage).patience) == (True, CLEANING_TIME)
    assert not page.stop_button.isEnabled()
    run_of(stage).end(Problem("CANCELLED", "Stopped."))
    assert page.again.isVisible()


def test_what_a_test_left_is_named_and_removed_on_a_click(stage: Stage, page: ConnectionPage) -> None:
    run_of(stage).end(ended(leftovers=["rollcall-check-1@example.com"]))
    assert "rollcall-check-1@example.com" in page.leftovers.text
    stage.until(page.clean_button.isVisible)
    page.clean_button.click()
    assert run_of(stage).params["clean"] is True
    assert page.leftovers.text == ""
    run_of(stage).end(ended())
    assert not page.leftovers.isVisible()


def test_what_an_earlier_run_left_is_told_before_anything_else(stage: Stage, page: ConnectionPage) -> None:
    text = "One test object of an earlier test may still be in the app: rollcall-check-2."
    run_of(stage).say(Notice(level="warning", code="CHECK-LEFTOVERS", text=text))
    assert page.leftovers.text == text
    assert not page.clean_button.isEnabled()
    run_of(stage).end(ended())
    assert page.leftovers.text == text  # a test that only looks removes nothing
    assert page.clean_button.isEnabled()


def test_advice_changes_the_plan_on_a_click_and_asks_for_another_test(
    stage: Stage, page: ConnectionPage
) -> None:
    changes = [advice("flag", "on"), advice("rate", "10"), advice("none", "")]
    run_of(stage).end(ended("not-ready", changes=changes))
    flag, rate, vendor = page.advice.rows
    stage.until(flag.button.isVisible)
    assert not rate.button.isVisible()
    assert not vendor.button.isVisible()
    assert rate.note.text() == "Rollcall keeps to this by itself."
    flag.button.click()
    assert stage.setup.plan.app.tenant_url == f"{TENANT}?aadOptscim062020"
    assert stage.setup.facts["token_for"] == stage.setup.plan.app.tenant_url
    assert flag.note.text() == "The flag was set in the tenant URL."
    assert not flag.button.isVisible()
    assert page.missing == "a connection test for this tenant URL"
    assert "Test again" in page._said.text
    page.again.click()
    assert page.advice.rows == []
    assert stage.setup.missing("tenant") == ""


def test_each_advice_does_what_it_says(stage: Stage) -> None:
    setup = stage.setup
    targets = [row.target for row in user_mappings(setup.plan, setup.profile)]
    drop = advice("drop-mapping", targets[-1])
    assert can_be_applied(setup, drop)
    apply_change(setup, drop)
    assert [row.target for row in setup.plan.mappings.users or []] == targets[:-1]
    assert not can_be_applied(setup, drop)
    matching = advice("matching", "USERNAME")
    assert not can_be_applied(setup, matching)  # it is matched by already
    other = advice("matching", targets[2])
    assert can_be_applied(setup, other)
    apply_change(setup, other)
    assert [row.target for row in setup.plan.mappings.users or [] if row.matching] == [targets[2]]
    assert not can_be_applied(setup, advice("drop-mapping", targets[2]))  # nobody would be found again


def test_groups_are_switched_off_where_there_are_some(stage: Stage) -> None:
    stage.setup.choose_app("scim")
    off = advice("groups", "off")
    assert can_be_applied(stage.setup, off)
    apply_change(stage.setup, off)
    assert stage.setup.plan.mappings.groups == []
    assert not can_be_applied(stage.setup, off)


def test_the_flag_is_not_offered_where_it_cannot_be_kept(stage: Stage) -> None:
    assert can_be_applied(stage.setup, advice("flag", "on"))
    assert not can_be_applied(stage.setup, advice("flag", "off"))
    stage.setup.plan.run.where = Place.PRACTICE
    assert not can_be_applied(stage.setup, advice("flag", "on"))
