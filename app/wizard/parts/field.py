"""A labelled input with a hint and a message of its own right under it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.look.announce import announce
from app.look.palette import Tone
from app.look.spacing import gap, scaled_font
from app.look.toned_label import TonedLabel


class Field(QWidget):
    """Label above, input, then what is to be said about it.

    The label is the input's buddy: its mnemonic puts the caret there, and for a combo box on Linux it is
    the only name that a screen reader gets.

    Attributes:
        input: the input given.
        row: its row; buttons that belong to the input go beside it.
    """

    def __init__(self, label: str, input_: QWidget, hint: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.input = input_
        self.label = QLabel(label, self)
        self.label.setFont(scaled_font(1.0, bold=True))
        self.label.setBuddy(input_)
        self._hint = TonedLabel(Tone.MUTED, self)
        self._hint.setText(hint)
        self._message = TonedLabel(Tone.MUTED, self)
        input_.setAccessibleName(label.replace("&", ""))
        if hint:
            input_.setAccessibleDescription(hint)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(gap() // 2)
        column.addWidget(self.label)
        self.row = QHBoxLayout()
        self.row.setSpacing(gap())
        self.row.addWidget(input_, 1)
        column.addLayout(self.row)
        column.addWidget(self._message)
        column.addWidget(self._hint)
        self.label.setAlignment(Qt.AlignmentFlag.AlignLeft)

    @property
    def message(self) -> str:
        """What is said under the input; empty when nothing."""
        return self._message.text()

    def set_message(self, text: str, tone: Tone = Tone.MUTED, aloud: bool = False) -> None:
        """Say something under the input; ``aloud`` has a screen reader read it too."""
        self._message.set_tone(tone)
        self._message.setText(text)
        if aloud:
            announce(self.input, text)

    def set_hint(self, text: str) -> None:
        """Change the quiet line under the input."""
        self._hint.setText(text)
        self.input.setAccessibleDescription(text)
