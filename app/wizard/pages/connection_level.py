"""How deep the connection is tested: only looking, or with test people who are removed again."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QWidget

from app.look.spacing import gap
from app.wizard.pages.connection_words import Level
from app.wizard.parts.choice import Choice

LOOK = (
    "Asks the app some questions and changes nothing. Tells whether address, certificate, token and search "
    "are right."
)
TRY = (
    "Also makes a few test people and test groups whose names begin with rollcall-check, changes them, "
    "disables them, and removes every one of them again. Your own people are never touched. Only this "
    "tells whether leavers lose their access."
)


class LevelChoice(QWidget):
    """The two levels as cards.

    Signals:
        chosen(): the person chose another level.
    """

    chosen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.look = Choice("Only l&ook", LOOK, self)
        self.try_ = Choice("&Try it with test people", TRY, self)
        self._group = QButtonGroup(self)
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(gap())
        for column, choice in enumerate((self.look, self.try_)):
            self._group.addButton(choice.radio)
            layout.addWidget(choice, 0, column)
            layout.setColumnStretch(column, 1)
        self.look.radio.setChecked(True)
        self._silent = False
        # One of the two is enough: what one gains the other loses.
        self.try_.radio.toggled.connect(self._tell)

    @property
    def level(self) -> Level:
        """The level that is chosen."""
        return "write" if self.try_.radio.isChecked() else "read"

    def set_level(self, level: Level) -> None:
        """Choose a level without telling anybody."""
        self._silent = True
        (self.try_ if level == "write" else self.look).radio.setChecked(True)
        self._silent = False

    @Slot(bool)
    def _tell(self, on: bool) -> None:
        if not self._silent:
            self.chosen.emit()
