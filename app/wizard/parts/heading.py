"""A page's main instruction with the sentences under it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from app.look.palette import Tone
from app.look.spacing import characters, gap, heading_font
from app.look.toned_label import TonedLabel

LINE_LENGTH = 96
"""Characters in a line of running text at most: longer ones are hard to follow."""


class Heading(QWidget):
    """What one does on this page, large; below it, in a quieter tone, why or how.

    QWizard's own titles are not used: in the accessibility tree they come after the buttons.
    """

    def __init__(self, title: str, lead: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = QLabel(title, self)
        self._title.setWordWrap(True)
        self._title.setFont(heading_font())
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        self._lead = TonedLabel(Tone.MUTED, self)
        self._lead.setMaximumWidth(characters(LINE_LENGTH))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(gap() // 2)
        column.addWidget(self._title)
        column.addWidget(self._lead)
        self.set_texts(title, lead)

    def set_texts(self, title: str, lead: str) -> None:
        """Change both texts."""
        self._title.setText(title)
        self._lead.setText(lead)
        self.setAccessibleName(title)
        self.setAccessibleDescription(lead)

    def changeEvent(self, event: QEvent) -> None:
        """Keep the size relation when the person changes the letter size."""
        if event.type() == QEvent.Type.ApplicationFontChange:
            self._title.setFont(heading_font())
        super().changeEvent(event)
