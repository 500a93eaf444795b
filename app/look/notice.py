"""A short message inside a page: something to know, to watch, or that went wrong."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QColor, QPaintEvent, QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from app.look.announce import announce
from app.look.card import paint_card
from app.look.icons import Glyph, icon
from app.look.palette import Tone, tone_colour
from app.look.spacing import gap, lines

_GLYPHS = {
    Tone.PLAIN: Glyph.INFO,
    Tone.MUTED: Glyph.INFO,
    Tone.ACCENT: Glyph.INFO,
    Tone.GOOD: Glyph.GOOD,
    Tone.WARNING: Glyph.WARNING,
    Tone.BAD: Glyph.BAD,
}
_WORDS = {Tone.GOOD: "Good", Tone.WARNING: "Warning", Tone.BAD: "Problem"}


class IconLabel(QLabel):
    """A square icon as high as a line of text, painted again when the colours change."""

    def __init__(
        self, glyph: Glyph, tone: Tone | None = None, scale: float = 1.2, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._glyph, self._tone, self._scale = glyph, tone, scale
        self._draw()

    def set_glyph(self, glyph: Glyph, tone: Tone | None) -> None:
        """Show another icon."""
        if (glyph, tone) != (self._glyph, self._tone):
            self._glyph, self._tone = glyph, tone
            self._draw()

    def _draw(self) -> None:
        side = lines(self._scale)
        self.setFixedSize(side, side)
        self.setPixmap(icon(self._glyph, self._tone).pixmap(QSize(side, side), self.devicePixelRatioF()))

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's own name
        """Draw anew in the new colours."""
        if event.type() in {QEvent.Type.ApplicationPaletteChange, QEvent.Type.PaletteChange}:
            self._draw()
        super().changeEvent(event)


class Notice(QWidget):
    """One message with an icon. Hidden while it has no text.

    Said aloud by a screen reader when it appears while the page is shown.
    """

    def __init__(self, text: str = "", tone: Tone = Tone.ACCENT, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tone = tone
        self._icon = IconLabel(_GLYPHS[tone], tone, parent=self)
        self._label = QLabel(self)
        self._label.setWordWrap(True)
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self._label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(gap() + gap() // 2, gap(), gap() + gap() // 2, gap())
        self.row.setSpacing(gap())
        self.row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        self.row.addWidget(self._label, 1)
        self.set_message(text, tone)

    @property
    def text(self) -> str:
        """What it says."""
        return self._label.text()

    def set_message(self, text: str, tone: Tone | None = None) -> None:
        """Say something else; an empty text hides the notice."""
        if tone is not None:
            self._tone = tone
        self._icon.set_glyph(_GLYPHS[self._tone], self._tone)
        new = text != self._label.text()
        self._label.setText(text)
        word = _WORDS.get(self._tone, "")
        self.setAccessibleName(f"{word}: {text}" if word else text)
        self.setVisible(bool(text))
        if new and self.isVisible():
            announce(self, self.accessibleName())
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's own name
        """A ground faintly coloured by the tone."""
        colour = tone_colour(self._tone, self.palette())
        base = self.palette().color(QPalette.ColorRole.Base)
        part = 0.09
        fill = QColor.fromRgbF(
            base.redF() + (colour.redF() - base.redF()) * part,
            base.greenF() + (colour.greenF() - base.greenF()) * part,
            base.blueF() + (colour.blueF() - base.blueF()) * part,
        )
        edge = QColor(colour)
        edge.setAlphaF(0.35)
        paint_card(self, fill, edge)
