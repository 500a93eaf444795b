"""Light, dark, or as the system has it: the button under the step list, and where the choice is kept."""

from __future__ import annotations

import os

from PySide6.QtCore import QSettings, Qt, Slot
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QApplication, QMenu, QToolButton, QWidget

from app.look.icons import Glyph, icon
from app.look.palette import COLOURS_VARIABLE, apply_colours
from app.setup.folders import data_folder

CHOICES = (("system", "As the &system"), ("light", "&Light"), ("dark", "&Dark"))
_KEY = "window/colours"


def _settings() -> QSettings:
    return QSettings(str(data_folder() / "settings.ini"), QSettings.Format.IniFormat)


def colours_choice() -> str:
    """What holds: the variable ``ROLLCALL_COLOURS``, else what was chosen here, else ``system``."""
    wanted = os.environ.get(COLOURS_VARIABLE, "") or str(_settings().value(_KEY, "system"))
    return wanted if wanted in {key for key, _ in CHOICES} else "system"


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
        _settings().setValue(_KEY, choice)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            apply_colours(application, choice)
