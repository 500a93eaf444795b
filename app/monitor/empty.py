"""What stands where the log's rows would be when there are none."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from app.look.icons import Glyph
from app.look.notice import IconLabel
from app.look.palette import Tone
from app.look.spacing import characters, gap, scaled_font
from app.look.toned_label import TonedLabel


class Empty(QWidget):
    """An icon, what there is not, why, and the one thing to do about it.

    Signals:
        pressed(): the button was pressed.
    """

    pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = IconLabel(Glyph.INFO, Tone.MUTED, 2.4, self)
        self.title = QLabel(self)
        self.title.setFont(scaled_font(1.15, bold=True))
        self.text = TonedLabel(Tone.MUTED, self)
        self.text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.text.setMaximumWidth(characters(70))
        self.button = QPushButton(self)
        self.button.clicked.connect(self.pressed)
        column = QVBoxLayout(self)
        column.setSpacing(gap())
        column.addStretch(1)
        column.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self.title, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self.text, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(2)

    def say(self, glyph: Glyph, title: str, text: str, button: str = "") -> None:
        """Say something; without a button's text there is no button."""
        self._icon.set_glyph(glyph, Tone.MUTED)
        self.title.setText(title)
        self.text.setText(text)
        # A wrapping label in a centring layout is as narrow as its longest word unless it is told otherwise.
        self.text.setMinimumWidth(
            min(characters(70), self.text.fontMetrics().horizontalAdvance(text) + gap())
        )
        # Nor does it get the height of more than two lines by itself.
        self.text.setMinimumHeight(self.text.heightForWidth(self.text.minimumWidth()))
        self.button.setText(button)
        self.button.setVisible(bool(button))
