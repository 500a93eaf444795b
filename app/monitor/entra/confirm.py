"""A warning in the panel with its two answers, instead of a box in front of the window."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.look.notice import Notice
from app.look.palette import Tone
from app.look.spacing import gap, tighten


class Confirm(QWidget):
    """Hidden until something is to be confirmed.

    Signals:
        confirmed(str): the task that was asked about is wanted.
        left(): it is not.
    """

    confirmed = Signal(str)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.task = ""
        self.notice = Notice("", Tone.WARNING, self)
        self.yes = QPushButton(self)
        self.no = QPushButton(self.tr("Leave it as it is"), self)
        self.look = QPushButton(self.tr("Sh&ow them in the log"), self)
        column = QVBoxLayout(self)
        tighten(column)
        column.addWidget(self.notice)
        row = QHBoxLayout()
        row.setSpacing(gap())
        row.addWidget(self.yes)
        row.addWidget(self.no)
        row.addWidget(self.look)
        row.addStretch(1)
        column.addLayout(row)
        for button in (self.yes, self.no, self.look):
            button.setAutoDefault(False)
        self.yes.clicked.connect(self._confirm)
        self.no.clicked.connect(self.dismiss)
        self.setVisible(False)

    def ask(self, task: str, warning: str, yes: str, *, look: bool = False) -> None:
        """Ask; the harmless answer has the focus. ``look``: there are people to look at first."""
        self.task = task
        self.notice.set_message(warning)
        self.yes.setText(yes)
        self.look.setVisible(look)
        self.yes.setAccessibleDescription(warning)
        self.setVisible(True)
        self.no.setFocus()

    @Slot()
    def dismiss(self) -> None:
        """Ask no more."""
        if self.task:
            self.task = ""
            self.setVisible(False)
            self.left.emit()

    @Slot()
    def _confirm(self) -> None:
        task, self.task = self.task, ""
        self.setVisible(False)
        self.confirmed.emit(task)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's own name
        """Escape is no."""
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        else:
            super().keyPressEvent(event)
