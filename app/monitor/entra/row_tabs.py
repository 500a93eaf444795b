"""A row of the log of Microsoft's service in the portal's four tabs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QFrame, QLabel, QTabWidget, QTextBrowser, QVBoxLayout, QWidget

from app.look.notice import Notice
from app.look.palette import Tone
from app.look.spacing import scaled_font, tighten
from app.look.text_table import TextRow, TextTable
from app.look.toned_label import TonedLabel
from app.monitor.entra.row_text import steps_text, troubleshooting_text, why_skipped
from app.monitor.words import action_word, parse_time, status_word, when

if TYPE_CHECKING:
    from app.worker.messages import EntraLogRow


class RowTabs(QWidget):
    """Shows one row, or says that none is chosen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.row: EntraLogRow | None = None
        self.name = QLabel(self)
        self.name.setFont(scaled_font(1.15, bold=True))
        self.name.setTextFormat(Qt.TextFormat.PlainText)
        self.name.setWordWrap(True)
        self.about = TonedLabel(parent=self)
        self.why = Notice("", Tone.ACCENT, self)
        self.tabs = QTabWidget(self)
        self.tabs.setAccessibleName(self.tr("The chosen row in full"))
        self.tabs.setDocumentMode(True)
        self.steps = self._browser(self.tr("Steps"))
        self.advice = self._browser(self.tr("Troubleshooting"))
        self.changes = TextTable(
            (self.tr("Attribute"), self.tr("Before"), self.tr("After")), self.tr("Modified properties"), self
        )
        self.changes.set_widths(24, 16)
        self.summary = TextTable((self.tr("What"), self.tr("Value")), self.tr("Summary"), self)
        self.summary.set_widths(16)
        self.tabs.addTab(self.steps, self.tr("Steps"))
        self.tabs.addTab(self.advice, self.tr("Troubleshooting"))
        self.tabs.addTab(self.changes, self.tr("Modified properties"))
        self.tabs.addTab(self.summary, self.tr("Summary"))
        self.tabs.tabBar().setUsesScrollButtons(True)
        column = QVBoxLayout(self)
        tighten(column)
        for widget in (self.name, self.about, self.why):
            column.addWidget(widget)
        column.addWidget(self.tabs, 1)
        column.addStretch(0)
        self.show_row(None)

    def _browser(self, name: str) -> QTextBrowser:
        browser = QTextBrowser(self)
        browser.setFrameShape(QFrame.Shape.NoFrame)
        browser.setOpenLinks(False)
        browser.setTabChangesFocus(True)
        browser.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        browser.setAccessibleName(name)
        return browser

    def show_row(self, row: EntraLogRow | None, gone: bool = False) -> None:
        """Show a row; without one, say what to do.

        Args:
            row: the row.
            gone: whether it was there, and cannot be found again.
        """
        self.row = row
        self.tabs.setVisible(row is not None)
        if row is None:
            self.name.setText("")
            self.why.set_message("")
            hint = self.tr("Choose a row to see its steps, why it happened and what changed.")
            lost = self.tr("New rows have moved this one. Read the log again, then choose it.")
            self.about.setText(lost if gone else hint)
            return
        entry = row.entry
        self.name.setText(entry.name or entry.source_id or self.tr("No name"))
        words = (status_word(entry.status).text, action_word(entry.action).text)
        self.about.setText(" · ".join(part for part in (*words, when(parse_time(entry.time), True)) if part))
        self.why.set_message(why_skipped(row))
        self._tell(row)
        changes = [TextRow((each.target, each.old or "", each.new or "")) for each in row.changes]
        self.changes.set_rows(changes or [TextRow((self.tr("Nothing was changed"), "", ""))])
        self.summary.set_rows([TextRow((pair.name, pair.value)) for pair in row.summary])

    def _tell(self, row: EntraLogRow) -> None:
        self.steps.setHtml(steps_text(row))
        self.advice.setHtml(troubleshooting_text(row))

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's own name
        """Take the colours of another palette."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ApplicationPaletteChange and self.row is not None:
            self._tell(self.row)
