"""The table of the log: one row selected at a time, walked by keyboard, never a widget in a cell."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QApplication, QHeaderView, QTableView, QWidget

from app.look.spacing import characters, lines
from app.monitor.details_text import tell_plainly
from app.monitor.log_model import LogModel
from app.monitor.log_row import COLUMNS, SORTABLE

_Index = QModelIndex | QPersistentModelIndex


class LogTable(QTableView):
    """Shows a :class:`LogModel`.

    Signals:
        chosen(object): the entry of the row that is selected now; None when none is.
        opened(): Enter was pressed on a row.
    """

    chosen = Signal(object)
    opened = Signal()

    def __init__(self, model: LogModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._log = model
        self.setModel(model)
        self.setAccessibleName(self.tr("Provisioning log"))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setWordWrap(False)
        # Else Tab walks from cell to cell and never leaves a table of 100,000 rows.
        self.setTabKeyNavigation(False)
        self._set_up_headers()
        model.dataChanged.connect(self._tell_again)
        model.modelReset.connect(self._tell_none)

    def _set_up_headers(self) -> None:
        rows = self.verticalHeader()
        rows.setVisible(False)
        # One height for all: Qt then never asks the rows for theirs.
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(lines(1.55, self))
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setMinimumSectionSize(characters(6, self))
        for place, column in enumerate(COLUMNS):
            self.setColumnWidth(place, characters(column.width, self))
        header.setSectionResizeMode(len(COLUMNS) - 1, QHeaderView.ResizeMode.Stretch)
        header.setSortIndicator(0, Qt.SortOrder.DescendingOrder)
        header.setSortIndicatorShown(True)
        header.setSectionsClickable(True)
        header.sortIndicatorChanged.connect(self._sort)

    @property
    def at_top(self) -> bool:
        """Whether the first row is in view, and no row is selected that would be pushed away."""
        return self.verticalScrollBar().value() == 0

    def _sort(self, column: int, order: Qt.SortOrder) -> None:
        if COLUMNS[column].name in SORTABLE:
            self._log.sort(column, order)
        else:
            self.show_order()

    def show_order(self) -> None:
        """Set the header's arrow to the model's order."""
        query = self._log.query
        order = Qt.SortOrder.DescendingOrder if query.descending else Qt.SortOrder.AscendingOrder
        place = next(index for index, column in enumerate(COLUMNS) if column.name == query.sort)
        header = self.horizontalHeader()
        header.blockSignals(True)
        header.setSortIndicator(place, order)
        header.blockSignals(False)
        header.viewport().update()

    def currentChanged(self, current: _Index, previous: _Index) -> None:  # noqa: N802 - Qt's own name
        """Tell which entry is chosen."""
        super().currentChanged(current, previous)
        self._tell_current()

    def _tell_current(self) -> None:
        index = self.currentIndex()
        row = self._log.row(index.row()) if index.isValid() else None
        self.chosen.emit(row.entry if row is not None else None)

    def _tell_again(self, first: QModelIndex, last: QModelIndex) -> None:
        index = self.currentIndex()
        if index.isValid() and first.row() <= index.row() <= last.row():
            self._tell_current()

    def _tell_none(self) -> None:
        self.chosen.emit(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's own name
        """Copy a row with Ctrl+C; go to its details with Enter."""
        if event.matches(QKeySequence.StandardKey.Copy):
            row = self._log.row(self.currentIndex().row()) if self.currentIndex().isValid() else None
            if row is not None:
                QApplication.clipboard().setText(tell_plainly(row.entry))
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's own name
        """Follow another palette and another font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ApplicationPaletteChange:
            self._log.forget_icons()
        elif event.type() == QEvent.Type.FontChange:
            self.verticalHeader().setDefaultSectionSize(lines(1.55, self))
