"""The field for a source or expression: checked while one types, with the fault shown where it is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFocusEvent, QFont, QFontDatabase, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QTextEdit, QVBoxLayout, QWidget

from app.look.announce import announce
from app.look.palette import Tone, tone_colour
from app.look.spacing import gap, lines, tighten
from app.look.toned_label import TonedLabel
from app.wizard.pages.expression_completer import ExpressionCompleter
from app.wizard.parts.latest import LatestAnswer

if TYPE_CHECKING:
    from app.setup.problem import Problem
    from app.wizard.session import Session
    from app.worker.messages import ExpressionReport, FunctionRow


def tidy_expression(text: str, attributes: list[str]) -> str:
    """What was meant by a bare attribute name: the attribute. Anything else stays as it is."""
    whole = text.strip()
    if re.fullmatch(r"\w+", whole):
        known = {name.casefold(): name for name in attributes}
        name = known.get(whole.casefold())
        if name is not None:
            return f"[{name}]"
    return whole


class ExpressionField(QWidget):
    """A few lines of expression, its result for one person, and its fault with line and column.

    Signals:
        checked(bool): the newest text was checked; whether it can be used.
        edited(): the text changed.
    """

    checked = Signal(bool)
    edited = Signal()

    def __init__(self, setup: Session, label: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._setup = setup
        self._person = ""
        self._target = ""
        self._good: bool | None = True
        self.attributes: list[str] = []
        self.label = QLabel(label, self)
        self.edit = QPlainTextEdit(self)
        self.edit.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.edit.setTabChangesFocus(True)
        self.edit.setAccessibleName(label.replace("&", ""))
        self.edit.setPlaceholderText(
            '[attribute], "text", or a function such as Join(" ", [givenName], [surname])'
        )
        self.edit.setFixedHeight(lines(5, self.edit))
        self.label.setBuddy(self.edit)
        self.edit.textChanged.connect(self._change)
        self.edit.installEventFilter(self)
        self.completer = ExpressionCompleter(self.edit)
        self.call = TonedLabel(Tone.MUTED, self)
        self.completer.told.connect(self.call.setText)
        self.fault = TonedLabel(Tone.BAD, self)
        self.caret = TonedLabel(Tone.BAD, self)
        self.caret.setFont(self.edit.font())
        self.caret.setWordWrap(False)
        self.result = QLabel(self)
        self.result.setWordWrap(True)
        self.remark = TonedLabel(Tone.WARNING, self)
        layout = QVBoxLayout(self)
        tighten(layout)
        layout.setSpacing(gap() // 2)
        for widget in (self.label, self.edit, self.call, self.result, self.fault, self.caret, self.remark):
            layout.addWidget(widget)
        self._checking = LatestAnswer(setup.worker, "check-expression", self)
        self._checking.answered.connect(self._take)
        self._checking.failed.connect(self._fail)

    def offer(self, attributes: Sequence[str], functions: Sequence[FunctionRow]) -> None:
        """The names that can be completed."""
        self.attributes = list(attributes)
        self.completer.offer(functions, attributes)

    @property
    def text(self) -> str:
        """The expression without blanks around it."""
        return self.edit.toPlainText().strip()

    @property
    def good(self) -> bool | None:
        """Whether the text can be used; None while it is being checked."""
        return self._good

    def set_text(self, text: str, person: str, target: str) -> None:
        """Show an expression, to be tried on a person for a target."""
        self._person, self._target = person, target
        self.edit.setPlainText(text)
        self.check_now()

    def set_target(self, target: str) -> None:
        """The attribute that is filled: its type may refuse the value."""
        if target != self._target:
            self._target = target
            self._change()

    def insert(self, text: str) -> None:
        """Put a text where the caret is."""
        self.edit.insertPlainText(text)
        self.edit.setFocus()

    def check_now(self) -> None:
        """Check without waiting for a pause; an empty text is right at once."""
        self._good = None
        if not self.text:
            self._checking.drop()
            self._settle(True, "")
            return
        self._checking.ask_now(self._params(), self._setup.plan, self._setup.plan_path)

    def _params(self) -> dict[str, object]:
        return {"expression": self.edit.toPlainText(), "person": self._person, "target": self._target}

    @Slot()
    def _change(self) -> None:
        self._good = None
        self.edit.setExtraSelections([])
        self.edited.emit()
        if self.text:
            self._checking.ask_soon(self._params(), self._setup.plan, self._setup.plan_path)
        else:
            self.check_now()

    @Slot(object)
    def _take(self, report: ExpressionReport) -> None:
        whom = self._person or "the first person"
        if report.ok and not report.message:
            value = f"“{report.value}”" if report.value else "nothing (the attribute is not sent)"
            self.remark.setText(" ".join(report.warnings))
            self._settle(True, f"Result for {whom}: {value}")
            return
        self.remark.setText(" ".join(report.warnings))
        place = f"Line {report.line}, column {report.column}: " if report.line else f"For {whom}: "
        self.fault.setText(f"{place}{report.message}")
        self.caret.setText(report.caret)
        self._mark(report.line, report.column)
        # A fault without a place is one person's value, not the expression's: other people may be fine.
        self._end(report.ok or not report.line)
        announce(self.edit, self.fault.text())

    @Slot(object)
    def _fail(self, problem: Problem) -> None:
        self.fault.setText(str(problem))
        self.caret.setText("")
        self._end(False)

    def _settle(self, good: bool, result: str) -> None:
        self.fault.setText("")
        self.caret.setText("")
        self.result.setText(result)
        self.result.setVisible(bool(result))
        if not self.text:
            self.remark.setText("")
        self._end(good)

    def _end(self, good: bool) -> None:
        if self.fault.text():
            self.result.setText("")
            self.result.setVisible(False)
        self._good = good
        self.checked.emit(good)

    def _mark(self, line: int, column: int) -> None:
        """Underline the spot in the text itself."""
        if not line:
            return
        cursor = QTextCursor(self.edit.document().findBlockByNumber(line - 1))
        here = min(max(column - 1, 0), max(cursor.block().length() - 2, 0))
        cursor.setPosition(cursor.block().position() + here)
        cursor.movePosition(QTextCursor.MoveOperation.NextCharacter, QTextCursor.MoveMode.KeepAnchor)
        spot = QTextEdit.ExtraSelection()
        style = QTextCharFormat()
        colour = tone_colour(Tone.BAD)
        style.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
        style.setUnderlineColor(colour)
        style.setForeground(QColor(colour))
        style.setFontWeight(QFont.Weight.Bold)
        spot.format = style
        spot.cursor = cursor
        self.edit.setExtraSelections([spot])

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        """Repair the text when it is left."""
        if watched is self.edit and isinstance(event, QFocusEvent) and not event.gotFocus():
            # The list of names is a window of its own, and takes the focus for a moment.
            popup = event.reason() == Qt.FocusReason.PopupFocusReason
            self.tidy() if not popup else None
        return False

    def tidy(self) -> None:
        """Take a bare attribute name as the attribute."""
        meant = tidy_expression(self.edit.toPlainText(), self.attributes)
        if meant != self.text:
            self.edit.setPlainText(meant)
