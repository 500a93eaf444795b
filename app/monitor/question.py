"""A question in the panel itself, before something is sent that cannot be taken back."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from app.look.announce import announce
from app.look.card import Card
from app.look.icons import Glyph, icon
from app.look.palette import Tone
from app.look.spacing import gap
from app.look.toned_label import TonedLabel


class Question(Card):
    """Asks, hidden while there is nothing to ask.

    Args:
        yes: the answer that sends.
        no: the answer that does not; it has the focus, and Escape stands for it.

    Signals:
        agreed(): it is wanted.
        dropped(): it is not.
    """

    agreed = Signal()
    dropped = Signal()

    def __init__(self, yes: str, no: str, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.text = TonedLabel(Tone.PLAIN, self)
        self.yes = QPushButton(icon(Glyph.RUN), yes, self)
        self.no = QPushButton(no, self)
        for button in (self.yes, self.no):
            button.setAutoDefault(True)
        buttons = QHBoxLayout()
        buttons.setSpacing(gap())
        buttons.addWidget(self.yes)
        buttons.addWidget(self.no)
        buttons.addStretch(1)
        self.column.addWidget(self.text)
        self.column.addLayout(buttons)
        self.yes.clicked.connect(self._agree)
        self.no.clicked.connect(self.drop)
        self.hide()

    def ask(self, title: str, text: str) -> None:
        """Open the question; the answer that sends nothing has the focus."""
        self.set_title(title)
        self.text.setText(text)
        self.yes.setAccessibleDescription(text)
        self.no.setAccessibleDescription(f"{title} {text}")
        self.show()
        self.no.setFocus()
        announce(self, f"{title} {text}")

    @Slot()
    def drop(self) -> None:
        """Close the question; nothing is sent."""
        if not self.isHidden():
            self.hide()
            self.dropped.emit()

    @Slot()
    def _agree(self) -> None:
        self.hide()
        self.agreed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's own name
        """Escape is the answer that sends nothing."""
        if event.key() == Qt.Key.Key_Escape:
            self.drop()
            return
        super().keyPressEvent(event)
