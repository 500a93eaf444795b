"""A problem as a person reads it: what, why, what next; the technical part on request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QPaintEvent, QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from app.look.announce import announce
from app.look.card import paint_card
from app.look.icons import Glyph, icon
from app.look.notice import IconLabel
from app.look.palette import Tone, tone_colour
from app.look.spacing import gap, lines, scaled_font

if TYPE_CHECKING:
    from app.setup.problem import Problem


class ProblemPanel(QWidget):
    """Shows one :class:`~app.setup.problem.Problem`, or is hidden.

    Signals:
        retry(): *Try again* was pressed.
    """

    retry = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._problem: Problem | None = None
        self._what = QLabel(self)
        self._what.setFont(scaled_font(1.0, bold=True))
        self._rest = QLabel(self)
        for label in (self._what, self._rest):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._details = QPlainTextEdit(self)
        self._details.setReadOnly(True)
        self._details.setMaximumHeight(lines(7))
        self._details.setAccessibleName("Technical details")
        self._details.setTabChangesFocus(True)
        self.again = QPushButton("Try a&gain", self)
        self.again.clicked.connect(self.retry)
        self.copy = QPushButton(icon(Glyph.COPY), "C&opy details", self)
        self.copy.clicked.connect(self._copy)
        self.more = QPushButton("&Details", self)
        self.more.setCheckable(True)
        self.more.toggled.connect(self._show_details)
        for button in (self.again, self.copy, self.more):
            button.setAutoDefault(False)
        self._lay_out()
        self.show_problem(None)

    def _lay_out(self) -> None:
        outer = QHBoxLayout(self)
        outer.setContentsMargins(gap() + gap() // 2, gap(), gap() + gap() // 2, gap())
        outer.setSpacing(gap())
        outer.addWidget(IconLabel(Glyph.BAD, Tone.BAD, parent=self), 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(gap() // 2)
        column.addWidget(self._what)
        column.addWidget(self._rest)
        column.addWidget(self._details)
        buttons = QHBoxLayout()
        buttons.setSpacing(gap())
        for button in (self.again, self.copy, self.more):
            buttons.addWidget(button)
        buttons.addStretch(1)
        column.addLayout(buttons)
        outer.addLayout(column, 1)

    def show_problem(self, problem: Problem | None) -> None:
        """Show a problem, or hide when there is none."""
        new = problem is not None and problem is not self._problem
        self._problem = problem
        self.setVisible(problem is not None)
        if problem is None or not new:
            return
        self._what.setText(problem.what)
        self._rest.setText(" ".join(part for part in (problem.why, problem.remedy) if part))
        self._rest.setVisible(bool(self._rest.text()))
        self._details.setPlainText(self._report())
        self.more.setChecked(False)
        self._show_details(False)
        self.setAccessibleName(f"Problem: {problem.what}")
        announce(self, f"{problem.what} {self._rest.text()}")

    def _report(self) -> str:
        if self._problem is None:
            return ""
        return f"{self._problem}\n{self._problem.details}".strip()

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._report())

    @Slot(bool)
    def _show_details(self, on: bool) -> None:
        self._details.setVisible(on)
        self.more.setText("Hide &details" if on else "&Details")

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's own name
        """The ground of a card with an edge in the tone of problems."""
        edge = tone_colour(Tone.BAD, self.palette())
        edge.setAlphaF(0.6)
        paint_card(self, self.palette().color(QPalette.ColorRole.Base), edge)
