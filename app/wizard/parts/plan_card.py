"""Where the plan is kept, and the command that does the same from a script."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QUrl, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QWidget

from app.look.card import Card
from app.look.icons import Glyph, icon
from app.look.palette import Tone
from app.look.spacing import gap
from app.look.toned_label import TonedLabel


class PlanCard(Card):
    """Shows the plan's path; opens its folder, copies the command."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Your plan", parent)
        self._command = ""
        label = QLabel("Every decision is kept in this f&ile; no secret is in it:", self)
        self.path = QLineEdit(self)
        self.path.setReadOnly(True)
        self.path.setAccessibleName("Path of the plan")
        label.setBuddy(self.path)
        self.folder_button = QPushButton(icon(Glyph.FOLDER), "Open fol&der", self)
        self.folder_button.clicked.connect(self._open_folder)
        self.copy_button = QPushButton(icon(Glyph.COPY), "Cop&y command", self)
        self.copy_button.clicked.connect(self._copy_command)
        row = QHBoxLayout()
        row.setSpacing(gap())
        row.addWidget(self.path, 1)
        for button in (self.folder_button, self.copy_button):
            button.setAutoDefault(False)
            row.addWidget(button)
        self.command = TonedLabel(Tone.MUTED, self)
        self.column.addWidget(label)
        self.column.addLayout(row)
        self.column.addWidget(self.command)

    def show_plan(self, path: Path, command: str) -> None:
        """Show this plan and its command."""
        self._command = command
        self.path.setText(str(path))
        self.path.setCursorPosition(0)
        self.command.setText(f"The same from a script:  {command}")

    @Slot()
    def _copy_command(self) -> None:
        QGuiApplication.clipboard().setText(self._command)

    @Slot()
    def _open_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(Path(self.path.text()).parent)))
