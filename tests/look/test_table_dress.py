"""The dress of all tables: rows are read as wholes, and their numbers are not cut."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QTableView, QTableWidget
from pytestqt.qtbot import QtBot

from app.look.table_dress import dress_table


@pytest.fixture
def table(qtbot: QtBot) -> QTableWidget:
    table = QTableWidget(120, 2)
    qtbot.addWidget(table)
    return table


def test_rows_are_wholes_that_tab_passes_by(table: QTableWidget) -> None:
    dress_table(table)
    assert not table.tabKeyNavigation()
    assert table.selectionBehavior() == QTableView.SelectionBehavior.SelectRows
    assert table.selectionMode() == QTableView.SelectionMode.ExtendedSelection
    assert table.editTriggers() == QTableView.EditTrigger.NoEditTriggers
    assert table.verticalHeader().isHidden()


def test_numbers_of_rows_have_the_room_they_need(qtbot: QtBot, table: QTableWidget) -> None:
    dress_table(table, several=False, numbered=True)
    table.show()
    qtbot.waitExposed(table)
    header = table.verticalHeader()
    font = header.font()
    font.setBold(True)  # the number of the current row
    metrics = QFontMetrics(font)
    assert table.selectionMode() == QTableView.SelectionMode.SingleSelection
    assert header.width() >= metrics.horizontalAdvance("120") + metrics.averageCharWidth()
    assert header.sectionSize(0) >= metrics.height()
    assert header.defaultAlignment() & Qt.AlignmentFlag.AlignVCenter
