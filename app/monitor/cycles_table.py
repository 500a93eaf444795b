"""The last cycles, newest first, in cells that are made once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from app.look.icons import icon
from app.look.spacing import characters, lines
from app.monitor.words import CYCLE_KINDS, counts_text, cycle_word, how_long, number, parse_time, when

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.worker.messages import CycleSummary

_WIDTHS = (7, 12, 15, 11, 16)
_RESULT = 4
_ROWS_IN_VIEW = 4


class CyclesTable(QTableWidget):
    """Lists cycles.

    Signals:
        wanted(int): Enter or a double-click asked for a cycle's rows in the log.
    """

    wanted = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        titles = ("Cycle", "Kind", "Began", "Took", "Result", "Changes")
        super().__init__(0, len(titles), parent)
        self._numbers: list[int] = []
        self.setHorizontalHeaderLabels([self.tr(title) for title in titles])
        self.setAccessibleName(self.tr("Last cycles"))
        self.setToolTip(self.tr("Press Enter on a cycle to see its rows in the log"))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setAlternatingRowColors(True)
        self.verticalHeader().setVisible(False)
        self.verticalHeader().setDefaultSectionSize(lines(1.55, self))
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setMinimumSectionSize(characters(6, self))
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for column, width in enumerate(_WIDTHS):
            self.setColumnWidth(column, characters(width, self))
        header.setSectionResizeMode(len(_WIDTHS), QHeaderView.ResizeMode.Stretch)
        self.activated.connect(self._want)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's own name
        """As high as four cycles: the rest of a large window is the log's."""
        rows = _ROWS_IN_VIEW * self.verticalHeader().defaultSectionSize()
        return QSize(characters(60, self), self.horizontalHeader().sizeHint().height() + rows + 2)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's own name
        """The same height; the width may shrink, the table scrolls then."""
        return QSize(characters(20, self), self.sizeHint().height())

    def show_cycles(self, cycles: Sequence[CycleSummary]) -> None:
        """Show these cycles, in the order given."""
        self._numbers = [cycle.cycle for cycle in cycles]
        self.setRowCount(len(cycles))
        for row, cycle in enumerate(cycles):
            word = cycle_word(cycle.state)
            texts = (
                number(cycle.cycle),
                CYCLE_KINDS.get(cycle.kind, cycle.kind),
                when(parse_time(cycle.began)),
                how_long(cycle.seconds),
                word.text,
                counts_text(cycle.counts) or self.tr("nothing to do"),
            )
            for column, text in enumerate(texts):
                item = self._cell(row, column)
                if item.text() != text:
                    item.setText(text)
                    item.setToolTip(cycle.sentence if column >= _RESULT and cycle.sentence else text)
                    if column == _RESULT:
                        item.setIcon(icon(word.glyph, word.tone))

    def _cell(self, row: int, column: int) -> QTableWidgetItem:
        item = self.item(row, column)
        if item is None:
            item = QTableWidgetItem()
            self.setItem(row, column, item)
        return item

    @Slot(QModelIndex)
    def _want(self, index: QModelIndex) -> None:
        if 0 <= index.row() < len(self._numbers):
            self.wanted.emit(self._numbers[index.row()])
