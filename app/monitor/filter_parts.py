"""The parts that both log filters have: the search field, the choices, and the button that exports."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QComboBox, QLineEdit, QMenu, QToolButton, QWidget

from app.look.icons import Glyph, icon
from app.look.spacing import characters
from app.monitor.words import Word


def search_field(placeholder: str, parent: QWidget) -> QLineEdit:
    """The field that narrows by text."""
    field = QLineEdit(parent)
    field.setPlaceholderText(placeholder)
    field.setClearButtonEnabled(True)
    field.setMinimumWidth(characters(18))
    field.setMaximumWidth(characters(44))
    return field


def choice_box(words: dict[str, Word], everything: str, parent: QWidget) -> QComboBox:
    """One of these words, or everything; dry runs are in no log."""
    box = QComboBox(parent)
    box.addItem(everything, "")
    for value, word in words.items():
        if value != "planned":
            box.addItem(icon(word.glyph, word.tone), word.text, value)
    return box


class ExportButton(QToolButton):
    """Offers the rows of the filter as a file.

    Signals:
        wanted(str): as what, ``csv`` or ``json``.
    """

    wanted = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setText(self.tr("E&xport"))
        self.setIcon(icon(Glyph.EXPORT))
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Export the rows of this filter"))
        menu = QMenu(self)
        for text, kind in ((self.tr("As &CSV…"), "csv"), (self.tr("As &JSON…"), "json")):
            entry = QAction(text, menu)
            entry.setData(kind)
            menu.addAction(entry)
        menu.triggered.connect(self._choose)
        self.setMenu(menu)

    @Slot(QAction)
    def _choose(self, entry: QAction) -> None:
        self.wanted.emit(str(entry.data()))
