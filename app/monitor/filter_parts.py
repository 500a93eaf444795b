"""What both log filters have: the search field, the choices of result and action, and the export."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QLineEdit, QMenu, QToolButton, QWidget

from app.look.icons import Glyph, icon
from app.look.spacing import characters, gap
from app.monitor.words import ACTIONS, STATUSES, Word


def search_field(parent: QWidget) -> QLineEdit:
    """The field that narrows by text."""
    field = QLineEdit(parent)
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


class LogBar(QWidget):
    """Search, result, action and export in one row; the two logs add what else narrows theirs.

    Args:
        pause: milliseconds without a key until the text counts.

    Signals:
        wanted(): the filter is another one.
        export_wanted(str): the rows of the filter are to be written as ``csv`` or ``json``.
    """

    wanted = Signal()
    export_wanted = Signal(str)

    def __init__(self, pause: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.search = search_field(self)
        self.status = choice_box(STATUSES, self.tr("All results"), self)
        self.action = choice_box(ACTIONS, self.tr("All actions"), self)
        self.export = ExportButton(self)
        self.export.wanted.connect(self.export_wanted)
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(pause)
        self._typing.timeout.connect(self.wanted)
        self.search.textChanged.connect(self._typed)
        self.search.returnPressed.connect(self._settle)
        self.status.currentIndexChanged.connect(self._settle)
        self.action.currentIndexChanged.connect(self._settle)

    def lay_out(self, named: Sequence[tuple[str, QWidget]], others: Sequence[QWidget]) -> None:
        """Put the parts in a row: what both have, what else has a name, the others, and the export."""
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(gap())
        for text, widget in (
            (self.tr("Sea&rch"), self.search),
            (self.tr("R&esult"), self.status),
            (self.tr("&Action"), self.action),
            *named,
        ):
            label = QLabel(text, self)
            label.setBuddy(widget)
            widget.setAccessibleName(text.replace("&", ""))
            row.addWidget(label)
            row.addWidget(widget, 1 if widget is self.search else 0)
        for widget in others:
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(self.export)

    def set_back(self, *boxes: QComboBox) -> None:
        """Take out the text and every choice without a word of it."""
        widgets: tuple[QWidget, ...] = (self.search, self.status, self.action, *boxes)
        for widget in widgets:
            widget.blockSignals(True)
        self.search.clear()
        for box in (self.status, self.action, *boxes):
            box.setCurrentIndex(0)
        for widget in widgets:
            widget.blockSignals(False)

    @Slot()
    def _typed(self) -> None:
        self._typing.start()

    @Slot()
    def _settle(self) -> None:
        self._typing.stop()
        self.wanted.emit()
