"""How a users file was understood: each column with a value, and the question who is enabled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from app.look.notice import Notice
from app.look.palette import Tone
from app.look.spacing import lines
from app.look.text_table import TextRow, TextTable

if TYPE_CHECKING:
    from app.worker.messages import ColumnRow, PeopleSummary

NOT_READ = "not read"


def says_nothing(summary: PeopleSummary) -> bool:
    """Whether a source has people and says of none whether they are enabled."""
    return bool(summary.users) and not summary.enabled and not summary.disabled


def column_row(column: ColumnRow) -> TextRow:
    """The table's row of a column."""
    read_as = column.attribute or NOT_READ
    if column.meaning:
        read_as = f"{read_as}: {column.meaning}"
    return TextRow((column.heading, read_as, column.sample))


class PeopleColumns(QWidget):
    """Shows the columns, and asks once where the file does not say who is enabled.

    Signals:
        decided(bool): a person said whether everybody in the file is enabled.
    """

    decided = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self.question = Notice("", Tone.WARNING, self)
        self.everybody = QCheckBox("Every&body in this file is enabled", self)
        self.everybody.toggled.connect(self.decided)
        self.table = TextTable(("Column in the file", "Read as", "Example"), "How each column was read", self)
        self.table.set_widths(32, 40)
        self.table.setMinimumHeight(lines(7))
        for part in (self.question, self.everybody, self.table):
            column.addWidget(part)

    def show_summary(self, summary: PeopleSummary, *, everybody: bool) -> None:
        """Show what was read.

        Args:
            everybody: what the plan says of a file that does not say who is enabled.
        """
        asks = says_nothing(summary)
        self.question.setVisible(asks)
        self.everybody.setVisible(asks)
        self.question.set_message(
            "This file does not say who is enabled. Export it again with a column for it, such as "
            "accountEnabled or Block sign in. Otherwise Rollcall cannot tell who may have access."
            if asks
            else "",
            Tone.WARNING,
        )
        self.everybody.blockSignals(True)  # noqa: FBT003 - Qt's own signature
        self.everybody.setChecked(everybody)
        self.everybody.blockSignals(False)  # noqa: FBT003 - Qt's own signature
        self.table.setVisible(bool(summary.columns))
        # Who is enabled comes first: that is where a wrong reading does harm.
        first = sorted(summary.columns, key=lambda each: not each.meaning)
        self.table.set_rows([column_row(each) for each in first])
