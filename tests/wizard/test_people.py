"""The page People: files read as soon as they are named, faults by line, nothing lost on a bad file."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from pytestqt.qtbot import QtBot

from app.setup.plan import Place
from app.setup.problem import Problem
from app.wizard.pages.people import PeoplePage
from app.wizard.pages.people_files import stored_path, tidy_path
from app.worker.messages import ColumnRow, Done, FaultRow, PeopleSummary, PracticeTenantReady, SignedIn
from tests.wizard.stage import TENANT, Stage

SUMMARY = PeopleSummary(
    users=120, groups=8, enabled=117, disabled=3, guests=2, without_mail=1, attributes=["mail"]
)

WHO = SignedIn(user="admin@contoso.com", tenant="t-1", tenant_name="Contoso", scopes=["Directory.Read.All"])


@pytest.fixture
def stage(qtbot: QtBot, tmp_path: Path) -> Stage:
    return Stage(qtbot, tmp_path)


def people_page(stage: Stage) -> PeoplePage:
    return cast("PeoplePage", stage.open("people"))


@pytest.mark.parametrize(
    ("pasted", "path"),
    [
        ('  "C:\\People\\users.csv" ', "C:\\People\\users.csv"),
        ("file:///home/ann/my%20users.csv", "/home/ann/my users.csv"),
        ("file:///C:/People/users.csv", "C:/People/users.csv"),
        ("users.csv", "users.csv"),
    ],
)
def test_a_pasted_path_is_repaired(pasted: str, path: str) -> None:
    assert tidy_path(pasted) == path


def test_a_file_beside_the_plan_is_kept_relative(tmp_path: Path) -> None:
    plan = tmp_path / "plan.toml"
    assert stored_path(str(tmp_path / "in" / "users.csv"), plan) == "in/users.csv"
    assert stored_path("/elsewhere/users.csv", plan) == "/elsewhere/users.csv"
    assert stored_path("  ", plan) is None


def test_the_plans_file_is_read_when_the_page_opens(stage: Stage) -> None:
    stage.worker.answers["read-people"] = lambda params, plan: SUMMARY
    page = people_page(stage)
    assert page.busy == "Reading users.csv..."
    stage.until(lambda: not page.busy)
    assert page.figures.text("users") == "120"
    assert "2 are guests" in page.remark.text()
    assert page.missing == ""
    assert stage.setup.facts["people"] is SUMMARY
    assert ("In the files", "120 people, 8 groups") in page.describe()
    stage.press()
    stage.until(lambda: stage.frame.key_now == "mappings")


def test_going_back_and_forth_does_not_read_again(stage: Stage) -> None:
    stage.worker.answers["read-people"] = lambda params, plan: SUMMARY
    page = people_page(stage)
    stage.until(lambda: not page.busy)
    stage.frame.resume_at("safety")
    stage.frame.resume_at("people")
    assert len(stage.worker.of("read-people")) == 1
    assert page.figures.text("groups") == "8"


def test_faults_are_listed_by_line_and_do_not_hold_one_up(stage: Stage) -> None:
    faults = [FaultRow(file="/x/users.csv", line=n, text=f"No userPrincipalName ({n}).") for n in (7, 19)]
    stage.worker.answers["read-people"] = lambda params, plan: SUMMARY.model_copy(update={"faults": faults})
    page = people_page(stage)
    stage.until(lambda: not page.busy)
    assert page.warning.text.startswith("2 rows could not be read. All others are used.")
    assert page.faults.rows.row(1).cells == ("users.csv", "19", "No userPrincipalName (19).")
    assert page.missing == ""
    page.faults.selectAll()
    assert page.faults.copied_text().splitlines()[0] == "users.csv\t7\tNo userPrincipalName (7)."


def test_a_file_that_cannot_be_read_says_why_and_can_be_tried_again(stage: Stage) -> None:
    problem = Problem("NO-FILE", "There is no file users.csv.", "", "Choose another.")
    stage.worker.answers["read-people"] = lambda params, plan: problem
    page = people_page(stage)
    stage.until(lambda: not page.busy)
    assert page.problem is problem
    assert page.missing == "a file of users that can be read"
    stage.press()
    assert stage.frame.key_now == "people"
    stage.worker.answers["read-people"] = lambda params, plan: SUMMARY
    page.retry.emit()
    stage.until(lambda: not page.busy)
    assert page.problem is None
    assert page.missing == ""


def test_only_the_newest_file_counts(stage: Stage) -> None:
    page = people_page(stage)
    page.users.choose("b.csv")
    page.users.choose("c.csv")
    first = stage.worker.calls[0]
    first.end(SUMMARY.model_copy(update={"users": 1}))
    stage.until(lambda: len(stage.worker.calls) == 2)
    assert stage.worker.calls[1].params["users"] == "c.csv"
    assert page.busy == "Reading c.csv..."
    stage.worker.calls[1].end(SUMMARY)
    assert page.figures.text("users") == "120"


def test_an_empty_field_is_missing_and_asks_nobody(stage: Stage) -> None:
    stage.setup.plan.source.users = None
    page = people_page(stage)
    assert page.missing == "the file of users"
    assert stage.worker.calls == []
    stage.press()
    assert stage.frame.focusWidget() is page.users.edit


def drop(page: PeoplePage, path: str) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(path)])
    page.dropEvent(
        QDropEvent(
            QPointF(QPoint(5, 5)),
            Qt.DropAction.CopyAction,
            data,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
    )


def test_files_can_be_dropped_anywhere_on_the_page(stage: Stage) -> None:
    page = people_page(stage)
    drop(page, "/downloads/exportUsers_2026.csv")
    drop(page, "/downloads/all-groups.csv")
    assert page.users.path == "/downloads/exportUsers_2026.csv"
    assert page.groups.path == "/downloads/all-groups.csv"
    assert stage.setup.plan.source.groups == "/downloads/all-groups.csv"


def tenant_page(stage: Stage) -> PeoplePage:
    """The page with the tenant chosen, and nobody signed in."""
    stage.worker.answers["read-people"] = lambda params, plan: SUMMARY
    page = people_page(stage)
    stage.until(lambda: not page.busy)
    page.tenant.click()
    stage.worker.of("entra-whoami")[-1].end(Problem("SIGN-IN-NEEDED", "Nobody."))
    return page


def test_the_tenant_is_read_once_somebody_is_signed_in(stage: Stage) -> None:
    page = tenant_page(stage)
    assert page.missing == "a sign-in to Microsoft Entra"
    assert (page.users.isVisible(), page.outcome.isVisible()) == (False, False)
    assert len(stage.worker.of("read-people")) == 1  # the file
    page.source.signing_in.browser.click()
    assert page.busy == "Waiting for the sign-in to be finished..."
    assert not page.source.cloud.isEnabled()
    stage.worker.of("entra-sign-in")[0].end(WHO)
    assert page.busy == "Reading the tenant..."
    stage.until(lambda: not page.busy)
    call = stage.worker.of("read-people")[1]
    assert call.params == {}
    assert call.plan is not None
    assert (call.plan.source.kind, call.plan.source.users) == ("entra", "users.csv")
    assert page.outcome.title.text() == "What the tenant holds"
    assert page.figures.text("users") == "120"
    assert page.describe() == [("People of the tenant", "Contoso"), ("In the tenant", "120 people, 8 groups")]
    assert "asks to read, and" not in page.source.signing_in.who.text()
    stage.press()
    stage.until(lambda: stage.frame.key_now == "mappings")


def test_a_tenant_that_cannot_be_read_holds_one_up(stage: Stage) -> None:
    problem = Problem("GRAPH", "The tenant could not be read.", "", "Try later.")
    page = tenant_page(stage)
    stage.worker.answers["read-people"] = lambda params, plan: problem
    page.source.signing_in.device.click()
    stage.worker.of("entra-sign-in")[0].end(WHO)
    stage.until(lambda: page.problem is problem)
    assert page.missing == "a tenant that can be read"
    page.csv.click()
    stage.worker.answers["read-people"] = lambda params, plan: SUMMARY
    assert page.users.path == "users.csv"
    assert page.problem is None


def test_signing_out_or_another_tenant_forgets_what_was_read(stage: Stage) -> None:
    page = tenant_page(stage)
    page.source.signing_in.browser.click()
    stage.worker.of("entra-sign-in")[0].end(WHO)
    stage.until(lambda: not page.busy)
    page.source.cloud.tenant.setText("fabrikam.com")
    page.source.cloud.tenant.editingFinished.emit()
    assert page.missing == "a sign-in to Microsoft Entra"
    assert not page.outcome.isVisible()
    stage.worker.of("entra-whoami")[-1].end(WHO)  # of an earlier time
    stage.until(lambda: page.figures.isVisible())
    page.source.signing_in.out.click()
    stage.worker.of("entra-sign-out")[0].end(Done())
    assert (page.missing, page.outcome.isVisible()) == ("a sign-in to Microsoft Entra", False)


def test_the_practice_tenant_brings_people_and_leaves_the_app_alone(stage: Stage) -> None:
    page = tenant_page(stage)
    choice = page.source.cloud.cloud
    choice.setCurrentIndex(choice.findData("practice"))
    choice.activated.emit(choice.currentIndex())
    assert not page.source.signing_in.browser.isVisible()
    page.source.signing_in.practice.click()
    ready = PracticeTenantReady(graph="http://127.0.0.1:5001", tenant_url="http://127.0.0.1:5002/scim/v2")
    stage.worker.of("practice-tenant")[0].end(ready)
    stage.worker.of("entra-sign-in")[0].end(WHO)
    stage.until(lambda: not page.busy)
    assert stage.setup.plan.entra.graph == ready.graph
    assert stage.setup.plan.app.tenant_url == TENANT
    assert stage.setup.missing("connection") == ""
    stage.worker.died.emit("gone")
    assert stage.setup.missing("people") == "a sign-in to Microsoft Entra"


def test_practice_stays_with_its_sample_files(stage: Stage) -> None:
    stage.setup.plan.source.kind = "entra"
    stage.setup.choose_place(Place.PRACTICE)
    page = people_page(stage)
    assert page.csv.isChecked()
    assert not page.tenant.isEnabled()
    assert "sample files" in page.tenant.accessibleDescription()


def test_each_column_is_shown_as_it_was_understood(stage: Stage) -> None:
    columns = [
        ColumnRow(heading="User name", attribute="userPrincipalName", sample="ann@contoso.com"),
        ColumnRow(
            heading="Block sign in", attribute="accountEnabled", meaning="yes means blocked", sample="No"
        ),
        ColumnRow(heading="Shoe size", attribute=""),
    ]
    stage.worker.answers["read-people"] = lambda params, plan: SUMMARY.model_copy(update={"columns": columns})
    page = people_page(stage)
    stage.until(lambda: not page.busy)
    rows = page.columns.table.rows
    assert [rows.row(place).cells for place in range(rows.rowCount())] == [
        ("Block sign in", "accountEnabled: yes means blocked", "No"),
        ("User name", "userPrincipalName", "ann@contoso.com"),
        ("Shoe size", "not read", ""),
    ]
    assert page.columns.everybody.isHidden()


def test_a_file_that_does_not_say_who_is_enabled_is_asked_about_once(stage: Stage) -> None:
    silent = SUMMARY.model_copy(update={"enabled": 0, "disabled": 0})
    stage.worker.answers["read-people"] = lambda params, plan: silent
    page = people_page(stage)
    stage.until(lambda: not page.busy)
    assert page.missing == "a file that says who is enabled"
    assert "does not say who is enabled" in page.columns.question.text
    page.columns.everybody.click()
    assert page.missing == ""
    assert page.setup.plan.source.without_account_enabled == "enabled"
    page.columns.everybody.click()
    assert page.missing
    assert page.setup.plan.source.without_account_enabled == ""
