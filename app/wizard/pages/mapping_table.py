"""The mapping table: a model over the rows, and the view that shows it."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QTableView, QWidget

from app.look.icons import Glyph, icon
from app.look.palette import Tone
from app.look.table_dress import dress_table
from app.setup.plan import AttributeMapping
from app.wizard.pages.mapping_rows import MappingRows

_Index = QModelIndex | QPersistentModelIndex


class Column(IntEnum):
    """The table's columns."""

    TARGET = 0
    FILTERING = 1
    SOURCE = 2
    MATCHING = 3
    APPLY = 4
    RESULT = 5


def source_text(row: AttributeMapping) -> str:
    """What fills the attribute, as the table shows it."""
    if row.source.strip():
        return " ".join(row.source.split())
    return f"nothing, or “{row.default}” when created" if row.default is not None else "nothing"


class MappingTableModel(QAbstractTableModel):
    """Shows ``MappingRows`` and, in the last column, what each row gives for the chosen person."""

    def __init__(self, rows: MappingRows, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows = rows
        self._results: dict[str, tuple[str, str]] = {}
        self._person = ""
        self._headers = {
            Column.TARGET: "Attribute in the app",
            Column.FILTERING: "Filterable",
            Column.SOURCE: "Source or expression",
            Column.MATCHING: "Matching",
            Column.APPLY: "Apply",
            Column.RESULT: "Result",
        }
        self._good = icon(Glyph.GOOD, Tone.GOOD)
        self._bad = icon(Glyph.BAD, Tone.BAD)

    def set_rows(self, rows: MappingRows) -> None:
        """Show other rows, or the same after they were edited."""
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def set_results(self, person: str, results: dict[str, tuple[str, str]]) -> None:
        """Fill the last column: target -> (value, error)."""
        self._person, self._results = person, results
        if self.rows.rows:
            last = len(self.rows.rows) - 1
            self.dataChanged.emit(self.index(0, Column.RESULT), self.index(last, Column.RESULT))
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, Column.RESULT, Column.RESULT)

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """One row for each mapping."""
        return 0 if parent.isValid() else len(self.rows.rows)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """The columns of ``Column``."""
        return 0 if parent.isValid() else len(Column)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Column titles; rows are numbered, as messages name them."""
        if role == Qt.ItemDataRole.ToolTipRole and section == Column.RESULT and self._person:
            return f"What each row gives for {self._person}"
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        return self._headers[Column(section)] if orientation == Qt.Orientation.Horizontal else section + 1

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Text, mark and explanation of a cell."""
        if not index.isValid():
            return None
        row, column = self.rows.rows[index.row()], Column(index.column())
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(row, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._explanation(row, column, index.row())
        if role == Qt.ItemDataRole.DecorationRole:
            return self._mark(row, column, index.row())
        return None

    def _text(self, row: AttributeMapping, column: Column) -> str:
        if column == Column.TARGET:
            return row.target
        if column == Column.FILTERING:
            return self.rows.filtering(row.target)
        if column == Column.SOURCE:
            return source_text(row)
        if column == Column.MATCHING:
            return str(row.matching) if row.matching else ""
        if column == Column.APPLY:
            return "Always" if row.apply == "always" else "On creation"
        value, error = self._results.get(row.target, ("", ""))
        return error or value

    def _explanation(self, row: AttributeMapping, column: Column, place: int) -> str:
        if column == Column.TARGET:
            return self.rows.fault(row, place) or row.target
        if column == Column.FILTERING:
            return self.rows.matching_refusal(row.target) or self.rows.matching_warning(row.target)
        if column == Column.SOURCE:
            return row.source
        return self._text(row, column)

    def _mark(self, row: AttributeMapping, column: Column, place: int) -> Any:
        if column == Column.TARGET and self.rows.fault(row, place):
            return self._bad
        if column == Column.FILTERING and self.rows.filtering(row.target) == "Yes":
            return self._good
        if column == Column.RESULT and self._results.get(row.target, ("", ""))[1]:
            return self._bad
        return None


class MappingTableView(QTableView):
    """The table as a list of whole rows that Tab passes by.

    Signals:
        opened(): Enter was pressed on the selected row.
    """

    opened = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        dress_table(self, several=False, numbered=True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens the row, where Qt would press the window's default button too."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.opened.emit()
            return
        super().keyPressEvent(event)

    def current_place(self) -> int:
        """The row that is selected; -1 when none is."""
        chosen = self.selectionModel().selectedRows()
        return chosen[0].row() if chosen else -1

    def fit(self) -> None:
        """Share the width: short columns get what they need, the three long ones the rest."""
        self.resizeColumnsToContents()
        short = sum(self.columnWidth(column) for column in (Column.FILTERING, Column.MATCHING, Column.APPLY))
        room = max(0, self.viewport().width() - short)
        self.setColumnWidth(Column.TARGET, min(self.columnWidth(Column.TARGET), room * 34 // 100))
        self.setColumnWidth(Column.SOURCE, min(self.columnWidth(Column.SOURCE), room * 36 // 100))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the width anew."""
        super().resizeEvent(event)
        self.fit()
