"""Up to five members of a group, chosen one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QListWidget, QPushButton, QVBoxLayout, QWidget

from app.look.spacing import gap, lines
from app.look.toned_label import TonedLabel
from app.monitor.person_picker import PersonPicker, told

if TYPE_CHECKING:
    from app.monitor.watched_plan import WatchedPlan
    from app.worker.messages import PersonRow

MOST_MEMBERS = 5
"""Microsoft, "On-demand provisioning": a group with at most five members at a time."""


class _Chosen(QListWidget):
    """The chosen ones; Delete leaves the current one out."""

    unwanted = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's own name
        """Delete and Backspace."""
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.unwanted.emit()
        else:
            super().keyPressEvent(event)


class MembersChoice(QWidget):
    """A field to add a member, and the list of those who were added.

    Attributes:
        rows: them, in the order they were added.
    """

    def __init__(self, watched: WatchedPlan, in_tenant: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: list[PersonRow] = []
        self.picker = PersonPicker(watched, in_tenant, self)
        self.picker.set_kind("user", self.tr("Add a mem&ber (up to {0})").format(MOST_MEMBERS))
        self.picker.picked.connect(self._add)
        self.chosen = _Chosen(self)
        self.chosen.setAccessibleName(self.tr("Members who go with the group"))
        self.chosen.unwanted.connect(self._leave_out)
        self.hint = TonedLabel(parent=self)
        self.out = QPushButton(self.tr("&Leave out"), self)
        self.out.setAutoDefault(False)
        self.out.setAccessibleName(self.tr("Leave the selected member out"))
        self.out.clicked.connect(self._leave_out)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(gap() // 2)
        column.addWidget(self.picker)
        column.addWidget(self.chosen)
        column.addWidget(self.out, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.hint)
        column.addStretch(1)
        self._show()

    def clear(self) -> None:
        """Choose nobody."""
        self.rows = []
        self.picker.clear()
        self._show()

    @Slot(object)
    def _add(self, row: PersonRow | None) -> None:
        if row is None:
            return
        if len(self.rows) < MOST_MEMBERS and all(each.id != row.id for each in self.rows):
            self.rows.append(row)
        self.picker.clear()
        self._show()

    @Slot()
    def _leave_out(self) -> None:
        place = self.chosen.currentRow()
        if 0 <= place < len(self.rows):
            had_focus = self.out.hasFocus() or self.chosen.hasFocus()
            del self.rows[place]
            self._show()
            self.chosen.setCurrentRow(min(place, len(self.rows) - 1))
            if had_focus and not self.rows:
                self.picker.edit.setFocus()

    def _show(self) -> None:
        self.chosen.clear()
        self.chosen.addItems([told(row) for row in self.rows])
        count = len(self.rows)
        full = count >= MOST_MEMBERS
        self.picker.edit.setEnabled(not full)
        self.chosen.setVisible(count > 0)
        self.out.setVisible(count > 0)
        if count:
            self.chosen.setCurrentRow(count - 1)
            row = max(self.chosen.sizeHintForRow(0), lines(1))
            self.chosen.setFixedHeight(row * count + 2 * self.chosen.frameWidth() + 2)
        if full:
            self.hint.setText(self.tr("These are as many as can go with it. A cycle sets all the others."))
        elif count:
            self.hint.setText("")
        else:
            self.hint.setText(
                self.tr("Only direct members of the group. With none chosen, the group goes alone.")
            )
