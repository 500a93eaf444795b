"""The window that says that Rollcall has made a mistake. Imported only when there is one to show."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout

from app.look.icons import Glyph, icon
from app.look.spacing import characters, gap, heading_font, lines, margin


class CrashWindow(QDialog):
    """Says that Rollcall has made a mistake, and shows the whole report."""

    def __init__(self, report: str) -> None:
        super().__init__()
        self.setWindowTitle("Rollcall")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        title = QLabel("Rollcall has made a mistake", self)
        title.setFont(heading_font())
        text = QLabel(
            "Something happened that its makers did not think of. Your choices are saved, and you can "
            "most likely go on. If it happens again, close Rollcall, start it anew, and send this report "
            "to whoever supports it. It holds no tokens.",
            self,
        )
        text.setWordWrap(True)
        self.report = QPlainTextEdit(report, self)
        self.report.setReadOnly(True)
        self.report.setTabChangesFocus(True)
        self.report.setAccessibleName("Report")
        self.report.setMinimumSize(characters(90), lines(14))
        self.copy = QPushButton(icon(Glyph.COPY), "&Copy report", self)
        self.copy.setAutoDefault(False)
        self.copy.clicked.connect(self._copy)
        self.go_on = QPushButton("&Go on", self)
        self.go_on.setDefault(True)
        self.go_on.clicked.connect(self.accept)
        column = QVBoxLayout(self)
        column.setContentsMargins(margin(), margin(), margin(), margin())
        column.setSpacing(gap())
        for part in (title, text, self.report):
            column.addWidget(part)
        row = QHBoxLayout()
        row.addWidget(self.copy)
        row.addStretch(1)
        row.addWidget(self.go_on)
        column.addLayout(row)

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.report.toPlainText())
