"""The page Scope: assigning, filters in words, and a count that follows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.setup.plan import Clause, Operator, ScopingFilter, SetupPlan
from app.setup.problem import Problem
from app.wizard.pages.scope import ScopePage
from app.wizard.parts.people_model import PORTION
from app.worker.messages import (
    CycleSummary,
    PeoplePage,
    PeopleSummary,
    PersonRow,
    PracticeReady,
    ScopeCount,
    ScopePerson,
    StatusReport,
)
from tests.wizard.stage import Stage

EVERYBODY = 100_000


def person(place: int) -> PersonRow:
    return PersonRow(kind="user", id=str(place), name=f"p{place:06}@contoso.com")


def list_people(params: dict[str, Any], plan: SetupPlan | None) -> PeoplePage:
    """A directory of 100,000, searched by the digits of a name."""
    found = [place for place in range(EVERYBODY) if params["search"] in f"p{place:06}@contoso.com"]
    begin = params["offset"]
    return PeoplePage(rows=[person(n) for n in found[begin : begin + params["limit"]]], total=len(found))


def count_scope(params: dict[str, Any], plan: SetupPlan | None) -> ScopeCount:
    assert plan is not None
    inside = EVERYBODY if plan.scope.who == "all" else len(plan.scope.assigned)
    people = [
        ScopePerson(name="p000001@contoso.com", in_scope=True, reason="In scope: assigned."),
        ScopePerson(name="p000002@contoso.com", in_scope=False, reason="Out of scope: not assigned."),
    ]
    return ScopeCount(in_scope=inside, out_of_scope=EVERYBODY - inside, people=people)


@pytest.fixture
def stage(qtbot: QtBot, tmp_path: Path) -> Stage:
    made = Stage(qtbot, tmp_path)
    made.setup.facts["people"] = PeopleSummary(
        users=EVERYBODY, groups=0, attributes=["department", "userType"]
    )
    made.worker.answers.update({"list-people": list_people, "count-scope": count_scope})
    return made


def scope_page(stage: Stage) -> ScopePage:
    page = cast("ScopePage", stage.open("scope"))
    stage.until(lambda: page.people.model.rowCount() > 0 and "scope_count" in stage.setup.facts)
    return page


def test_a_list_of_a_hundred_thousand_fetches_only_what_is_looked_at(stage: Stage) -> None:
    page = scope_page(stage)
    model, view = page.people.model, page.people.everyone
    assert model.rowCount() == EVERYBODY
    view.scrollToBottom()
    stage.until(lambda: model.row(EVERYBODY - 1) == person(EVERYBODY - 1))
    offsets = {call.params["offset"] for call in stage.worker.of("list-people")}
    assert len(offsets) <= 4
    assert EVERYBODY - PORTION in offsets


def test_people_are_searched_assigned_and_taken_out_by_keyboard(stage: Stage) -> None:
    page = scope_page(stage)
    QTest.keyClicks(page.people.search, "099999")
    stage.until(lambda: page.people.model.rowCount() == 1)
    QTest.keyClick(page.people.everyone, Qt.Key.Key_Return)
    assert stage.frame.key_now == "scope"
    assert stage.setup.plan.scope.assigned == ["user:ann@contoso.com", "user:p099999@contoso.com"]
    QTest.keyClick(page.people.everyone, Qt.Key.Key_Return)
    assert len(page.people.assigned) == 2
    stage.until(lambda: page.count.text() == "2 people are in scope, 99,998 people are not.")
    page.people.chosen.setCurrentRow(0)
    QTest.keyClick(page.people.chosen, Qt.Key.Key_Delete)
    assert stage.setup.plan.scope.assigned == ["user:p099999@contoso.com"]
    assert ("Who", "only assigned: p099999@contoso.com") in page.describe()


def test_nobody_assigned_cannot_go_on(stage: Stage) -> None:
    stage.setup.plan.scope.assigned = []
    page = scope_page(stage)
    assert page.missing == "at least one person or group"
    stage.press()
    assert stage.frame.key_now == "scope"
    assert stage.frame.focusWidget() is page.people.search
    assert page.people.assigned == []  # whom to begin with is for the person to say


def test_practice_starts_small_by_itself(stage: Stage) -> None:
    stage.setup.plan.scope.assigned = []
    stage.setup.plan.run.where = "practice"  # type: ignore[assignment]
    ready = PracticeReady(tenant_url=stage.setup.plan.app.tenant_url, users_file="u.csv", groups_file="")
    stage.setup.facts["practice"] = ready
    page = scope_page(stage)
    stage.until(lambda: len(page.people.assigned) == 2)
    assert page.missing == ""


def test_everyone_is_warned_about_and_needs_no_assignment(stage: Stage) -> None:
    page = scope_page(stage)
    page.all.setChecked(True)
    assert not page.tabs.isTabVisible(0)
    assert "Everyone in the files will be provisioned" in page.advice.text
    stage.until(lambda: page.count.text().startswith("100,000 people are in scope"))
    assert stage.setup.plan.scope.who == "all"


def test_a_filter_says_what_it_lacks_where_it_lacks_it(stage: Stage) -> None:
    page = scope_page(stage)
    page.filters.add_filter()
    assert page.missing == "a correction in the filter “Filter 1”"
    row = page.filters.cards[0].rows[0]
    offered = [row.attribute.itemText(n) for n in range(row.attribute.count())]
    assert offered == ["department"]  # userType cannot be used in a scoping filter
    row.attribute.setCurrentText("department")
    stage.press()
    assert row.fault.text() == "Type the value to compare department with."
    assert stage.frame.focusWidget() is row.value
    QTest.keyClicks(row.value, "Sales")
    assert row.fault.text() == ""
    assert page.missing == ""
    assert page.filters.sentence.text() == 'Assigned people are in scope when department is exactly "Sales".'
    assert stage.setup.plan.scope.filters[0].clauses[0].value == "Sales"


def test_conditions_join_with_and_filters_with_or(stage: Stage) -> None:
    clause = Clause(attribute="department", operator=Operator.EQUALS, value="Sales")
    stage.setup.plan.scope.filters = [ScopingFilter(name="A", clauses=[clause])]
    page = scope_page(stage)
    page.filters.cards[0].add_clause()
    second = page.filters.cards[0].rows[1]
    second.attribute.setCurrentText("mail")
    second.operator.setCurrentIndex(second.operator.findText("is empty (IS NULL)"))
    assert second.clause.operator == Operator.IS_NULL
    assert not second.value.isEnabled()
    page.filters.add_filter()
    assert " and mail is empty" in page.filters.sentence.text()
    assert ", or when " in page.filters.sentence.text()
    page.filters.cards[1].remove.click()
    page.filters.cards[0].rows[0].remove.click()
    assert [one.attribute for one in page.filters.filters[0].clauses] == ["mail"]


def test_the_list_tells_who_is_in_and_out_and_why(stage: Stage) -> None:
    page = scope_page(stage)
    assert page.list.table.rows.row(0).cells == ("In", "p000001@contoso.com", "Assigned.")
    page.list.which.setCurrentIndex(2)
    assert page.list.table.rows.row(0).cells == ("Out", "p000002@contoso.com", "Not assigned.")
    assert page.list.cut.text() == "2 of 100,000 people are named here."


def test_a_count_that_fails_is_told(stage: Stage) -> None:
    page = scope_page(stage)
    problem = Problem("SCOPE", "The filter cannot be used.")
    stage.worker.answers["count-scope"] = lambda params, plan: problem
    page.all.setChecked(True)
    stage.until(lambda: page.problem is problem)
    assert page.count.text() == ""


def test_every_operator_of_microsofts_is_offered(stage: Stage) -> None:
    reference = Path(__file__).parents[3] / "shared" / "reference" / "scoping_operators.json"
    known = {one["ui"].upper(): one for one in json.loads(reference.read_text("utf-8"))["operators"]}
    page = scope_page(stage)
    page.filters.add_filter()
    offered = page.filters.cards[0].rows[0].operator
    operators = [Operator(offered.itemData(place)) for place in range(offered.count())]
    assert sorted(operator.value.upper() for operator in operators) == sorted(known)
    for operator in operators:
        assert operator.takes_value == (known[operator.value.upper()]["arity"] == "Binary")


def test_a_row_tells_first_what_is_that_persons_own(stage: Stage) -> None:
    clause = "\"Sales\" needs department EQUALS 'Sales', but department is 'Legal'"
    kept_out = ScopePerson(
        name="li@contoso.com", in_scope=False, reason=f"Out of scope: no filter lets them in: {clause}."
    )
    stage.worker.answers["count-scope"] = lambda _, __: ScopeCount(
        in_scope=0, out_of_scope=1, people=[kept_out]
    )
    page = scope_page(stage)
    assert page.list.table.rows.row(0).cells[2] == "No filter fits: department is 'Legal'"
    assert clause in page.list.detail.text()


def test_the_whole_reason_of_the_current_person_is_shown(stage: Stage) -> None:
    page = scope_page(stage)
    assert page.list.detail.text() == "p000001@contoso.com: In scope: assigned."
    page.list.table.selectRow(1)
    assert page.list.detail.text() == "p000002@contoso.com: Out of scope: not assigned."
    page.list.show_count(None)
    assert page.list.detail.text() == ""


def test_another_scope_says_beforehand_that_all_begins_anew(stage: Stage) -> None:
    said = StatusReport(
        state="idle", sentence="", next_kind="initial", next_why="The scope was changed.", last=CycleSummary()
    )
    stage.worker.answers["status"] = lambda params, plan: said
    assert stage.setup.save() is None
    page = scope_page(stage)
    page.all.setChecked(True)

    def asked_of_everyone() -> bool:
        plans = [call.plan for call in stage.worker.of("status")]
        return bool(plans) and plans[-1] is not None and plans[-1].scope.who == "all"

    stage.until(asked_of_everyone)
    stage.until(lambda: "The scope was changed." in page.next_cycle.text)
