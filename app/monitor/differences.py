"""The differences of one comparison as a table, with the details of the current row beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QItemSelectionRange,
    QModelIndex,
    QSignalBlocker,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtWidgets import QSplitter, QWidget

from app.look.icons import icon
from app.look.text_table import TextRow, TextTable
from app.monitor.compare_details import DifferenceDetails
from app.monitor.compare_words import KINDS, difference, say
from app.monitor.words import count_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.worker.messages import DriftRow


class _Look:
    """What all rows of one kind of difference show: worked out once, not for each of a thousand."""

    def __init__(self, what: str) -> None:
        word = difference(what)
        self.text, self.meaning = say(word.text), say(word.meaning)
        self.icon = icon(word.glyph, word.tone)
        self.kinds = {kind: say(name) for kind, name in KINDS.items()}


class Differences(QSplitter):
    """Lists differences.

    Signals:
        selection_changed(): other rows are selected.
    """

    selection_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._rows: list[DriftRow] = []
        self._filling = False
        self.table = TextTable(
            (self.tr("Name"), self.tr("Kind"), self.tr("Difference"), self.tr("What differs")),
            self.tr("Differences"),
            self,
        )
        self.table.set_widths(36, 10, 30)
        self.details = DifferenceDetails(self)
        self.setChildrenCollapsible(False)
        self.addWidget(self.table)
        self.addWidget(self.details)
        self.setStretchFactor(0, 5)
        self.setStretchFactor(1, 3)
        # Tab goes on from the table to its details.
        QWidget.setTabOrder(self.table, self.details)
        chosen = self.table.selectionModel()
        chosen.currentRowChanged.connect(self._tell)
        chosen.selectionChanged.connect(self.selection_changed)
        self.table.activated.connect(self._to_details)

    @property
    def selected(self) -> list[DriftRow]:
        """The selected differences, in the table's order."""
        # By its ranges: a thousand single indexes take 20 ms.
        ranges = self.table.selectionModel().selection()
        parts = [ranges.at(number) for number in range(ranges.count())]
        places = {place for part in parts for place in range(part.top(), part.bottom() + 1)}
        return [self._rows[place] for place in sorted(places)]

    def show_rows(self, rows: Sequence[DriftRow]) -> None:
        """Show these; what was selected and is still there stays selected."""
        held = {row.id for row in self.selected}
        self._rows = list(rows)
        chosen = self.table.selectionModel()
        looks = {what: _Look(what) for what in {row.what for row in self._rows}}
        self._filling = True
        with QSignalBlocker(self):
            self.table.set_rows([self._cells(row, looks[row.what]) for row in self._rows])
            flags = QItemSelectionModel.SelectionFlag
            chosen.select(self._ranges(held), flags.Select | flags.Rows)
            if not chosen.hasSelection() and self._rows:
                self.table.selectRow(0)
        self._filling = False
        self._tell(self.table.currentIndex())
        self.selection_changed.emit()

    def _ranges(self, ids: set[str]) -> QItemSelection:
        """The rows of these ids as one selection, neighbours together."""
        found, model, last = QItemSelection(), self.table.rows, len(self._rows)
        begin = -1
        for place in range(last + 1):
            inside = place < last and self._rows[place].id in ids
            if inside and begin < 0:
                begin = place
            elif not inside and begin >= 0:
                found.append(QItemSelectionRange(model.index(begin, 0), model.index(place - 1, 0)))
                begin = -1
        return found

    def _cells(self, row: DriftRow, look: _Look) -> TextRow:
        targets = list(dict.fromkeys(change.target for change in row.changes))
        about = ", ".join(targets[:5])
        if row.what == "members" and targets == ["members"]:
            about = count_of(len(row.changes), "member", "members")
        elif len(targets) > 5:
            about = self.tr("{0} and others").format(about)
        kind = look.kinds.get(row.kind, row.kind)
        return TextRow((row.name, kind, look.text, about), look.icon, look.meaning)

    @Slot(QModelIndex)
    def _tell(self, index: QModelIndex) -> None:
        if self._filling:
            return  # told once, when all is there
        place = index.row()
        self.details.show_row(self._rows[place] if 0 <= place < len(self._rows) else None)

    @Slot()
    def _to_details(self) -> None:
        self.details.setFocus()
