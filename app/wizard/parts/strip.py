"""The lines right above the buttons: what is missing, what is waited for, what went wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from app.look.announce import announce
from app.look.icons import Glyph
from app.look.notice import IconLabel
from app.look.palette import Tone
from app.look.problem_panel import ProblemPanel
from app.look.spacing import characters, gap
from app.look.toned_label import TonedLabel

if TYPE_CHECKING:
    from app.setup.problem import Problem

_BAR_AFTER = 2_000


class StatusStrip(QWidget):
    """Shows three of a page's four facts. It has nothing of its own to decide: the frame calls
    ``show_facts``.

    Signals:
        retry(): *Try again* was pressed in the problem panel.
    """

    retry = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.problem = ProblemPanel(self)
        self.problem.retry.connect(self.retry)
        self._icon = IconLabel(Glyph.INFO, Tone.MUTED, 1.0, self)
        self._line = TonedLabel(Tone.MUTED, self)
        self._bar = QProgressBar(self)
        self._bar.setRange(0, 0)
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(characters(16))
        self._bar.setAccessibleName("Waiting")
        self._bar.setVisible(False)
        self._long = QTimer(self)
        self._long.setSingleShot(True)
        self._long.setInterval(_BAR_AFTER)
        self._long.timeout.connect(self._show_bar)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(gap())
        column.addWidget(self.problem)
        row = QHBoxLayout()
        row.setSpacing(gap())
        row.addWidget(self._icon)
        row.addWidget(self._line, 1)
        row.addWidget(self._bar)
        column.addLayout(row)
        self.show_facts("", "", None)

    @property
    def line(self) -> str:
        """What the line says; empty when nothing is missing and nothing waited for."""
        return self._line.text()

    def show_facts(self, missing: str, busy: str, problem: Problem | None, insist: bool = False) -> None:
        """Show what holds now.

        Args:
            missing: the page's; shown as "Still missing: ...".
            busy: the page's; goes before ``missing``.
            problem: the page's.
            insist: *Next* was pressed although something is missing, so say it louder.
        """
        text = busy or (f"Still missing: {missing}." if missing else "")
        loud = insist and bool(missing) and not busy
        tone = Tone.BAD if loud else Tone.MUTED
        glyph = Glyph.SYNC if busy else Glyph.WARNING if loud else Glyph.INFO
        self._icon.set_glyph(glyph, tone)
        self._icon.setVisible(bool(text))
        self._line.set_tone(tone)
        if text != self._line.text() or loud:
            announce(self, text)
        self._line.setText(text)
        self._line.setAccessibleName(text)
        if not busy:
            self._long.stop()
            self._bar.setVisible(False)
        elif not self._bar.isVisible() and not self._long.isActive():
            self._long.start()
        self.problem.show_problem(problem)

    @Slot()
    def _show_bar(self) -> None:
        self._bar.setVisible(True)
