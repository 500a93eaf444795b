"""A row of numbers with their names, such as *12 created*, held in C++ labels that are made once."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.look.palette import Tone
from app.look.spacing import margin, scaled_font
from app.look.toned_label import TonedLabel


class Figures(QWidget):
    """Some named numbers beside each other, read out as one sentence."""

    def __init__(self, names: Sequence[tuple[str, str]], parent: QWidget | None = None) -> None:
        """Make the labels.

        Args:
            names: key and name of each number, in their order.
            parent: Qt's parent.
        """
        super().__init__(parent)
        self._names = dict(names)
        self._numbers: dict[str, QLabel] = {}
        self._columns: dict[str, QWidget] = {}
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(margin() * 2)
        for key, name in names:
            column = QWidget(self)
            inside = QVBoxLayout(column)
            inside.setContentsMargins(0, 0, 0, 0)
            inside.setSpacing(0)
            figure = QLabel("0", column)
            figure.setFont(scaled_font(1.6, bold=True))
            figure.setTextFormat(Qt.TextFormat.PlainText)
            under = TonedLabel(Tone.MUTED, column)
            under.setWordWrap(False)
            under.setText(name)
            inside.addWidget(figure)
            inside.addWidget(under)
            layout.addWidget(column)
            self._numbers[key] = figure
            self._columns[key] = column
        layout.addStretch(1)
        self._describe()

    def set_numbers(self, **values: int) -> None:
        """Change some of the numbers. Same text again costs nothing."""
        for key, value in values.items():
            text = f"{value:,}"
            if self._numbers[key].text() != text:
                self._numbers[key].setText(text)
        self._describe()

    def show_only(self, *keys: str) -> None:
        """Hide the numbers that say nothing here."""
        for key, column in self._columns.items():
            column.setVisible(key in keys)
        self._describe()

    def text(self, key: str) -> str:
        """A number as it is shown."""
        return self._numbers[key].text()

    def _describe(self) -> None:
        shown = [key for key, column in self._columns.items() if not column.isHidden()]
        self.setAccessibleName(", ".join(f"{self._numbers[key].text()} {self._names[key]}" for key in shown))
