"""The functions of the expression language, searched by name or meaning, to be put into an expression."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.look.icons import Glyph, icon
from app.look.palette import Tone
from app.look.spacing import gap, lines, tighten
from app.look.toned_label import TonedLabel

if TYPE_CHECKING:
    from app.worker.messages import FunctionRow


def matching_functions(functions: Sequence[FunctionRow], typed: str) -> list[FunctionRow]:
    """The functions whose name or summary holds what was typed; names that begin with it first."""
    wanted = typed.strip().casefold()
    found = [one for one in functions if wanted in one.name.casefold() or wanted in one.summary.casefold()]
    return sorted(found, key=lambda one: (not one.name.casefold().startswith(wanted), one.name.casefold()))


class FunctionPicker(QWidget):
    """A searched list of functions, with how the chosen one is called and what it gives.

    Signals:
        chosen(str): put this text into the expression.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._functions: list[FunctionRow] = []
        self._shown: list[FunctionRow] = []
        label = QLabel("&Functions", self)
        self.search = QLineEdit(self)
        self.search.setPlaceholderText("Search by name or by what it does")
        self.search.setClearButtonEnabled(True)
        self.search.setAccessibleName("Search the functions")
        label.setBuddy(self.search)
        self.search.textChanged.connect(self._filter)
        self.list = QListWidget(self)
        self.list.setAccessibleName("Functions")
        self.list.currentRowChanged.connect(self._explain)
        self.list.itemActivated.connect(self._insert)
        self.signature = QLabel(self)
        self.signature.setWordWrap(True)
        self.signature.setTextFormat(Qt.TextFormat.PlainText)
        self.summary = TonedLabel(Tone.MUTED, self)
        self.insert = QPushButton(icon(Glyph.ADD), "&Insert function", self)
        self.insert.setAutoDefault(False)
        self.insert.clicked.connect(self._insert)
        layout = QVBoxLayout(self)
        tighten(layout)
        layout.setSpacing(gap() // 2)
        layout.addWidget(label)
        layout.addWidget(self.search)
        layout.addWidget(self.list, 1)
        layout.addWidget(self.signature)
        layout.addWidget(self.summary)
        layout.addWidget(self.insert, 0, Qt.AlignmentFlag.AlignLeft)
        self.list.setMinimumHeight(lines(5))

    def set_functions(self, functions: Sequence[FunctionRow]) -> None:
        """Offer these functions."""
        self._functions = list(functions)
        self._filter()

    @Slot()
    def _filter(self) -> None:
        self._shown = matching_functions(self._functions, self.search.text())
        self.list.clear()
        for one in self._shown:
            item = QListWidgetItem(one.signature)
            item.setToolTip(f"{one.signature}\n{one.summary}")
            self.list.addItem(item)
        self.list.setCurrentRow(0 if self._shown else -1)

    @Slot(int)
    def _explain(self, place: int) -> None:
        one = self._shown[place] if 0 <= place < len(self._shown) else None
        self.signature.setText(one.signature if one else "No function has this in its name or meaning.")
        self.summary.setText(one.summary if one else "")
        self.insert.setEnabled(one is not None)

    @Slot()
    def _insert(self) -> None:
        place = self.list.currentRow()
        if 0 <= place < len(self._shown):
            self.chosen.emit(f"{self._shown[place].name}()")
