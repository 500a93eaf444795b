"""The wizard's window: buttons, step list, moving about, drafts, and the end."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox, QPushButton, QWizard
from pytestqt.qtbot import QtBot

from app.setup.plan_file import read_plan
from app.setup.problem import Problem
from app.wizard import draft
from app.wizard.colours import colours_choice
from app.wizard.flow import PAGES
from app.wizard.frame import Frame
from app.wizard.page import Page
from app.wizard.parts.colours_button import ColoursButton
from app.wizard.session import Session
from tests.wizard.scripted import ScriptedWorker
from tests.wizard.stage import TENANT, Stage

if TYPE_CHECKING:
    from app.worker.client import WorkerClient

BUTTONS = QWizard.WizardButton
NEXT, BACK, CANCEL, HELP, COMMIT = (
    BUTTONS.NextButton,
    BUTTONS.BackButton,
    BUTTONS.CancelButton,
    BUTTONS.HelpButton,
    BUTTONS.CommitButton,
)


@pytest.fixture
def stage(qtbot: QtBot, tmp_path: Path) -> Stage:
    return Stage(qtbot, tmp_path)


def enabled(stage: Stage, button: QWizard.WizardButton) -> bool:
    return stage.frame.button(button).isEnabled()


def test_it_is_painted_before_any_page_exists(qtbot: QtBot) -> None:
    frame = Frame()
    qtbot.addWidget(frame)
    with qtbot.waitSignal(frame.painted):
        frame.show()
    assert frame.page_now is None
    assert [button.text() for button in frame.steps.buttons.values()] == [step.title for step in PAGES]


def test_every_page_of_the_flow_exists(stage: Stage) -> None:
    stage.open("place")
    assert list(stage.frame.pages) == stage.setup.flow.keys
    assert all(isinstance(page, Page) for page in stage.frame.pages.values())
    assert [key for key, page in stage.frame.pages.items() if page.isCommitPage()] == ["review"]


def test_next_is_not_grey_and_says_what_is_missing(stage: Stage) -> None:
    page = stage.open("before")
    assert page.missing == f"{len(stage.setup.profile.prerequisites)} ticks"
    assert page.strip.line == f"Still missing: {page.missing}."
    assert enabled(stage, NEXT)
    stage.press()
    assert stage.frame.key_now == "before"
    assert page.first_missing() is not None
    focused = QApplication.focusWidget() or stage.frame.focusWidget()
    assert focused is page.first_missing()


def test_while_busy_nothing_can_be_pressed_and_the_line_says_why(stage: Stage) -> None:
    page = stage.open("people")
    page.busy = "Reading the files..."
    assert page.strip.line == "Reading the files..."
    assert not enabled(stage, NEXT)
    assert not enabled(stage, BACK)
    assert not any(button.isEnabled() for button in stage.frame.steps.buttons.values())
    page.busy = ""
    assert enabled(stage, NEXT)
    assert enabled(stage, BACK)


def test_a_long_wait_shows_a_bar(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    page = stage.open("people")
    page.strip._long.setInterval(1)
    page.busy = "Reading the files..."
    stage.until(page.strip._bar.isVisible)
    page.busy = ""
    assert not page.strip._bar.isVisible()


def test_a_problem_is_shown_with_its_remedy_and_details_on_request(stage: Stage) -> None:
    page = stage.open("people")
    page.problem = Problem("X-Y", "It broke.", "It was old.", "Buy a new one.", "line 7")
    panel = page.strip.problem
    assert panel.isVisible()
    assert panel.accessibleName() == "Problem: It broke."
    panel.copy.click()
    copied = QApplication.clipboard().text()
    assert "Buy a new one." in copied
    assert "line 7" in copied
    again: list[bool] = []
    page.retry.connect(lambda: again.append(True))
    panel.again.click()
    assert again == [True]
    page.problem = None
    assert not panel.isVisible()


def test_done_steps_can_be_gone_back_to_and_forward_again(stage: Stage) -> None:
    stage.open("scope")
    steps = stage.frame.steps.buttons
    stage.setup.facts["ticked"] = set(row.text for row in stage.setup.profile.prerequisites)
    stage.frame.derive()
    assert steps["tenant"].state == "done"
    assert steps["scope"].state == "current"
    assert "you are here" in steps["scope"].accessibleName()
    QTest.mouseClick(steps["tenant"], Qt.MouseButton.LeftButton)
    assert stage.frame.key_now == "tenant"
    assert steps["scope"].isEnabled()
    QTest.mouseClick(steps["scope"], Qt.MouseButton.LeftButton)
    assert stage.frame.key_now == "scope"
    stage.press(BACK)
    assert stage.frame.key_now == "mappings"


def test_back_walks_the_whole_way_after_any_jump(stage: Stage) -> None:
    stage.open("review")
    stage.frame.go_to("before")
    stage.frame.resume_at("safety")
    seen = ["safety"]
    while stage.frame.page_now is not None and enabled(stage, BACK):
        stage.press(BACK)
        seen.append(stage.frame.key_now)
        stage.page.busy = ""  # the scripted worker never answers
    assert seen == [
        "safety",
        "scope",
        "mappings",
        "people",
        "connection",
        "tenant",
        "scim",
        "before",
        "place",
    ]


def test_steps_to_come_cannot_be_clicked(stage: Stage) -> None:
    stage.setup.facts["visited"] = {"place"}
    stage.open("before")
    buttons = stage.frame.steps.buttons
    assert [key for key, button in buttons.items() if button.isEnabled()] == ["place"]
    stage.frame.go_to("scope")
    assert stage.frame.key_now == "before"


def test_step_list_says_state_in_words_not_colour_alone(stage: Stage) -> None:
    stage.open("scope")
    stage.setup.facts["check"] = "not-ready"
    stage.frame.derive()
    names = {key: button.accessibleName() for key, button in stage.frame.steps.buttons.items()}
    assert names["place"] == "Step 1, App and place, done"
    assert names["connection"] == "Step 5, Test connection, needs something"
    assert names["done"] == "Step 12, Done, to come"


def test_keyboard_moves_in_the_step_list(stage: Stage) -> None:
    stage.open("scope")
    button = stage.frame.steps.buttons["people"]
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Return)
    assert stage.frame.key_now == "people"


def test_enter_goes_on_and_escape_closes_with_everything_kept(stage: Stage, qtbot: QtBot) -> None:
    page = stage.open("safety")
    with qtbot.waitSignal(stage.frame.closed):
        QTest.keyClick(page, Qt.Key.Key_Escape)
    left = draft.recall()
    assert left is not None
    assert left.step == "safety"
    assert read_plan(left.plan) == stage.setup.plan


def test_leaving_a_page_saves_the_draft(stage: Stage) -> None:
    stage.open("safety")
    stage.press(BACK)
    stage.press()
    assert read_plan(stage.setup.plan_path).app.tenant_url == TENANT
    left = draft.recall()
    assert left is not None
    assert left.step == "safety"


def test_what_was_entered_is_kept_by_back(stage: Stage) -> None:
    page = stage.open("safety")
    page.address.setText("it@contoso.com")  # type: ignore[attr-defined]
    stage.press(BACK)
    assert stage.setup.plan.notifications.email == "it@contoso.com"
    assert read_plan(stage.setup.plan_path).notifications.email == "it@contoso.com"


def test_a_window_opened_and_closed_leaves_the_unfinished_setup_alone(qtbot: QtBot, stage: Stage) -> None:
    stage.open("safety")
    stage.frame.close()
    second = Frame()
    qtbot.addWidget(second)
    second.set_session(Session(cast("WorkerClient", ScriptedWorker()), parent=second))
    second.show()
    second.close()
    left = draft.recall()
    assert left is not None
    assert left.step == "safety"


def test_a_draft_that_cannot_be_saved_is_told_and_does_not_hold_one_up(stage: Stage, tmp_path: Path) -> None:
    stage.open("scope")
    blocked = tmp_path / "file"
    blocked.touch()
    stage.setup.plan_path = blocked / "plan.toml"
    problem = stage.setup.save()
    assert problem is not None
    assert problem.remedy
    stage.press()
    assert stage.frame.key_now == "safety"


@pytest.mark.parametrize("key", ["safety", "people", "scope"])
def test_learn_more_is_as_wide_as_what_it_stands_above(stage: Stage, key: str) -> None:
    page = stage.open(key)
    stage.frame.resize(1000, 540)  # so small that scrolling pages have their bar
    stage.frame.toggle_more()
    more = stage.frame._more
    assert more is not None
    stage.until(more.isVisible)
    below = page.body.itemAt(1).widget() or page.body.itemAt(1).layout()
    assert below is not None
    # The layout comes to rest in several turns: the bar, then the width, then the height for it.
    stage.until(
        lambda: (
            more.geometry().right()
            == below.geometry().right()
            == page.body.geometry().right() - page.body.contentsMargins().right()
            and more.height() >= more.heightForWidth(more.width())
        )
    )


def test_f1_shows_learn_more_and_hides_it(stage: Stage) -> None:
    page = stage.open("scope")
    stage.frame.toggle_more()
    more = stage.frame._more
    assert more is not None
    stage.until(more.isVisible)
    assert more.open.text().startswith("Open “")
    stage.frame.toggle_more()
    assert not more.isVisible()
    stage.press(HELP)
    assert stage.frame._more is not None
    stage.press(BACK)
    assert stage.frame._more is None
    assert page.learn_more is not None


@pytest.mark.parametrize("key", [step.key for step in PAGES])
def test_each_page_links_to_microsoft_and_says_it_in_short(stage: Stage, key: str) -> None:
    stage.open("place")
    more = stage.frame.pages[key].learn_more
    assert more is not None
    assert more.url.startswith("https://learn.microsoft.com/")
    assert 2 <= len(more.sentences) <= 3
    assert all(sentence.endswith(".") for sentence in more.sentences)


def test_closing_asks_only_while_the_work_runs(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def answer(which: str) -> None:
        def run(box: QMessageBox) -> int:
            asked.append(box.text())
            button = next(each for each in box.buttons() if each.text() == which)
            button.click()
            return 0

        monkeypatch.setattr(QMessageBox, "exec", run)

    stage.open("start")
    (call,) = stage.worker.of("run")
    answer("&Keep running")
    stage.frame.reject()
    assert stage.frame.isVisible()
    assert not call.cancelled
    answer("&Stop and close")
    stage.frame.reject()
    assert not stage.frame.isVisible()
    assert call.cancelled
    assert asked == ["Provisioning is running."] * 2


def test_before_the_work_runs_closing_asks_nothing(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(box: QMessageBox) -> int:
        raise AssertionError("asked")

    monkeypatch.setattr(QMessageBox, "exec", never)
    stage.open("review")
    stage.frame.close()
    assert not stage.frame.isVisible()


def test_after_the_commit_page_there_is_no_way_back(stage: Stage) -> None:
    stage.open("start")
    assert not enabled(stage, BACK)
    assert not any(button.isEnabled() for button in stage.frame.steps.buttons.values())
    stage.frame.shut()


def test_a_finished_setup_is_not_offered_again(stage: Stage) -> None:
    stage.open("done")
    stage.frame.accept()
    assert draft.recall() is None
    assert stage.setup.plan_path.is_file()


def test_it_fits_a_small_screen(stage: Stage) -> None:
    for key in stage.setup.flow.keys[:10]:
        stage.open(key) if not stage.frame.isVisible() else stage.frame.resume_at(key)
        stage.frame.resize(1024, 640)
        assert (stage.frame.width(), stage.frame.height()) == (1024, 640), key
        page = stage.page
        # What stands beside the scrolled body is whole.
        assert page.strip.geometry().bottom() <= page.height(), key
        assert page.heading_part.width() <= page.width(), key


def test_a_choice_of_colours_holds_at_the_next_start(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, stage: Stage
) -> None:
    before = QApplication.palette()
    stage.open("place")
    button = stage.frame.steps.findChild(ColoursButton)
    assert button is not None
    assert colours_choice() == "system"
    menu = button.menu()
    assert menu is not None
    dark = next(action for action in menu.actions() if action.data() == "dark")
    dark.trigger()
    assert colours_choice() == "dark"
    ground = QApplication.palette().color(QPalette.ColorRole.Window)
    assert ground.lightness() < QColor(Qt.GlobalColor.gray).lightness()
    monkeypatch.setenv("ROLLCALL_COLOURS", "light")
    assert colours_choice() == "light"
    next(action for action in menu.actions() if action.data() == "system").trigger()
    QApplication.setPalette(before)


def test_the_primary_button_is_readable(stage: Stage) -> None:
    stage.open("place")
    button = stage.frame.button(NEXT)
    assert isinstance(button, QPushButton)
    palette = button.palette()
    ground, text = (
        palette.color(role) for role in (QPalette.ColorRole.Button, QPalette.ColorRole.ButtonText)
    )
    assert contrast(ground, text) >= 4.5


def contrast(one: QColor, other: QColor) -> float:
    def light(colour: QColor) -> float:
        parts = [colour.redF(), colour.greenF(), colour.blueF()]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    bright, dim = sorted((light(one), light(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)
