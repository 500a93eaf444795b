"""Enterprise app, mappings, scope and safety with Microsoft Entra."""

from __future__ import annotations

from typing import cast

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox

from app.setup.problem import Problem
from app.wizard.pages.entra.enterprise_app import EnterpriseAppPage
from app.wizard.pages.entra.mappings import EntraMappingsPage
from app.wizard.pages.entra.safety import EntraSafetyPage
from app.wizard.pages.entra.scope import EntraScopePage
from app.wizard.pages.mapping_table import Column
from app.worker.messages import (
    AppChoices,
    AssignedList,
    AssignedRow,
    Done,
    ExistingChoice,
    GalleryChoice,
    PeoplePage,
    PersonRow,
)
from tests.wizard.stage import Stage

NEW = GalleryChoice(
    id="tpl", name="InVision", publisher="InVision", provisioning=True, deprecated="2025-01-01"
)
OTHER = GalleryChoice(id="tpl2", name="InVision Studio")
THERE = ExistingChoice(id="sp-1", app_id="app-1", name="InVision for designers", enabled=False)
FOUND = AppChoices(gallery=[OTHER, NEW], existing=[THERE], advice="A separate app is advised.")
PEOPLE = PeoplePage(
    rows=[
        PersonRow(kind="user", id="1", name="Ann Nilsson", detail="ann@contoso.com"),
        PersonRow(kind="user", id="2", name="Bo Lund", detail="bo@contoso.com (blocked from signing in)"),
        PersonRow(kind="group", id="3", name="Designers", detail="All who draw"),
    ],
    total=900,
)


@pytest.fixture
def stage(stage: Stage) -> Stage:
    stage.worker.answers.update(
        {"entra-find-apps": lambda params, plan: FOUND, "entra-search": lambda params, plan: PEOPLE}
    )
    return stage


def app_page(stage: Stage) -> EnterpriseAppPage:
    page = cast("EnterpriseAppPage", stage.open("people"))
    stage.until(lambda: page.table.rows.rowCount() > 0)
    return page


def test_a_new_app_of_the_profile_or_one_that_is_there(stage: Stage) -> None:
    stage.setup.plan.entra.application_name = ""
    page = app_page(stage)
    assert stage.worker.of("entra-find-apps")[0].params == {"search": "InVision"}
    # Another app of the gallery goes with another profile, so it is not offered.
    assert [page.table.rows.row(at).cells for at in range(2)] == [
        ("In the tenant", "InVision for designers", "", "There already, and switched off"),
        ("Add new", "InVision", "InVision", "Given up since 2025-01-01"),
    ]
    assert page.table.currentIndex().row() == 1
    assert page.advice.text == "A separate app is advised."
    chosen = stage.setup.plan.entra
    assert (chosen.application, chosen.application_name) == ("", "InVision SCIM")
    page.name.clear()
    QTest.keyClicks(page.name, "InVision test")
    assert chosen.application_name == "InVision test"
    assert page.describe() == [("Enterprise app", "InVision test (added new)")]
    page.table.selectRow(0)
    assert not page.name_field.isVisible()
    assert (chosen.application, chosen.application_name) == ("sp-1", "InVision for designers")
    page.on_show()
    stage.until(lambda: page.table.currentIndex().row() == 0)
    assert chosen.application == "sp-1"


def test_a_search_without_an_answer_can_be_made_again(stage: Stage) -> None:
    page = app_page(stage)
    stage.worker.answers["entra-find-apps"] = lambda params, plan: Problem("GRAPH", "No answer.")
    QTest.keyClicks(page.search, "x")
    stage.until(lambda: page.problem is not None)
    stage.worker.answers["entra-find-apps"] = lambda params, plan: AppChoices(existing=[THERE])
    page.strip.problem.again.click()
    stage.until(lambda: page.problem is None and page.line.text() == "2 apps.")  # the new one stays on offer


def test_people_of_the_tenant_are_assigned_by_their_sign_in_names(stage: Stage) -> None:
    stage.setup.plan.scope.assigned = []
    page = cast("EntraScopePage", stage.open("scope"))
    assert page.missing == "at least one person or group"
    stage.until(lambda: page.people.model.rowCount() == 3)  # what was found, not all 900
    assert page.people.count.text().startswith("The first 3 of 900 matches: type on")
    assert stage.worker.of("entra-search")[0].params == {"text": "", "kind": ""}
    page.people.everyone.selectAll()
    page.people.assign_selected()
    page.apply()
    assert stage.setup.plan.scope.assigned == [
        "user:ann@contoso.com",
        "user:bo@contoso.com",
        "group:Designers",
    ]
    assert page.missing == ""
    page.all.setChecked(True)
    assert "Everybody in the tenant" in page.advice.text
    assert page.describe()[0] == ("Who", "everybody in the tenant")


