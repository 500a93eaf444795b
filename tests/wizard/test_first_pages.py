"""Pages 1 to 3: app and place, before you start, turn SCIM on."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QRadioButton, QWizard
from pytestqt.qtbot import QtBot

from app.look.notice import Notice
from app.setup.plan import Place, SetupPlan
from app.setup.plan_file import read_plan, write_plan
from app.wizard import draft
from app.wizard.pages.app_and_place import AppAndPlacePage
from app.wizard.pages.before_you_start import BeforeYouStartPage
from app.wizard.pages.turn_on_scim import TurnOnScimPage
from app.wizard.parts.picture import PictureView, words_of
from tests.wizard.stage import TENANT, Stage


@pytest.fixture
def stage(qtbot: QtBot, tmp_path: Path) -> Stage:
    return Stage(qtbot, tmp_path)


def fresh(stage: Stage) -> AppAndPlacePage:
    """Page 1 of a new setup."""
    stage.setup.plan = SetupPlan()
    stage.setup._as_opened = SetupPlan()
    stage.setup.facts = {"visited": set(), "ticked": set()}
    return cast("AppAndPlacePage", stage.open("place"))


def a_plan(**app: str) -> SetupPlan:
    return SetupPlan.model_validate({"app": app, "run": {"where": "this-computer"}})


def radio(page: AppAndPlacePage, text: str) -> QRadioButton:
    return next(each for each in page.findChildren(QRadioButton) if each.text().replace("&", "") == text)


# App and place


def test_a_new_setup_is_practice_with_invision(stage: Stage) -> None:
    page = fresh(stage)
    assert radio(page, "InVision").isChecked()
    assert radio(page, "Practice").isChecked()
    assert page.missing == ""
    assert any("ended" in notice.text for notice in page.findChildren(Notice) if notice.isVisible())


def test_choosing_an_app_takes_its_profile_and_drops_the_others_mappings(stage: Stage) -> None:
    page = fresh(stage)
    stage.setup.plan.mappings.users = []
    QTest.mouseClick(radio(page, "Any SCIM 2.0 app"), Qt.MouseButton.LeftButton)
    assert stage.setup.plan.app.profile == "scim"
    assert stage.setup.profile.name == "scim"
    assert stage.setup.plan.mappings.users is None
    assert not any("ended" in notice.text for notice in page.findChildren(Notice) if notice.isVisible())


def test_a_click_on_the_card_chooses_like_one_on_the_dot(stage: Stage) -> None:
    page = fresh(stage)
    card = radio(page, "This computer").parentWidget()
    assert card is not None
    QTest.mouseClick(card, Qt.MouseButton.LeftButton)
    assert stage.setup.plan.run.where is Place.THIS_COMPUTER


def test_with_microsoft_entra_other_pages_take_the_place_of_some(stage: Stage) -> None:
    page = fresh(stage)
    assert not page.cloud.isVisible()
    own = dict(stage.frame.pages)
    QTest.mouseClick(radio(page, "Microsoft Entra"), Qt.MouseButton.LeftButton)
    assert stage.setup.plan.run.where is Place.ENTRA
    assert page.cloud.isVisible()
    assert stage.frame.steps.buttons["people"].text() == "Enterprise app"
    assert stage.frame.steps.buttons["people"].accessibleName() == "Step 6, Enterprise app, to come"
    stage.press()
    assert stage.frame.key_now == "before"
    assert type(stage.page).__name__ == "EntraBeforePage"
    assert stage.page.missing == "a sign-in to Microsoft Entra"
    stage.press(QWizard.WizardButton.BackButton)
    QTest.mouseClick(radio(page, "Practice"), Qt.MouseButton.LeftButton)
    assert not page.cloud.isVisible()
    stage.press()
    assert isinstance(stage.page, BeforeYouStartPage)
    assert stage.page is not own["before"]
    assert stage.frame.steps.buttons["people"].text() == "People"


def test_another_cloud_forgets_who_was_signed_in_to_the_first(stage: Stage) -> None:
    page = fresh(stage)
    QTest.mouseClick(radio(page, "Microsoft Entra"), Qt.MouseButton.LeftButton)
    stage.setup.plan.app.tenant_url = TENANT
    stage.setup.facts["signed_in"] = object()
    panel = page.cloud
    panel.cloud.setCurrentIndex(panel.cloud.findData("china"))
    panel.cloud.activated.emit(panel.cloud.currentIndex())
    assert stage.setup.plan.entra.cloud == "china"
    assert "signed_in" not in stage.setup.facts
    assert stage.setup.plan.app.tenant_url == TENANT
    assert ("Where the work is done", panel.cloud.currentText()) in page.describe()
    # The practice tenant has an app of its own, and nothing in common with a real one.
    panel.cloud.setCurrentIndex(panel.cloud.findData("practice"))
    panel.cloud.activated.emit(panel.cloud.currentIndex())
    assert stage.setup.plan.app.tenant_url == ""
    assert not panel.more.isVisible()


def test_practice_forgets_the_real_address_and_the_other_way_round(stage: Stage) -> None:
    page = cast("AppAndPlacePage", stage.open("place"))
    radio(page, "Practice").click()
    assert stage.setup.plan.app.tenant_url == ""
    assert "check" not in stage.setup.facts
    assert "token_for" not in stage.setup.facts


def test_an_unfinished_setup_is_offered_and_gone_on_with(stage: Stage, tmp_path: Path) -> None:
    plan = SetupPlan.model_validate(
        {"app": {"tenant_url": TENANT}, "run": {"where": "this-computer"}, "source": {"users": "u.csv"}}
    )
    path = tmp_path / "left.toml"
    write_plan(path, plan)
    facts = {
        "visited": ["place", "before", "scim", "tenant", "connection", "people"],
        "token_for": TENANT,
        "token_where": "keyring",
        "check": "ready",
        "check_for": TENANT,
    }
    draft.remember(path, "mappings", "InVision", facts)
    page = fresh(stage)
    offered = " ".join(label.text() for label in page.findChildren(QLabel) if label.isVisible())
    assert "Continue with InVision" in offered
    assert "Last at step 7, Attribute mappings." in offered
    page.resume.click()
    assert stage.frame.key_now == "mappings"
    assert stage.setup.plan == plan
    assert stage.setup.plan_path == path


def test_a_token_that_only_memory_held_is_asked_for_again(stage: Stage, tmp_path: Path) -> None:
    path = tmp_path / "left.toml"
    write_plan(path, a_plan(tenant_url=TENANT))
    draft.remember(path, "people", "InVision", {"token_for": TENANT, "token_where": "memory"})
    page = fresh(stage)
    page.resume.click()
    assert stage.frame.key_now == "tenant"


def test_a_broken_plan_is_told_on_the_page(stage: Stage, tmp_path: Path) -> None:
    page = fresh(stage)
    path = tmp_path / "broken.toml"
    path.write_text("version = 99\n")
    page.open_plan(str(path))
    assert page.problem is not None
    assert page.problem.remedy
    assert stage.frame.key_now == "place"


def test_a_saved_plan_is_opened_in_place_of_the_one_in_work(stage: Stage, tmp_path: Path) -> None:
    page = fresh(stage)
    path = tmp_path / "pilot.toml"
    write_plan(path, a_plan(profile="scim"))
    page.open_plan(str(path))
    assert radio(page, "Any SCIM 2.0 app").isChecked()
    assert radio(page, "This computer").isChecked()
    assert stage.setup.plan_path == path


def test_a_broken_profile_of_ones_own_hides_no_other(qtbot: QtBot, tmp_path: Path, data_folder: Path) -> None:
    (data_folder / "profiles").mkdir()
    (data_folder / "profiles" / "mine.toml").write_text("name = 3\n")
    page = fresh(Stage(qtbot, tmp_path))
    assert radio(page, "InVision").isEnabled()
    assert any("mine.toml" in notice.text for notice in page.findChildren(Notice))


# Before you start


def test_ticks_are_asked_for_counted_and_kept(stage: Stage) -> None:
    page = cast("BeforeYouStartPage", stage.open("before"))
    boxes = [row.box for row in page._rows]
    assert [box.accessibleName() for box in boxes] == [
        needed.text for needed in stage.setup.profile.prerequisites
    ]
    assert page.first_missing() is boxes[0]
    for box in boxes[:-1]:
        QTest.keyClick(box, Qt.Key.Key_Space)
    assert page.missing == "one tick"
    boxes[-1].click()
    assert page.missing == ""
    stage.press()
    assert stage.frame.key_now == "scim"
    left = draft.recall()
    assert left is not None
    assert set(left.facts["ticked"]) == {needed.text for needed in stage.setup.profile.prerequisites}
    assert page.describe() == [("Prerequisites", f"{len(boxes)} of {len(boxes)} confirmed")]


def test_a_click_on_the_text_ticks(stage: Stage) -> None:
    page = cast("BeforeYouStartPage", stage.open("before"))
    row = page._rows[0]
    QTest.mouseClick(row._text, Qt.MouseButton.LeftButton)
    assert row.box.isChecked()


def test_capabilities_are_those_of_the_profile(stage: Stage) -> None:
    page = stage.open("before")
    shown = {label.text() for label in page.findChildren(QLabel)}
    assert set(stage.setup.profile.capabilities) <= shown


def test_practice_needs_no_ticks(stage: Stage) -> None:
    stage.setup.plan.run.where = Place.PRACTICE
    page = stage.open("before")
    assert page.missing == ""
    assert any("nothing of this is needed" in each.text for each in page.findChildren(Notice))


# Turn SCIM on


def test_each_step_has_its_text_and_a_picture_with_words(stage: Stage) -> None:
    page = cast("TurnOnScimPage", stage.open("scim"))
    shown = {label.text() for label in page.findChildren(QLabel)}
    pictures = page.findChildren(PictureView)
    steps = stage.setup.profile.where_to_find
    assert len(pictures) == len(steps) == 4
    for step, picture in zip(steps, pictures, strict=True):
        assert {step.title, step.text} <= shown
        assert picture.is_valid
        # The drawing's own words, not only its title: they are what a blind person gets.
        assert len(picture.accessibleName()) > len(step.title) + 40


def test_another_apps_steps_take_their_place(stage: Stage) -> None:
    page = stage.open("scim")
    stage.setup.choose_app("scim")
    page.on_show()
    assert page.heading == "Turn SCIM on in the app"
    count = len(stage.setup.profile.where_to_find)
    stage.until(lambda: [each.isVisible() for each in page.findChildren(PictureView)] == [True] * count)


def test_it_may_be_passed_at_once(stage: Stage) -> None:
    stage.open("scim")
    stage.press()
    assert stage.frame.key_now == "tenant"


def test_a_broken_drawing_has_no_words(tmp_path: Path) -> None:
    path = tmp_path / "x.svg"
    path.write_text("<svg")
    assert words_of(path) == ""


def test_the_plan_of_a_real_setup_is_written_as_it_was_chosen(stage: Stage) -> None:
    page = fresh(stage)
    radio(page, "This computer").click()
    stage.press()
    assert read_plan(stage.setup.plan_path).run.where is Place.THIS_COMPUTER
