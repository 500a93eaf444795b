"""A tick box whose text may be longer than a line, with a link beside it."""

from __future__ import annotations

from PySide6.QtCore import Qt, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices, QMouseEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QPushButton, QWidget

from app.look.icons import Glyph, icon
from app.look.spacing import gap


class _Text(QLabel):
    """The text, which ticks the box when clicked."""

    clicked = Signal()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Tick."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.clicked.emit()


class TickRow(QWidget):
    """One thing to confirm. QCheckBox itself does not wrap its text.

    Signals:
        toggled(): ticked or unticked.
    """

    toggled = Signal()

    def __init__(self, text: str, link: str = "", label: str = "", parent: QWidget | None = None) -> None:
        """Make a row for ``text``; ``label`` is the same with a mnemonic, ``link`` an address to read
        more."""
        super().__init__(parent)
        self.text = text
        self.box = QCheckBox(self)
        self.box.setAccessibleName(text)
        self.box.toggled.connect(self.toggled)
        self._text = _Text(label or text, self)
        self._text.setWordWrap(True)
        self._text.setBuddy(self.box)
        self._text.clicked.connect(self.box.click)
        self._url = QUrl(link)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(gap())
        row.addWidget(self.box, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._text, 1)
        if link:
            self.link = QPushButton(icon(Glyph.LINK), "", self)
            self.link.setFlat(True)
            self.link.setAutoDefault(False)
            self.link.setAccessibleName(f"Read more: {text}")
            self.link.setToolTip(link)
            self.link.clicked.connect(self._open)
            row.addWidget(self.link, 0, Qt.AlignmentFlag.AlignTop)

    @Slot()
    def _open(self) -> None:
        QDesktopServices.openUrl(self._url)
