"""What differs from an earlier report of *Test connection*: what got worse, what got better."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QDateTime, QLocale, Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from app.look.announce import announce
from app.look.card import Card
from app.look.icons import Glyph, icon
from app.look.notice import IconLabel
from app.look.palette import Tone
from app.look.spacing import gap, scaled_font
from app.look.toned_label import TonedLabel
from app.wizard.pages.connection_row import VERDICTS
from app.wizard.parts.marked_row import lay_out_marked

if TYPE_CHECKING:
    from app.worker.messages import ReportComparison, ReportDifference

_MARKS = {
    "worse": (Glyph.BAD, Tone.BAD, "Worse"),
    "better": (Glyph.GOOD, Tone.GOOD, "Better"),
    "changed": (Glyph.INFO, Tone.MUTED, "Different"),
}


def step_in_words(difference: ReportDifference) -> str:
    """``Better: failed before, passed now``."""
    before = VERDICTS[difference.before][2].lower() if difference.before else "not tried"
    now = VERDICTS[difference.now][2].lower() if difference.now else "not tried"
    return f"{_MARKS[difference.kind][2]}: {before} before, {now} now"


class DifferenceRow(QWidget):
    """One check that went another way than before."""

    def __init__(self, difference: ReportDifference, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        glyph, tone, _ = _MARKS[difference.kind]
        head = QLabel(f"{difference.id}. {step_in_words(difference)}", self)
        head.setFont(scaled_font(1.0, bold=True))
        head.setWordWrap(True)
        text = TonedLabel(Tone.MUTED, self)
        text.setText(difference.sentence)
        lay_out_marked(self, IconLabel(glyph, tone, 1.05, self), (head, text))
        self.setAccessibleName(f"{head.text()}. {difference.sentence}")


class ComparisonCard(Card):
    """All differences, the worse first; hidden until two reports were compared.

    Attributes:
        rows: one for each difference.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Compared with an earlier report", parent)
        self.rows: list[DifferenceRow] = []
        self.sentence = QLabel(self)
        self.sentence.setWordWrap(True)
        self.hide_button = QPushButton(icon(Glyph.CLOSE), "Hide the comparison", self)
        self.hide_button.setAutoDefault(False)
        self.hide_button.clicked.connect(self.clear)
        top = QHBoxLayout()
        top.setSpacing(gap())
        top.addWidget(self.sentence, 1)
        top.addWidget(self.hide_button, 0, Qt.AlignmentFlag.AlignTop)
        self.column.addLayout(top)
        self.setVisible(False)

    @Slot()
    def clear(self) -> None:
        """Show nothing."""
        for row in self.rows:
            self.column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.rows = []
        self.setVisible(False)

    @Slot(object)
    def show_comparison(self, comparison: ReportComparison) -> None:
        """Show what differs."""
        self.clear()
        made = QDateTime.fromString(comparison.made, Qt.DateFormat.ISODate).toLocalTime()
        when = QLocale().toString(made, "d MMMM yyyy, HH:mm") if made.isValid() else comparison.made
        self.set_title(f"Compared with the report of {when}")
        self.sentence.setText(comparison.sentence)
        self.rows = [DifferenceRow(each, self) for each in comparison.rows]
        for row in self.rows:
            self.column.addWidget(row)
        self.setVisible(True)
        announce(self, comparison.sentence)
