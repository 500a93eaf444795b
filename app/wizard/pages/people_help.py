"""Where the people files come from, step by step, as the page *People* explains it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QPushButton, QWidget

from app.look.icons import Glyph, icon
from app.look.spacing import lines
from app.wizard.parts.disclosure import Disclosure

ADMIN_CENTER = "https://entra.microsoft.com"

USERS_STEPS = (
    "Sign in to the Microsoft Entra admin center (entra.microsoft.com) as at least a User Administrator.",
    "Open Identity, then Users, then All users.",
    "Choose Download users, give the file a name and choose Start.",
    "When it is ready, open Bulk operation results, choose the file and download it.",
)
GROUPS_INTRO = (
    "The admin center has no download of groups together with their members. This PowerShell command writes "
    "the file with the columns groupId, groupDisplayName and memberId, one row for each member:"
)
GROUPS_COMMAND = """Connect-MgGraph -Scopes Group.Read.All, GroupMember.Read.All
Get-MgGroup -All | ForEach-Object {
  $group = $_
  Get-MgGroupMember -GroupId $group.Id -All | ForEach-Object {
    [pscustomobject]@{ groupId = $group.Id; groupDisplayName = $group.DisplayName; memberId = $_.Id }
  }
} | Export-Csv groups.csv -NoTypeInformation -Encoding utf8"""


class FilesHelp(Disclosure):
    """The answer to *Where do I get these files?*."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("W&here do I get these files?", parent)
        self._add_text("The file of users:")
        for number, step in enumerate(USERS_STEPS, start=1):
            self._add_text(f"{number}.  {step}")
        self._add_text("The file of groups, only needed to assign by group or to provision groups:")
        self._add_text(GROUPS_INTRO)
        self.command = QPlainTextEdit(GROUPS_COMMAND, self)
        self.command.setReadOnly(True)
        self.command.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.command.setTabChangesFocus(True)
        self.command.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.command.setAccessibleName("PowerShell command that writes the file of groups")
        self.command.setFixedHeight(lines(9))
        self.content.addWidget(self.command)
        self.copy = QPushButton(icon(Glyph.COPY), "Cop&y command", self)
        self.copy.setAutoDefault(False)
        self.copy.clicked.connect(self._copy)
        self.content.addWidget(self.copy, 0, Qt.AlignmentFlag.AlignLeft)

    def _add_text(self, text: str) -> None:
        label = QLabel(text, self)
        label.setWordWrap(True)
        label.setTextFormat(Qt.TextFormat.PlainText)
        self.content.addWidget(label)

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(GROUPS_COMMAND)
