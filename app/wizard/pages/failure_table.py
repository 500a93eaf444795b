"""Failures of a run as they come. Cells are held in C++: the table changes while the work goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QTableWidget, QTableWidgetItem, QWidget

from app.look.table_dress import dress_table

if TYPE_CHECKING:
    from app.worker.messages import Entry

SHOWN_AT_MOST = 500
"""Rows of the table. The monitor shows all of them, with filters."""

_TITLES = ("Who", "What went wrong", "What to do")


class FailureTable(QTableWidget):
    """Who could not be provisioned, why, and what to do."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, len(_TITLES), parent)
        self.setHorizontalHeaderLabels(list(_TITLES))
        self.setAccessibleName("Failures")
        dress_table(self)
        character = self.fontMetrics().averageCharWidth()
        self.setColumnWidth(0, 34 * character)
        self.setColumnWidth(1, 48 * character)

    def add(self, entry: Entry) -> None:
        """Add a failure; those beyond ``SHOWN_AT_MOST`` are left to the monitor."""
        place = self.rowCount()
        if place >= SHOWN_AT_MOST:
            return
        self.insertRow(place)
        own = f"The app's own words: {entry.answer}" if entry.answer else ""
        advice = "\n".join(part for part in (entry.remedy, own) if part)
        for column, text in enumerate((entry.name, entry.reason, advice)):
            item = QTableWidgetItem(text)
            item.setToolTip(text)
            self.setItem(place, column, item)

    def show_entries(self, entries: list[Entry]) -> None:
        """Show these failures instead of the former ones."""
        self.setRowCount(0)
        for entry in entries[:SHOWN_AT_MOST]:
            self.add(entry)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+C copies whole rows."""
        if event.matches(QKeySequence.StandardKey.Copy):
            places = sorted({index.row() for index in self.selectedIndexes()})
            columns = range(self.columnCount())
            QGuiApplication.clipboard().setText(
                "\n".join("\t".join(self._text(place, column) for column in columns) for place in places)
            )
            return
        super().keyPressEvent(event)

    def _text(self, place: int, column: int) -> str:
        item = self.item(place, column)
        return item.text() if item is not None else ""
