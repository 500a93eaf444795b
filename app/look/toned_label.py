"""A line of text in one of the house's tones, hidden while it has nothing to say."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel, QWidget

from app.look.palette import Tone, tone_colour


class TonedLabel(QLabel):
    """A wrapping label whose colour follows its tone and the palette."""

    def __init__(self, tone: Tone = Tone.MUTED, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tone = tone
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self._paint_tone()
        self.setVisible(False)

    def setText(self, text: str) -> None:  # noqa: N802 - Qt's own name
        """Show a text; an empty one hides the label."""
        super().setText(text)
        self.setVisible(bool(text))

    def set_tone(self, tone: Tone) -> None:
        """Change what the colour says."""
        if tone is not self._tone:
            self._tone = tone
            self._paint_tone()

    def _paint_tone(self) -> None:
        palette = QPalette()
        palette.setColor(QPalette.ColorRole.WindowText, tone_colour(self._tone))
        self.setPalette(palette)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's own name
        """Take the tone's colour anew when the application turns light or dark."""
        if event.type() == QEvent.Type.ApplicationPaletteChange:
            self._paint_tone()
        super().changeEvent(event)
