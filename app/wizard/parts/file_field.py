"""A field for one file: type, paste, browse, or drop it there."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from app.look.icons import Glyph, icon
from app.look.palette import Tone
from app.look.spacing import gap, tighten
from app.look.toned_label import TonedLabel


class FileField(QWidget):
    """One file with its label, a *Browse* button and a line under it.

    Signals:
        chosen(str): the person settled on a path: left the field, browsed or dropped.
    """

    chosen = Signal(str)

    def __init__(self, label: str, browse: str, kinds: str, parent: QWidget | None = None) -> None:
        """Make the field.

        Args:
            label: its name, with a mnemonic.
            browse: the button's text, with a mnemonic.
            kinds: filter of the file dialog, such as ``CSV files (*.csv)``.
            parent: Qt's parent.
        """
        super().__init__(parent)
        self._kinds = kinds
        self._settled = ""
        self.label = QLabel(label, self)
        self.edit = QLineEdit(self)
        self.edit.setAccessibleName(label.replace("&", ""))
        self.edit.setPlaceholderText("Type a path, or drop the file here")
        self.edit.setAcceptDrops(False)  # else Qt would put the file's URL in as text
        self.edit.editingFinished.connect(self._settle)
        self.label.setBuddy(self.edit)
        self.browse = QPushButton(icon(Glyph.FOLDER), browse, self)
        self.browse.setAccessibleName(f"{browse.replace('&', '')} {label.replace('&', '')}")
        self.browse.setAutoDefault(False)
        self.browse.clicked.connect(self._browse)
        self.hint = TonedLabel(Tone.MUTED, self)
        layout = QVBoxLayout(self)
        tighten(layout)
        layout.setSpacing(gap() // 2)
        layout.addWidget(self.label)
        row = QHBoxLayout()
        row.setSpacing(gap())
        row.addWidget(self.edit, 1)
        row.addWidget(self.browse)
        layout.addLayout(row)
        layout.addWidget(self.hint)
        self.setAcceptDrops(True)

    @property
    def path(self) -> str:
        """What stands in the field."""
        return self.edit.text().strip()

    def set_path(self, path: str) -> None:
        """Show a path without telling anybody."""
        self._settled = path
        self.edit.setText(path)

    def choose(self, path: str) -> None:
        """Take a path as if the person had settled on it."""
        self.edit.setText(path)
        self._settle()

    @Slot()
    def _settle(self) -> None:
        if self.path != self._settled:
            self._settled = self.path
            self.chosen.emit(self.path)

    @Slot()
    def _browse(self) -> None:
        start = str(Path(self.path).parent) if self.path else ""
        title = self.label.text().replace("&", "")
        path, _ = QFileDialog.getOpenFileName(self, title, start, self._kinds)
        if path:
            self.choose(path)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take one local file."""
        if dropped_file(event) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Settle on the file that was dropped."""
        path = dropped_file(event)
        if path is not None:
            event.acceptProposedAction()
            self.choose(path)


def dropped_file(event: QDropEvent) -> str | None:
    """The one local file that is being dragged; None when it is anything else."""
    urls = event.mimeData().urls()
    return urls[0].toLocalFile() if len(urls) == 1 and urls[0].isLocalFile() else None
