"""Completion in the field of an expression: what fits at the caret, and the keys that take it."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPlainTextEdit
from pytestqt.qtbot import QtBot

from app.wizard.pages.expression_completer import ExpressionCompleter
from app.wizard.pages.expression_words import call_in_words, completions, inserted, spot_at
from app.worker.messages import FunctionRow

FUNCTIONS = [
    FunctionRow(
        name="Join", signature="Join(separator, source1, source2, ...)", summary="Puts texts together."
    ),
    FunctionRow(name="Mid", signature="Mid(source, start, length)", summary="Part of a text."),
    FunctionRow(name="ToLower", signature="ToLower(source, culture)", summary="Small letters."),
]
NAMES = [one.name for one in FUNCTIONS]
ATTRIBUTES = ["givenName", "mail", "surname"]

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.mark.parametrize(
    ("text", "kind", "typed"),
    [
        ("Jo", "name", "Jo"),
        ("Join([giv", "attribute", "giv"),
        ("Join([givenName], sur", "name", "sur"),
        ('Join("Jo', "text", ""),
        ('Join("a [b", [m', "attribute", "m"),
        ("[a b", "attribute", "a b"),
        ("", "name", ""),
    ],
)
def test_the_caret_knows_what_it_is_in(text: str, kind: str, typed: str) -> None:
    spot = spot_at(text, len(text))
    assert (spot.kind, spot.typed) == (kind, typed)
    if kind != "text":
        assert text[spot.begin :] == typed


def test_calls_are_counted_from_outside_to_inside() -> None:
    assert spot_at('Join("(", Mid([mail], 1', 23).calls == (("Join", 1), ("Mid", 1))
    assert spot_at("Join(Mid([mail], 1), ", 21).calls == (("Join", 1),)
    assert call_in_words(spot_at("Join(Foo(", 9), FUNCTIONS).startswith("Join(separator")
    assert call_in_words(spot_at("Join()", 6), FUNCTIONS) == ""


def test_what_begins_so_comes_before_what_holds_it() -> None:
    assert completions(spot_at("m", 1), NAMES, ATTRIBUTES) == ["mail", "Mid", "givenName", "surname"]
    assert completions(spot_at("[m", 2), NAMES, ATTRIBUTES) == ["mail", "givenName", "surname"]
    assert completions(spot_at('"m', 2), NAMES, ATTRIBUTES) == []


@pytest.mark.parametrize(
    ("before", "name", "rest", "after", "caret"),
    [
        ("Jo", "Join", "", "Join()", 5),
        ("Jo", "Join", "(x)", "Join", 5),
        ("ma", "mail", "", "[mail]", 6),
        ("[ma", "mail", "", "mail]", 5),
        ("[ma", "mail", "]", "mail", 5),
    ],
)
def test_what_is_put_in(before: str, name: str, rest: str, after: str, caret: int) -> None:
    assert inserted(spot_at(before, len(before)), name, NAMES, rest) == (after, caret)


@pytest.fixture
def field(qtbot: QtBot, tmp_path: Path) -> tuple[QPlainTextEdit, ExpressionCompleter]:
    edit = QPlainTextEdit()
    qtbot.addWidget(edit)
    completer = ExpressionCompleter(edit)
    completer.offer(FUNCTIONS, ATTRIBUTES)
    edit.show()
    edit.activateWindow()
    edit.setFocus()
    qtbot.waitUntil(edit.hasFocus)
    return edit, completer


def test_typing_offers_and_enter_takes(field: tuple[QPlainTextEdit, ExpressionCompleter]) -> None:
    edit, completer = field
    QTest.keyClicks(edit, "J")
    assert completer.names == []
    QTest.keyClicks(edit, "o")
    assert completer.names == ["Join"]
    QTest.keyClick(completer.popup, Qt.Key.Key_Return)
    assert edit.toPlainText() == "Join()"
    assert edit.textCursor().position() == 5
    assert completer.names == []


def test_a_bracket_offers_attributes_and_the_rest_narrows_them(
    field: tuple[QPlainTextEdit, ExpressionCompleter],
) -> None:
    edit, completer = field
    QTest.keyClicks(edit, "[")
    assert completer.names == ATTRIBUTES
    QTest.keyClicks(completer.popup, "su")
    assert completer.names == ["surname"]
    QTest.keyClick(completer.popup, Qt.Key.Key_Tab)
    assert edit.toPlainText() == "[surname]"


def test_ctrl_space_asks_and_escape_takes_nothing(
    field: tuple[QPlainTextEdit, ExpressionCompleter],
) -> None:
    edit, completer = field
    QTest.keyClick(edit, Qt.Key.Key_Space, Qt.KeyboardModifier.ControlModifier)
    assert completer.names == ["givenName", "Join", "mail", "Mid", "surname", "ToLower"]
    QTest.keyClick(completer.popup, Qt.Key.Key_Escape)
    assert completer.names == []
    assert edit.toPlainText() == ""


def test_it_tells_how_the_function_one_is_in_is_called(
    qtbot: QtBot, field: tuple[QPlainTextEdit, ExpressionCompleter]
) -> None:
    edit, completer = field
    told: list[str] = []
    completer.told.connect(told.append)
    edit.setPlainText("Mid([mail], 1, 2)")
    cursor = edit.textCursor()
    cursor.setPosition(5)
    edit.setTextCursor(cursor)
    assert told[-1] == "Mid(source, start, length)  Part of a text."
    assert completer.names == []  # put there by the window, not typed
