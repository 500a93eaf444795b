"""Every page by keyboard and with a screen reader: names, labels, letters, and nothing cut."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QTabBar,
    QTabWidget,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.setup.plan import Place
from app.wizard.flow import PAGES
from app.wizard.page import Page
from app.wizard.parts.mnemonic import letter_of, with_mnemonic
from tests.wizard.stage import Stage

KEYS = [step.key for step in PAGES]
PLACES = [Place.THIS_COMPUTER, Place.PRACTICE, Place.ENTRA]


@pytest.fixture
def stage(qtbot: QtBot, tmp_path: Path) -> Stage:
    return Stage(qtbot, tmp_path)


def opened(stage: Stage, key: str, place: Place) -> Page:
    stage.setup.plan.run.where = place
    page = stage.open(key)
    stage.until(page.isVisible)
    QApplication.processEvents()
    return page


def seen(root: QWidget, kind: type[QWidget]) -> list[QWidget]:
    return [each for each in root.findChildren(kind) if each.isVisible()]


def name_of(widget: QWidget) -> str:
    found: QAccessibleInterface | None = QAccessible.queryAccessibleInterface(widget)
    return found.text(QAccessible.Text.Name) if found is not None else ""


@pytest.mark.parametrize("place", PLACES, ids=str)
@pytest.mark.parametrize("key", KEYS)
def test_everything_that_takes_the_focus_has_a_name(stage: Stage, key: str, place: Place) -> None:
    page = opened(stage, key, place)
    nameless = [
        widget
        for widget in seen(page, QWidget)
        if widget.focusPolicy() != Qt.FocusPolicy.NoFocus
        and not name_of(widget)
        # Parts inside a widget that has the name.
        and widget.objectName() not in {"qt_spinbox_lineedit", "qt_scrollarea_viewport"}
        # A tab widget hands the focus to its bar, and the bar's tabs have the names.
        and not isinstance(widget, QTabBar | QTabWidget)
    ]
    assert nameless == []
    stage.frame.shut()


@pytest.mark.parametrize("place", PLACES, ids=str)
@pytest.mark.parametrize("key", KEYS)
def test_each_field_has_a_label_that_is_its_buddy(stage: Stage, key: str, place: Place) -> None:
    page = opened(stage, key, place)
    buddies = [label.buddy() for label in page.findChildren(QLabel)]
    fields = [
        field
        for kind in (QLineEdit, QComboBox, QAbstractSpinBox, QPlainTextEdit)
        for field in seen(page, kind)
        if field.objectName() != "qt_spinbox_lineedit" and not isinstance(field.parentWidget(), QComboBox)
    ]
    assert [field for field in fields if field not in buddies] == []
    stage.frame.shut()


@pytest.mark.parametrize("place", PLACES, ids=str)
@pytest.mark.parametrize("key", KEYS)
def test_each_letter_does_one_thing(stage: Stage, key: str, place: Place) -> None:
    page = opened(stage, key, place)
    texts = [each.text() for each in seen(stage.frame, QAbstractButton)]  # type: ignore[attr-defined]
    texts += [each.text() for each in seen(page, QLabel) if each.buddy() is not None]  # type: ignore[attr-defined]
    for bar in seen(page, QTabBar):
        texts += [bar.tabText(place) for place in range(bar.count())]  # type: ignore[attr-defined]
    letters = Counter(letter for letter in map(letter_of, texts) if letter)
    twice = {letter: [t for t in texts if letter_of(t) == letter] for letter, n in letters.items() if n > 1}
    assert twice == {}
    stage.frame.shut()


@pytest.mark.parametrize("key", KEYS)
def test_tab_goes_through_all_that_is_there_and_comes_round(stage: Stage, key: str) -> None:
    page = opened(stage, key, Place.THIS_COMPUTER)
    stage.frame.activateWindow()
    reachable = {
        each
        for each in seen(stage.frame, QWidget)
        if each.focusPolicy() & Qt.FocusPolicy.TabFocus and each.isEnabled() and each.focusProxy() is None
    }
    met: set[QWidget] = set()
    for _ in range(4 * len(reachable) + 10):
        stage.frame.focusNextChild()
        widget = stage.frame.focusWidget()
        if widget is not None:
            met.add(widget)
    # Of radio buttons of one group only one is in the chain; the arrow keys go to the others.
    lost = [each for each in reachable - met if each.metaObject().className() != "QRadioButton"]
    assert lost == []
    assert met & set(page.findChildren(QWidget)) or not reachable & set(page.findChildren(QWidget))
    stage.frame.shut()


@pytest.mark.parametrize("key", KEYS)
def test_no_button_is_cut(stage: Stage, key: str) -> None:
    page = opened(stage, key, Place.THIS_COMPUTER)
    stage.frame.resize(1024, 700)
    QApplication.processEvents()
    cut = [
        (each, each.size(), each.minimumSizeHint())
        for each in [*seen(page, QAbstractButton), *seen(stage.frame.steps, QAbstractButton)]
        if each.width() < each.minimumSizeHint().width() or each.height() < each.minimumSizeHint().height()
    ]
    assert cut == []
    stage.frame.shut()


def test_letters_go_to_starts_of_words_first_and_never_twice() -> None:
    taken: set[str] = set()
    assert with_mnemonic("An account", taken) == "&An account"
    assert with_mnemonic("An app", taken) == "An a&pp"
    assert with_mnemonic("Back", taken) == "Bac&k"  # B and C are the frame's
    assert with_mnemonic("R&D", taken) == "&R&&D"
    assert with_mnemonic("", taken) == ""
