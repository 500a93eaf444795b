"""How every table of the two windows is dressed: whole rows, no grid, Tab passes it by."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView


def dress_table(table: QTableView, several: bool = True, numbered: bool = False) -> None:
    """Dress a table that is read and not edited.

    Args:
        table: the table, its model set or not.
        several: whether several rows can be selected at once.
        numbered: whether the rows keep their numbers at the left, because messages name them.
    """
    modes = QAbstractItemView.SelectionMode
    table.setTabKeyNavigation(False)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(modes.ExtendedSelection if several else modes.SingleSelection)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setWordWrap(False)
    table.setShowGrid(False)
    table.setAlternatingRowColors(True)
    rows = table.verticalHeader()
    rows.setVisible(numbered)
    # Fixed, and with no least size: the style's own is higher than a row, and cuts the numbers at the bottom.
    rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    rows.setMinimumSectionSize(0)
    rows.setDefaultSectionSize(round(table.fontMetrics().height() * 1.6))
    rows.setDefaultAlignment(Qt.AlignmentFlag.AlignCenter)
    rows.setMinimumWidth(_room_for_numbers(rows) if numbered else 0)
    header = table.horizontalHeader()
    header.setHighlightSections(False)
    header.setStretchLastSection(True)
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)


def _room_for_numbers(rows: QHeaderView) -> int:
    """Give the width of a number of four digits with air: the style leaves the current row's, bold, none."""
    font = rows.font()
    font.setBold(True)
    metrics = QFontMetrics(font)
    return metrics.horizontalAdvance("0000") + 2 * metrics.averageCharWidth()
