"""Completion while an expression is typed: names of functions and attributes under the caret."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QRect, QStringListModel, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import QCompleter, QListView, QPlainTextEdit

from app.look.spacing import characters
from app.wizard.pages.expression_words import SHORTEST, call_in_words, completions, inserted, spot_at

if TYPE_CHECKING:
    from app.wizard.pages.expression_words import Spot
    from app.worker.messages import FunctionRow

_TAKES = {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab}
_SHOWN = 12


class ExpressionCompleter(QObject):
    """Watches a text field and offers names. Ctrl+Space asks for them; Enter or Tab takes one, Esc none.

    Attributes:
        popup: the list of names under the caret.

    Signals:
        told(str): how the function that the caret is in is called; empty outside of any.
    """

    told = Signal(str)

    def __init__(self, edit: QPlainTextEdit) -> None:
        super().__init__(edit)
        self._edit = edit
        self._functions: list[FunctionRow] = []
        self._names: list[str] = []
        self._attributes: list[str] = []
        self._model = QStringListModel(self)
        self.completer = QCompleter(self._model, self)
        self.popup = QListView()
        self.popup.setAccessibleName("Names that fit")
        self.completer.setPopup(self.popup)
        self.completer.setWidget(edit)
        self.completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self.completer.setMaxVisibleItems(_SHOWN)
        self.completer.activated.connect(self.take)
        edit.installEventFilter(self)
        # After the completer's own filter, so before it in turn: it would give Enter to the field first.
        self.popup.installEventFilter(self)
        edit.textChanged.connect(self._type)
        edit.cursorPositionChanged.connect(self._tell)

    def offer(self, functions: Sequence[FunctionRow], attributes: Sequence[str]) -> None:
        """The names that can be completed."""
        self._functions = list(functions)
        self._names = [one.name for one in functions]
        self._attributes = list(attributes)
        self._tell()

    @property
    def spot(self) -> Spot:
        """Where the caret is."""
        return spot_at(self._edit.toPlainText(), self._edit.textCursor().position())

    @property
    def names(self) -> list[str]:
        """What is offered now; empty while nothing is."""
        return self._model.stringList() if self.popup.isVisible() else []

    @Slot()
    def _tell(self) -> None:
        self.told.emit(call_in_words(self.spot, self._functions))

    def complete(self, asked: bool = False) -> None:
        """Offer what fits at the caret.

        Args:
            asked: the person wants it (Ctrl+Space), so that nothing need be typed yet.
        """
        spot = self.spot
        enough = asked or spot.kind == "attribute" or len(spot.typed) >= SHORTEST
        names = completions(spot, self._names, self._attributes) if enough else []
        rest = self._edit.toPlainText()[self._edit.textCursor().position() :]
        whole = names == [spot.typed] and rest.startswith(("]", "("))
        if not names or whole:
            self.popup.hide()
            return
        self._model.setStringList(names)
        self.popup.setCurrentIndex(self._model.index(0))
        where: QRect = self._edit.cursorRect()
        where.setWidth(max(self.popup.sizeHintForColumn(0) + characters(6), characters(30)))
        self.completer.complete(where)

    @Slot(str)
    def take(self, name: str) -> None:
        """Put a name in the place of what was typed of it."""
        spot, cursor = self.spot, self._edit.textCursor()
        rest = self._edit.toPlainText()[cursor.position() :]
        text, caret = inserted(spot, name, self._names, rest)
        cursor.setPosition(spot.begin, QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(text)
        cursor.setPosition(spot.begin + caret)
        self._edit.setTextCursor(cursor)
        self.popup.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Ctrl+Space asks; while names are offered, Enter and Tab take one, and Esc closes the list."""
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return False
        if event.key() == Qt.Key.Key_Space and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.complete(asked=True)
            return True
        if self.popup.isVisible() and event.key() in _TAKES:
            self.take(str(self.popup.currentIndex().data() or ""))
            return True
        if self.popup.isVisible() and event.key() == Qt.Key.Key_Escape:
            self.popup.hide()
            return True
        return False

    @Slot()
    def _type(self) -> None:
        """Offer what fits now, unless the text was put there by the window."""
        if self._edit.hasFocus() or self.popup.isVisible():
            self.complete()
