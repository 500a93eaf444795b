"""*Learn more*: a few sentences of ours, and Microsoft's page for the step."""

from __future__ import annotations

from PySide6.QtCore import QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from app.look.card import Card
from app.look.icons import Glyph, icon
from app.look.spacing import characters, gap
from app.wizard.parts.heading import LINE_LENGTH


class MorePanel(Card):
    """Opened with F1 or the *Learn more* button, closed the same way.

    Signals:
        closed(): its own *Hide* button was pressed.
    """

    closed = Signal()

    def __init__(
        self, title: str, url: str, sentences: tuple[str, ...], parent: QWidget | None = None
    ) -> None:
        super().__init__("In short", parent)
        self.setAccessibleName("Learn more")
        self._url = QUrl(url)
        text = QLabel(" ".join(sentences), self)
        text.setWordWrap(True)
        text.setMaximumWidth(characters(LINE_LENGTH))
        self.column.addWidget(text)
        self.open = QPushButton(icon(Glyph.LINK), f"Open “{title}”", self)
        self.open.setToolTip(url)
        self.open.setAccessibleDescription(f"Opens {url} in the browser")
        self.open.clicked.connect(self._open)
        self.hide_ = QPushButton("&Hide", self)
        self.hide_.setAccessibleName("Hide learn more")
        self.hide_.clicked.connect(self.closed)
        row = QHBoxLayout()
        row.setSpacing(gap())
        for button in (self.open, self.hide_):
            button.setAutoDefault(False)
            row.addWidget(button)
        row.addStretch(1)
        self.column.addLayout(row)

    @Slot()
    def _open(self) -> None:
        QDesktopServices.openUrl(self._url)