def test_who_is_assigned_in_the_tenant_is_shown_for_an_app_that_is_there(stage: Stage) -> None:
    page = cast("EntraScopePage", stage.open("scope"))
    assert not page.tabs.isTabVisible(3)
    assert stage.worker.of("entra-assigned") == []
    stage.setup.plan.entra.application = "sp-1"
    row = AssignedRow(id="a", kind="user", name="Ann Nilsson", principal="1", role="r-1")
    stage.worker.answers["entra-assigned"] = lambda params, plan: AssignedList(
        rows=[row], roles={"r-1": "User"}, sentence="1 is."
    )
    page.on_show()
    assert page.tabs.isTabVisible(3)
    stage.until(lambda: page.now.table.rows.rowCount() == 1)
    assert page.now.table.rows.row(0).cells == ("Ann Nilsson", "User", "User")


def test_mappings_offer_the_tenants_attributes_and_say_what_is_written(stage: Stage) -> None:
    page = cast("EntraMappingsPage", stage.open("mappings"))
    assert not page.person.isVisible()
    assert page.table.isColumnHidden(Column.RESULT)
    assert "initial cycle" in page.written.text
    assert {"department", "employeeId", "SingleAppRoleAssignment"} <= set(page.attributes())
    stage.setup.plan.source.users = "users.csv"  # left from when the plan ran on this computer
    page.on_show()
    assert stage.worker.of("preview-person") == []
    assert stage.worker.of("status") == []


def test_safety_asks_only_what_microsofts_service_can_be_told(stage: Stage) -> None:
    page = cast("EntraSafetyPage", stage.open("safety"))
    assert "enter one above" in page.warning.text()
    QTest.keyClicks(page.address, "it@contoso.com")
    assert page.warning.text() == ""
    assert not page.days_row.isVisible()
    assert not page.every_row.isVisible()
    assert not page.notifications.server.isVisible()
    assert "azure-noreply@microsoft.com" in page.notifications.who_sends.text()
    assert "30 days" in page.delete_box.text()
    assert "Deleted after" not in dict(page.describe())


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_an_assignment_is_removed_only_when_that_is_confirmed(stage: Stage) -> None:
    stage.setup.plan.entra.application = "sp-1"
    row = AssignedRow(id="a-7", kind="user", name="Ann Nilsson", principal="1")
    stage.worker.answers["entra-assigned"] = lambda params, plan: AssignedList(rows=[row], sentence="1 is.")
    page = cast("EntraScopePage", stage.open("scope"))
    stage.until(lambda: page.now.remove.isEnabled())

    def answer(words: str) -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        next(button for button in box.buttons() if button.text() == words).click()

    QTimer.singleShot(0, lambda: answer("&Keep it"))
    page.now.remove.click()
    assert stage.worker.of("entra-unassign") == []
    QTimer.singleShot(0, lambda: answer("&Remove"))
    page.now.remove.click()
    (call,) = stage.worker.of("entra-unassign")
    assert call.params == {"id": "a-7"}
    stage.worker.answers["entra-assigned"] = lambda params, plan: AssignedList(sentence="0 are.")
    call.end(Done(sentence="Removed."))
    stage.until(lambda: page.now.sentence.text() == "Removed. 0 are.")
    assert not page.now.remove.isEnabled()


def test_app_roles_land_in_the_plan(stage: Stage) -> None:
    page = cast("EntraScopePage", stage.open("scope"))
    QTest.keyClicks(page.roles.role, "Editor")
    QTest.keyClicks(page.roles.add, "Editor, Viewer ,, Editor")
    chosen = stage.setup.plan.entra
    assert (chosen.role, chosen.add_roles) == ("Editor", ["Editor", "Viewer"])
    assert ("Roles to add", "Editor and Viewer") in page.describe()
    page.on_show()
    assert page.roles.add.text() == "Editor, Viewer"


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_the_mappings_of_before_are_put_back_when_that_is_confirmed(stage: Stage) -> None:
    page = cast("EntraMappingsPage", stage.open("mappings"))
    assert not page.put_back.isVisible()
    stage.setup.plan.entra.application = "sp-1"
    page.on_show()
    stage.until(page.put_back.isVisible)

    def answer(words: str) -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        next(button for button in box.buttons() if button.text() == words).click()

    QTimer.singleShot(0, lambda: answer("&Keep them"))
    page.put_back.click()
    assert stage.worker.of("entra-restore-schema") == []
    QTimer.singleShot(0, lambda: answer("&Put back"))
    page.put_back.click()
    stage.worker.of("entra-restore-schema")[0].end(Done(sentence="They are back."))
    assert (page.written.text, page.busy) == ("They are back.", "")
