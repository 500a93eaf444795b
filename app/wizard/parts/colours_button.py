"""The button under the step list that chooses between light, dark and as the system has it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QApplication, QMenu, QToolButton, QWidget

from app.look.icons import Glyph, icon
from app.look.palette import apply_colours
from app.wizard.colours import CHOICES, colours_choice, keep_choice


class ColoursButton(QToolButton):
    """Opens the three choices; F8 does too."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setText("Colours")
        self.setIcon(icon(Glyph.COLOURS))
        self.setToolTip("Light or dark (F8)")
        self.setAccessibleName("Colours: light or dark")
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAutoRaise(True)
        self.setShortcut(QKeySequence(Qt.Key.Key_F8))
        menu = QMenu(self)
        self._group = QActionGroup(self)
        chosen = colours_choice()
        for key, text in CHOICES:
            action = QAction(text, self._group)
            action.setCheckable(True)
            action.setData(key)
            action.setChecked(key == chosen)
            menu.addAction(action)
        self._group.triggered.connect(self._choose)
        self.setMenu(menu)

    @Slot(QAction)
    def _choose(self, action: QAction) -> None:
        choice = str(action.data())
        keep_choice(choice)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            apply_colours(application, choice)
