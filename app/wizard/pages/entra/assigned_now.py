"""Who is assigned to the enterprise app in the tenant now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.look.icons import Glyph, icon
from app.look.spacing import gap, tighten
from app.look.text_table import TextRow, TextTable
from app.look.toned_label import TonedLabel
from app.wizard.parts.latest import LatestAnswer

if TYPE_CHECKING:
    from app.wizard.session import Session
    from app.worker.messages import AssignedList


class AssignedNow(QWidget):
    """A table of the assignments, each with its app role.

    Signals:
        failed(object): the Problem that kept the list away.
    """

    failed = Signal(object)

    def __init__(self, setup: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._setup = setup
        self.sentence = TonedLabel(parent=self)
        self.table = TextTable(("Who", "Kind", "App role"), "Who is assigned in the tenant", self)
        self.table.set_widths(48, 14)
        layout = QVBoxLayout(self)
        tighten(layout, gap())
        layout.addWidget(self.sentence)
        layout.addWidget(self.table, 1)
        self._asking = LatestAnswer(setup.worker, "entra-assigned", self)
        self._asking.answered.connect(self._show)
        self._asking.failed.connect(self.failed)

    def look(self) -> None:
        """Read the assignments."""
        self.sentence.setText("Looking at the tenant...")
        self._asking.ask_now({}, self._setup.plan, self._setup.plan_path)

    @Slot(object)
    def _show(self, found: AssignedList) -> None:
        self.sentence.setText(found.sentence)
        glyphs = {"group": icon(Glyph.GROUP), "user": icon(Glyph.PERSON)}
        self.table.set_rows(
            [
                TextRow(
                    (row.name, row.kind.capitalize(), row.role),
                    glyphs.get(row.kind.casefold(), glyphs["user"]),
                )
                for row in found.rows
            ]
        )
