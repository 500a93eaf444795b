"""Who is assigned to the enterprise app in the tenant now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QMessageBox, QPushButton, QVBoxLayout, QWidget

from app.look.icons import Glyph, icon
from app.look.spacing import gap, tighten
from app.look.text_table import TextRow, TextTable
from app.look.toned_label import TonedLabel
from app.wizard.parts.latest import LatestAnswer

if TYPE_CHECKING:
    from app.wizard.session import Session
    from app.worker.messages import AssignedList, AssignedRow, Done


class AssignedNow(QWidget):
    """A table of the assignments, each with its app role.

    Signals:
        failed(object): the Problem that kept the list away.
    """

    failed = Signal(object)

    def __init__(self, setup: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._setup = setup
        self._told = ""
        self.sentence = TonedLabel(parent=self)
        self.table = TextTable(("Who", "Kind", "App role"), "Who is assigned in the tenant", self)
        self.table.set_widths(48, 14)
        layout = QVBoxLayout(self)
        tighten(layout, gap())
        layout.addWidget(self.sentence)
        layout.addWidget(self.table, 1)
        self.remove = QPushButton(icon(Glyph.REMOVE), "Remo&ve in the tenant...", self)
        self.remove.setAutoDefault(False)
        self.remove.clicked.connect(self.ask_removal)
        layout.addWidget(self.remove, 0, Qt.AlignmentFlag.AlignLeft)
        self._asking = LatestAnswer(setup.worker, "entra-assigned", self)
        self._asking.answered.connect(self._show)
        self._asking.failed.connect(self.failed)
        self._removing = LatestAnswer(setup.worker, "entra-unassign", self)
        self._removing.answered.connect(self._removed)
        self._removing.failed.connect(self.failed)
        self._rows: list[AssignedRow] = []
        self.remove.setEnabled(False)

    def look(self) -> None:
        """Read the assignments."""
        self.sentence.setText("Looking at the tenant...")
        self._asking.ask_now({}, self._setup.plan, self._setup.plan_path)

    @Slot(object)
    def _show(self, found: AssignedList) -> None:
        self.sentence.setText(f"{self._told} {found.sentence}".strip())
        self._told = ""
        self._rows = list(found.rows)
        self.remove.setEnabled(bool(self._rows))
        roles = found.roles
        glyphs = {"group": icon(Glyph.GROUP), "user": icon(Glyph.PERSON)}
        self.table.set_rows(
            [
                TextRow(
                    (row.name, row.kind.capitalize(), roles.get(row.role, row.role)),
                    glyphs.get(row.kind.casefold(), glyphs["user"]),
                )
                for row in found.rows
            ]
        )

    @Slot()
    def ask_removal(self) -> None:
        """Ask, then remove the current assignment: this happens in the tenant, at once."""
        place = self.table.currentIndex().row()
        if not 0 <= place < len(self._rows):
            return
        row = self._rows[place]
        box = QMessageBox(self)
        box.setIcon(QMessageBox.Icon.Warning)
        box.setWindowTitle("Rollcall")
        box.setText(f"Remove the assignment of {row.name} in the tenant now?")
        box.setInformativeText("The next cycle disables the account in the app, unless a group assigns it.")
        keep = box.addButton("&Keep it", QMessageBox.ButtonRole.RejectRole)
        remove = box.addButton("&Remove", QMessageBox.ButtonRole.DestructiveRole)
        box.setDefaultButton(keep)
        box.setEscapeButton(keep)
        box.exec()
        if box.clickedButton() is remove:
            self._removing.ask_now({"id": row.id}, self._setup.plan, self._setup.plan_path)

    @Slot(object)
    def _removed(self, done: Done) -> None:
        self._told = done.sentence
        self.look()
