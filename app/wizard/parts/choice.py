"""A choice that explains itself: a radio button on a card, with a sentence under it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Slot
from PySide6.QtGui import QEnterEvent, QMouseEvent, QPaintEvent, QPalette
from PySide6.QtWidgets import QLabel, QRadioButton, QVBoxLayout, QWidget

from app.look.card import card_colour, paint_card
from app.look.palette import Tone, edge_colour, tone_colour
from app.look.spacing import gap, lines, scaled_font


class Choice(QWidget):
    """One of several. Put ``radio`` of each into one QButtonGroup.

    A click anywhere on the card chooses; the arrow keys move within the group as with bare radio buttons.
    """

    def __init__(self, title: str, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.radio = QRadioButton(title, self)
        self.radio.setFont(scaled_font(1.05, bold=True))
        self.radio.setAccessibleDescription(text)
        self.radio.toggled.connect(self._on_toggled)
        self._text = QLabel(text, self)
        self._text.setWordWrap(True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        column = QVBoxLayout(self)
        column.setContentsMargins(gap() * 2, gap() + gap() // 2, gap() * 2, gap() + gap() // 2)
        column.setSpacing(gap() // 2)
        column.addWidget(self.radio)
        column.addWidget(self._text)
        column.addStretch(1)
        self._text.setContentsMargins(lines(1.35), 0, 0, 0)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def set_text(self, text: str) -> None:
        """Change the sentence."""
        self._text.setText(text)
        self.radio.setAccessibleDescription(text)

    def disable(self, why: str) -> None:
        """Make it impossible to choose, and say why where the sentence stands."""
        self.set_text(why)
        self.radio.setEnabled(False)
        self._text.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.setCursor(Qt.CursorShape.ArrowCursor)

    @Slot(bool)
    def _on_toggled(self, on: bool) -> None:
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose."""
        if event.button() == Qt.MouseButton.LeftButton and self.radio.isEnabled():
            self.radio.setChecked(True)
            self.radio.setFocus(Qt.FocusReason.MouseFocusReason)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Show that it can be clicked."""
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """The mouse has gone."""
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """A card; chosen ones have a stronger edge, besides the dot of the radio button."""
        palette = self.palette()
        accent = tone_colour(Tone.ACCENT, palette)
        base = card_colour(palette)
        if self.radio.isChecked():
            paint_card(self, base, accent, 2.0)
        elif self.radio.isEnabled() and self.underMouse():
            accent.setAlphaF(0.6)
            paint_card(self, base, accent)
        else:
            paint_card(self, base, edge_colour(palette))
