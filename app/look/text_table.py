"""A table of texts that stands still: read whole rows, sort by a column, copy with Ctrl+C."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)
from PySide6.QtGui import QGuiApplication, QIcon, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QTableView, QWidget

from app.look.table_dress import dress_table

_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class TextRow:
    """One row: its cells, the icon of the first, and what the row's tool tip says."""

    cells: tuple[str, ...]
    icon: QIcon | None = None
    tip: str = ""


class TextTableModel(QAbstractTableModel):
    """Rows of texts under fixed column titles."""

    def __init__(self, titles: Sequence[str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._titles = tuple(titles)
        self._rows: list[TextRow] = []

    def set_rows(self, rows: Sequence[TextRow]) -> None:
        """Show other rows."""
        self.beginResetModel()
        self._rows = list(rows)
        self.endResetModel()

    def row(self, place: int) -> TextRow:
        """The row at a place."""
        return self._rows[place]

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008, N802 - Qt's own signature
        """How many rows there are."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008, N802 - Qt's own signature
        """How many titles there are."""
        return 0 if parent.isValid() else len(self._titles)

    def headerData(  # noqa: N802 - Qt's own name
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Column titles."""
        if role != Qt.ItemDataRole.DisplayRole or orientation != Qt.Orientation.Horizontal:
            return None
        return self._titles[section]

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Text, icon and tool tip of a cell."""
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return row.cells[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return row.tip or row.cells[index.column()]
        if role == Qt.ItemDataRole.DecorationRole and index.column() == 0:
            return row.icon
        return None


class TextTable(QTableView):
    """Shows a ``TextTableModel``; Tab passes it by, the arrow keys walk its rows."""

    def __init__(self, titles: Sequence[str], name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = TextTableModel(titles, self)
        self.setModel(self.rows)
        self.setAccessibleName(name)
        dress_table(self)
        # The header shows no selection, and asks at each change of it whether all rows are in it: with a
        # thousand of them, for 7 ms. A selection of its own, which stays empty, is asked in no time.
        self.horizontalHeader().setSelectionModel(QItemSelectionModel(self.rows, self))

    def set_widths(self, *characters: int) -> None:
        """Widths of the first columns, in average characters; the last one takes the rest."""
        one = self.fontMetrics().averageCharWidth()
        for column, count in enumerate(characters):
            self.setColumnWidth(column, count * one)

    def set_rows(self, rows: Sequence[TextRow]) -> None:
        """Show other rows, from the first."""
        self.rows.set_rows(rows)
        if rows:
            # A table that gets the focus without a current row says nothing to a screen reader.
            self.setCurrentIndex(self.rows.index(0, 0))
            self.clearSelection()

    def copied_text(self) -> str:
        """The selected rows as tab-separated lines."""
        places = sorted(index.row() for index in self.selectionModel().selectedRows())
        return "\n".join("\t".join(self.rows.row(place).cells) for place in places)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's own name
        """Ctrl+C copies whole rows, where Qt would copy one cell."""
        if event.matches(QKeySequence.StandardKey.Copy):
            QGuiApplication.clipboard().setText(self.copied_text())
            return
        super().keyPressEvent(event)
