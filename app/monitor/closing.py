"""The one question before a window closes on a running cycle."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QAbstractButton, QMessageBox, QWidget


class ClosingQuestion(QObject):
    """Asks whether to keep the cycle running.

    Signals:
        stop_wanted(): *Stop and close* was chosen.
    """

    stop_wanted = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._box: QMessageBox | None = None

    @property
    def box(self) -> QMessageBox | None:
        """The question, while it is open."""
        return self._box

    def ask(self) -> None:
        """Open the question; nothing happens when it is open already."""
        if self._box is not None:
            self._box.raise_()
            return
        box = QMessageBox(self._window)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle(self.tr("A cycle is running"))
        box.setText(self.tr("A cycle is running. Stop it and close?"))
        box.setInformativeText(
            self.tr("What was sent stays in the app and is remembered. The next cycle goes on from there.")
        )
        keep = box.addButton(self.tr("&Keep running"), QMessageBox.ButtonRole.RejectRole)
        self._stop = box.addButton(self.tr("&Stop and close"), QMessageBox.ButtonRole.DestructiveRole)
        box.setDefaultButton(keep)
        box.setEscapeButton(keep)
        box.buttonClicked.connect(self._answer)
        box.finished.connect(self._forget)
        self._box = box
        # Not exec(): the worker's messages go on being taken in either way, but a test can reach this one.
        box.open()

    @Slot(QAbstractButton)
    def _answer(self, button: QAbstractButton) -> None:
        if button is self._stop:
            self.stop_wanted.emit()

    @Slot()
    def _forget(self) -> None:
        if self._box is not None:
            self._box.deleteLater()
            self._box = None
