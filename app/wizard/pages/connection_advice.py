"""What *Test connection* advises, each with the button that puts it into the plan."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QPushButton, QWidget

from app.look.announce import announce
from app.look.card import Card
from app.look.icons import Glyph, icon
from app.look.notice import IconLabel
from app.look.palette import Tone
from app.look.toned_label import TonedLabel
from app.wizard.pages.plan_changes import BY_ITSELF, apply_change, can_be_applied
from app.wizard.parts.marked_row import lay_out_marked

if TYPE_CHECKING:
    from app.wizard.session import Session
    from app.worker.messages import PlanChange

_VERBS = {
    "flag": "Change the tenant URL",
    "matching": "Change the matching",
    "drop-mapping": "Remove the mapping",
    "groups": "Switch groups off",
}


class AdviceRow(QWidget):
    """One piece of advice.

    Signals:
        applied(): the plan has taken it.
    """

    applied = Signal()

    def __init__(self, setup: Session, change: PlanChange, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._setup, self.change = setup, change
        text = TonedLabel(Tone.PLAIN, self)
        text.setText(change.text)
        self.note = TonedLabel(Tone.MUTED, self)
        self.button = QPushButton(icon(Glyph.EDIT), _VERBS.get(change.change, ""), self)
        self.button.setAutoDefault(False)
        self.button.setAccessibleDescription(change.text)
        self.button.clicked.connect(self.apply)
        self._mark = IconLabel(Glyph.INFO, Tone.ACCENT, 1.05, self)
        lay_out_marked(self, self._mark, (text, self.note), self.button)
        self.button.setVisible(can_be_applied(setup, change))
        if change.change in BY_ITSELF:
            self.note.setText("Rollcall keeps to this by itself.")

    @Slot()
    def apply(self) -> None:
        """Put it into the plan, once."""
        if not can_be_applied(self._setup, self.change):
            return
        said = apply_change(self._setup, self.change)
        self._mark.set_glyph(Glyph.GOOD, Tone.GOOD)
        self.note.setText(said)
        self.button.setVisible(False)
        announce(self, said)
        self.applied.emit()


class AdviceCard(Card):
    """All advice, the most important first; hidden while there is none.

    Attributes:
        rows: one for each piece of advice.

    Signals:
        applied(): the plan has taken a piece of it.
    """

    applied = Signal()

    def __init__(self, setup: Session, parent: QWidget | None = None) -> None:
        super().__init__("What to change", parent)
        self._setup = setup
        self.rows: list[AdviceRow] = []
        self.setVisible(False)

    def show_advice(self, changes: Sequence[PlanChange]) -> None:
        """Show this advice instead of the former."""
        for row in self.rows:
            self.column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.rows = [AdviceRow(self._setup, change, self) for change in changes]
        for row in self.rows:
            row.applied.connect(self.applied)
            self.column.addWidget(row)
        self.setVisible(bool(self.rows))
