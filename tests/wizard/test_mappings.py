"""The page Attribute mappings and its editor: rows, refusals, live check and preview."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.setup.plan import AttributeMapping, SetupPlan
from app.setup.problem import Problem
from app.wizard.pages.expression_field import tidy_expression
from app.wizard.pages.mapping_editor import MappingEditor
from app.wizard.pages.mapping_table import Column
from app.wizard.pages.mappings import MappingsPage
from app.worker.messages import (
    CycleSummary,
    ExpressionReport,
    FunctionList,
    FunctionRow,
    MappedValue,
    PeoplePage,
    PeopleSummary,
    PersonPreview,
    PersonRow,
    StatusReport,
)
from tests.wizard.stage import Stage


def check(params: dict[str, Any], plan: SetupPlan | None) -> ExpressionReport:
    """What the worker would say: everything is right but what has ``wrong`` in it."""
    text = params["expression"]
    if "wrong" in text:
        return ExpressionReport(
            ok=False, line=1, column=3, message="There is no such function.", caret=f"{text}\n  ^"
        )
    return ExpressionReport(ok=True, value=f"<{text}>")


def preview(params: dict[str, Any], plan: SetupPlan | None) -> PersonPreview:
    assert plan is not None
    rows = plan.mappings.users or []
    values = [MappedValue(target=row.target, value="changed") for row in rows]
    values = values or [
        MappedValue(target="userName", value="ann@contoso.com"),
        MappedValue(target="active", error="IsSoftDeleted is empty."),
    ]
    return PersonPreview(name=params["person"] or "ann@contoso.com", in_scope=True, values=values)


# Of the offscreen platform, whenever a second window opens; none of it says anything about the pages.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def stage(qtbot: QtBot, tmp_path: Path) -> Stage:
    made = Stage(qtbot, tmp_path)
    made.setup.facts["people"] = PeopleSummary(users=2, groups=0, attributes=["mail", "givenName"])
    functions = [FunctionRow(name="Left", signature="Left(source, n)", summary="The first characters.")]
    made.worker.answers.update(
        {
            "check-expression": check,
            "preview-person": preview,
            "list-functions": lambda params, plan: FunctionList(functions=functions),
        }
    )
    return made


@pytest.fixture
def page(stage: Stage) -> MappingsPage:
    page = cast("MappingsPage", stage.open("mappings"))
    stage.until(lambda: page.person.person != "" and "functions" in stage.setup.facts)
    return page


def cell(page: MappingsPage, row: int, column: Column) -> str:
    return str(page.model.index(row, column).data())


def opened(page: MappingsPage) -> MappingEditor:
    assert page._editor is not None
    return page._editor


def test_the_table_shows_the_profiles_rows_and_what_they_give(page: MappingsPage) -> None:
    assert cell(page, 0, Column.TARGET) == "userName"
    assert cell(page, 0, Column.FILTERING) == "Yes"
    assert cell(page, 0, Column.SOURCE) == "[userPrincipalName]"
    assert cell(page, 0, Column.MATCHING) == "1"
    assert cell(page, 0, Column.RESULT) == "ann@contoso.com"
    assert cell(page, 1, Column.FILTERING) == "No"
    assert page.remarks.person.text() == "active for ann@contoso.com: IsSoftDeleted is empty."
    assert page.missing == ""
    assert not page.tabs.isVisible()


def test_rows_as_the_profile_has_them_are_not_repeated_in_the_plan(stage: Stage, page: MappingsPage) -> None:
    page.apply()
    assert stage.setup.plan.mappings.users is None
    assert ("Matched by", "userName") in page.describe()


def test_a_row_is_edited_checked_and_previewed(stage: Stage, page: MappingsPage) -> None:
    page.table.selectRow(3)
    page.edit()
    editor = opened(page)
    stage.until(lambda: editor.expression.good is True)
    editor.expression.edit.setPlainText("ToUpper([givenName])")
    stage.until(lambda: "<ToUpper([givenName])>" in editor.expression.result.text())
    editor.accept()
    assert cell(page, 3, Column.SOURCE) == "ToUpper([givenName])"
    rows = stage.setup.plan.mappings.users
    assert rows is not None
    assert rows[3].source == "ToUpper([givenName])"
    stage.until(lambda: cell(page, 3, Column.RESULT) == "changed")
    assert ("User attributes", "5 rows, changed by you") in page.describe()
    page.reset()
    assert stage.setup.plan.mappings.users is None
    assert cell(page, 3, Column.SOURCE) == "[givenName]"


def test_a_fault_is_shown_at_its_spot_and_keeps_the_editor_open(stage: Stage, page: MappingsPage) -> None:
    page.table.selectRow(3)
    page.edit()
    editor = opened(page)
    stage.until(lambda: editor.expression.good is True)
    editor.expression.edit.setPlainText("wrong(1)")
    editor.accept()  # still being checked: it waits
    stage.until(lambda: editor.expression.good is False)
    assert editor.isVisible()
    assert editor.expression.fault.text() == "Line 1, column 3: There is no such function."
    assert editor.expression.caret.text().endswith("\n  ^")
    marked = editor.expression.edit.extraSelections()
    assert [one.cursor.selectedText() for one in marked] == ["o"]
    editor.expression.edit.setPlainText("[mail]")
    assert editor.expression.edit.extraSelections() == []
    editor.accept()
    stage.until(lambda: page._editor is None)
    assert cell(page, 3, Column.SOURCE) == "[mail]"


def test_typing_asks_once_after_a_pause(stage: Stage, page: MappingsPage) -> None:
    page.table.selectRow(3)
    page.edit()
    editor = opened(page)
    stage.until(lambda: editor.expression.good is True)
    before = len(stage.worker.of("check-expression"))
    editor.expression.edit.clear()
    QTest.keyClicks(editor.expression.edit, "[mail]")
    stage.until(lambda: editor.expression.good is True)
    assert len(stage.worker.of("check-expression")) == before + 1
    editor.reject()


def test_a_person_whose_value_fails_does_not_forbid_the_expression(stage: Stage, page: MappingsPage) -> None:
    stage.worker.answers["check-expression"] = lambda params, plan: ExpressionReport(
        ok=False, message="Ann has no department."
    )
    page.table.selectRow(3)
    page.edit()
    editor = opened(page)
    stage.until(lambda: bool(editor.expression.fault.text()))
    assert editor.expression.fault.text() == "For ann@contoso.com: Ann has no department."
    editor.accept()
    assert not editor.isVisible()


def test_matching_by_what_cannot_be_filtered_on_is_refused_with_the_reason(
    stage: Stage, page: MappingsPage
) -> None:
    page.table.selectRow(3)
    page.edit()
    editor = opened(page)
    stage.until(lambda: editor.expression.good is True)
    editor.matching.setChecked(True)
    assert "does not support filtering on name.givenName" in editor.matching_note.text()
    assert editor.precedence.value() == 2
    editor.accept()
    assert editor.isVisible()
    editor.matching.setChecked(False)
    editor.accept()
    assert not editor.isVisible()


def test_a_plan_by_hand_that_matches_so_cannot_go_on(stage: Stage) -> None:
    stage.setup.plan.mappings.users = [
        AttributeMapping(target="userName", source="[userPrincipalName]", matching=1),
        AttributeMapping(target="active", source='"True"', matching=2),
    ]
    page = cast("MappingsPage", stage.open("mappings"))
    assert page.remarks.refusal.text.startswith(
        "Row 2 (active): The profile “InVision” does not support filtering"
    )
    assert page.missing == "a correction in row 2 (active)"
    stage.press()
    assert stage.frame.key_now == "mappings"


def test_a_new_row_offers_what_is_not_filled_yet_and_repairs_a_bare_name(
    stage: Stage, page: MappingsPage
) -> None:
    assert stage.setup.save() is None  # only a saved plan can have run
    page.table.selectRow(4)
    page.remove()
    page.add()
    editor = opened(page)
    assert [editor.target.itemText(n) for n in range(editor.target.count())] == ["name.familyName"]
    editor.accept()
    assert editor.fault.text() == "Choose the attribute of the app that this row fills."
    assert editor.focusWidget() in {editor.target, editor.target.lineEdit()}
    editor.target.setCurrentText("name.familyName")
    editor.expression.edit.setPlainText("GivenName")
    stage.until(editor.isActiveWindow)
    editor.expression.edit.setFocus()
    editor.default.setFocus()
    stage.until(lambda: editor.expression.text == "[givenName]")
    editor.accept()
    stage.until(lambda: page._editor is None)
    assert cell(page, 4, Column.SOURCE) == "[givenName]"


def test_the_row_that_everything_hangs_on_stays(page: MappingsPage) -> None:
    page.table.selectRow(0)
    QTest.keyClick(page.table, Qt.Key.Key_Delete)
    page.remove()
    assert page.model.rowCount() == 5
    assert "userName" in page.remarks.refusal.text


def test_a_function_is_put_in_with_the_caret_between_its_brackets(page: MappingsPage) -> None:
    page.add()
    editor = opened(page)
    editor.functions.search.setText("first")
    editor.functions.insert.click()
    editor.expression.edit.insertPlainText("[mail], 3")
    assert editor.expression.text == "Left([mail], 3)"
    editor.functions.search.setText("nothing like it")
    assert not editor.functions.insert.isEnabled()
    editor.reject()


def test_another_person_can_be_chosen_by_typing(stage: Stage, page: MappingsPage) -> None:
    rows = [PersonRow(kind="user", id="2", name="bo@contoso.com")]
    stage.worker.answers["list-people"] = lambda params, plan: PeoplePage(rows=rows, total=1)
    page.person.edit.setFocus()
    page.person.edit.selectAll()
    QTest.keyClicks(page.person.edit, "bo@contoso.com")
    stage.until(lambda: page.person._names.rowCount() == 1)
    page.person._completer.popup().hide()
    page.person.edit.editingFinished.emit()
    stage.until(lambda: stage.worker.of("preview-person")[-1].params["person"] == "bo@contoso.com")
    page.person.edit.setText("nobody of this name")
    page.person.edit.editingFinished.emit()
    assert page.person.edit.text() == "bo@contoso.com"


def test_a_preview_that_fails_is_told_and_tried_again(stage: Stage) -> None:
    problem = Problem("EXPRESSION", "Row 2 cannot be read.")
    stage.worker.answers["preview-person"] = lambda params, plan: problem
    page = cast("MappingsPage", stage.open("mappings"))
    stage.until(lambda: page.problem is problem)
    stage.worker.answers["preview-person"] = preview
    page.retry.emit()
    stage.until(lambda: page.person.person == "ann@contoso.com")
    assert page.problem is None


def test_groups_have_a_table_of_their_own(stage: Stage) -> None:
    stage.setup.choose_app("scim")
    page = cast("MappingsPage", stage.open("mappings"))
    assert page.tabs.isVisible()
    page.tabs.setCurrentIndex(1)
    assert page.kind == "groups"
    assert cell(page, 0, Column.TARGET) == "displayName"
    assert page.remarks.refusal.text == ""


def test_only_a_known_bare_name_is_taken_as_an_attribute() -> None:
    assert tidy_expression(" Mail ", ["mail"]) == "[mail]"
    assert tidy_expression("Sales", ["mail"]) == "Sales"
    assert tidy_expression("[mail]", ["mail"]) == "[mail]"


def test_the_list_of_names_leaves_a_half_typed_word_alone(stage: Stage, page: MappingsPage) -> None:
    page.edit()
    editor = page.findChild(MappingEditor)
    assert editor is not None
    edit = editor.expression.edit
    edit.setPlainText("")
    editor.activateWindow()
    edit.setFocus()
    stage.until(edit.hasFocus)
    QTest.keyClicks(edit, "mail")
    completer = editor.expression.completer
    assert completer.names == ["mail"]
    assert edit.toPlainText() == "mail"
    QTest.keyClick(completer.popup, Qt.Key.Key_Escape)
    editor.functions.search.setFocus()
    stage.until(lambda: edit.toPlainText() == "[mail]")
    editor.reject()


def test_traps_in_the_rows_and_what_is_never_cleared_are_told(stage: Stage, page: MappingsPage) -> None:
    warnings = ["title: Switch may blank it.", "a: x", "b: y", "Empty values are never sent: (title)."]
    stage.worker.answers["preview-person"] = lambda params, plan: PersonPreview(
        name="ann@contoso.com", in_scope=True, warnings=warnings
    )
    page._preview()
    remarks = page.remarks
    stage.until(lambda: bool(remarks.traps.text))
    assert remarks.traps.text.splitlines() == [*warnings[:2], "And 1 remark more: edit the rows to see them."]
    assert remarks.clearing.text() == warnings[3]


def test_a_changed_mapping_says_beforehand_that_all_begins_anew(stage: Stage, page: MappingsPage) -> None:
    said = StatusReport(
        state="idle",
        sentence="",
        next_kind="initial",
        next_why="The mappings were changed.",
        last=CycleSummary(cycle=3),
    )
    stage.worker.answers["status"] = lambda params, plan: said
    assert stage.setup.save() is None  # only a saved plan can have run
    page.table.selectRow(4)
    page.remove()
    stage.until(lambda: bool(page.remarks.next_cycle.text))
    text = page.remarks.next_cycle.text
    assert text.startswith("The next cycle will be an initial cycle. The mappings were changed.")
    asked = stage.worker.of("status")[-1]
    assert asked.plan is not None
    assert len(asked.plan.mappings.users or []) == 4
    # A plan that never ran begins with an initial cycle anyway: nothing to say.
    stage.worker.answers["status"] = lambda params, plan: said.model_copy(update={"last": None})
    page.reset()
    stage.until(lambda: page.remarks.next_cycle.text == "")
