"""The five steps of one provisioning on demand: how each went, and its details on request."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from app.look.icons import Glyph, icon
from app.look.notice import IconLabel
from app.look.palette import Tone
from app.look.spacing import gap, scaled_font
from app.look.toned_label import TonedLabel
from app.monitor.words import STEPS, status_word

if TYPE_CHECKING:
    from app.worker.messages import Step


class StepRow(QWidget):
    """One step: icon, name and state, what it found; its details on request.

    Attributes:
        more: shows the details; hidden where there are none.
        details: them, line by line.
    """

    def __init__(self, step: Step, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        word = status_word(step.status)
        name = QCoreApplication.translate("monitor", STEPS.get(step.name, step.name))
        title = QLabel(name, self)
        title.setFont(scaled_font(1.0, bold=True))
        state = TonedLabel(word.tone, self)
        state.setWordWrap(False)
        state.setText(word.text)
        text = TonedLabel(Tone.PLAIN, self)
        text.setText(step.text)
        self.details = TonedLabel(Tone.MUTED, self)
        self.details.setText("\n".join(f"{key}: {value}" for key, value in step.details.items()))
        self.details.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.details.setAccessibleName(self.tr("Details of the step {0}").format(name))
        self.details.setVisible(False)
        self.more = QToolButton(self)
        self.more.setText(self.tr("Details"))
        self.more.setIcon(icon(Glyph.SHOW))
        self.more.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.more.setCheckable(True)
        self.more.setAutoRaise(True)
        self.more.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.more.setAccessibleName(self.tr("Show the details of the step {0}").format(name))
        self.more.setVisible(bool(step.details))
        self.more.toggled.connect(self._show_details)
        self.setAccessibleName(f"{name}, {word.text}. {step.text}")
        self._lay_out(IconLabel(word.glyph, word.tone, 1.05, self), title, state, text)

    def _lay_out(self, sign: QWidget, title: QWidget, state: QWidget, text: QWidget) -> None:
        head = QHBoxLayout()
        head.setSpacing(gap())
        head.addWidget(title)
        head.addWidget(state)
        head.addStretch(1)
        column = QVBoxLayout()
        column.setSpacing(gap() // 4)
        column.addLayout(head)
        column.addWidget(text)
        column.addWidget(self.details)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(gap())
        row.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(column, 1)
        row.addWidget(self.more, 0, Qt.AlignmentFlag.AlignTop)

    @Slot(bool)
    def _show_details(self, on: bool) -> None:
        self.details.setVisible(on)
        self.more.setText(self.tr("Hide details") if on else self.tr("Details"))
        self.more.setIcon(icon(Glyph.HIDE if on else Glyph.SHOW))


class StepList(QWidget):
    """The steps under each other.

    Attributes:
        rows: one for each.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Steps"))
        self.rows: list[StepRow] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(gap() + gap() // 2)
        self._column.addStretch(1)

    def set_steps(self, steps: Sequence[Step]) -> None:
        """Show other steps, their details closed."""
        for row in self.rows:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.rows = [StepRow(step, self) for step in steps]
        for place, row in enumerate(self.rows):
            self._column.insertWidget(place, row)
