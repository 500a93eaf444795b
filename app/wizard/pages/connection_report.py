"""The report of *Test connection*: saved for the vendor, copied, or held against an earlier one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.look.announce import announce
from app.look.icons import Glyph, icon
from app.look.notice import Notice
from app.look.palette import Tone
from app.look.spacing import gap
from app.wizard.pages.connection_row import VERDICTS
from app.wizard.pages.connection_words import time_text
from app.wizard.parts.latest import LatestAnswer

if TYPE_CHECKING:
    from app.wizard.pages.connection_words import Level
    from app.wizard.session import Session
    from app.worker.messages import CheckOutcome, CheckVerdict, Exported

KINDS = {
    "html": "Web page, for the vendor (*.html)",
    "md": "Markdown, for a ticket (*.md)",
    "json": "JSON, to compare with later (*.json)",
}
"""The formats of a saved report, as the file dialog names them."""


def format_of(path: str, chosen: str) -> str:
    """The format that a file's name asks for; else the one that the dialog's filter names."""
    ending = path.lower().rpartition(".")[2]
    if ending in KINDS:
        return ending
    return next((key for key, words in KINDS.items() if words == chosen), "html")


def report_text(tenant_url: str, outcomes: list[CheckOutcome], verdict: CheckVerdict | None) -> str:
    """All that was found, as plain text without secrets, for the clipboard."""
    from app.setup.redaction import secrets_seen

    head = [f"Rollcall: test connection of {tenant_url}"]
    if verdict is not None:
        head += [f"Verdict: {verdict.verdict}. {verdict.sentence}", *verdict.advice]
    parts = ["\n".join(head), *map(_as_text, outcomes)]
    return secrets_seen.clean("\n\n".join(parts) + "\n")


def _as_text(outcome: CheckOutcome) -> str:
    word = VERDICTS[outcome.verdict][2]
    lines = [f"{word}: {outcome.title} ({outcome.id}, {time_text(outcome.seconds)})", f"  {outcome.outcome}"]
    if outcome.remedy:
        lines.append(f"  {outcome.remedy}")
    for name, text in (("Sent", outcome.sent), ("Answered", outcome.answered)):
        if text:
            lines += [f"  {name}:", *(f"    {line}" for line in text.splitlines())]
    return "\n".join(lines)


class ReportPart(QWidget):
    """The buttons of the report, and what came of them.

    Signals:
        failed(object): the Problem that kept a report from being written or read.
        compared(object): what differs from an earlier report.
    """

    failed = Signal(object)
    compared = Signal(object)

    def __init__(self, setup: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._setup = setup
        self._url, self._level = "", "read"
        self._outcomes: list[CheckOutcome] = []
        self._verdict: CheckVerdict | None = None
        self.save_button = QPushButton(icon(Glyph.EXPORT), "Sa&ve report...", self)
        self.save_button.clicked.connect(self.save)
        self.compare_button = QPushButton(icon(Glyph.SEARCH), "Co&mpare with an earlier report...", self)
        self.compare_button.clicked.connect(self.choose_earlier)
        self.copy_button = QPushButton(icon(Glyph.COPY), "Cop&y report", self)
        self.copy_button.clicked.connect(self.copy)
        row = QHBoxLayout()
        row.setSpacing(gap())
        for button in (self.save_button, self.compare_button, self.copy_button):
            button.setAutoDefault(False)
            row.addWidget(button)
        row.addStretch(1)
        self.told = Notice("", Tone.GOOD, self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(gap())
        column.addLayout(row)
        column.addWidget(self.told)
        self._saving = LatestAnswer(setup.worker, "save-report", self)
        self._saving.answered.connect(self._saved)
        self._saving.failed.connect(self.failed)
        self._comparing = LatestAnswer(setup.worker, "compare-reports", self)
        self._comparing.answered.connect(self.compared)
        self._comparing.failed.connect(self.failed)
        self.take("", "read", [], None)

    def take(
        self, url: str, level: Level, outcomes: list[CheckOutcome], verdict: CheckVerdict | None
    ) -> None:
        """Be about this test; without checks there is nothing to report."""
        self._url, self._level, self._outcomes, self._verdict = url, level, outcomes, verdict
        self.told.set_message("")
        for button in (self.save_button, self.compare_button, self.copy_button):
            button.setEnabled(bool(outcomes))

    def _params(self, **more: str) -> dict[str, Any]:
        return {
            **more,
            "tenant_url": self._url,
            "level": self._level,
            "outcomes": [each.model_dump(mode="json") for each in self._outcomes],
            "verdict": self._verdict.model_dump(mode="json") if self._verdict is not None else None,
        }

    @Slot()
    def save(self) -> None:
        """Ask where to, then have the worker write it."""
        start = str(self._setup.plan_path.with_name(f"{self._setup.plan_path.stem}-connection.html"))
        path, chosen = QFileDialog.getSaveFileName(self, "Save report", start, ";;".join(KINDS.values()))
        if path:
            self.write(path, format_of(path, chosen))

    def write(self, path: str, kind: str) -> None:
        """Have the worker write the report."""
        self.told.set_message("")
        self._saving.ask_now(self._params(path=path, format=kind), self._setup.plan, self._setup.plan_path)

    @Slot(object)
    def _saved(self, exported: Exported) -> None:
        self.told.set_message(f"The report was written to {exported.path}. It holds no token.", Tone.GOOD)

    @Slot()
    def choose_earlier(self) -> None:
        """Ask for an earlier report, then have the worker compare."""
        start = str(self._setup.plan_path.parent)
        path, _ = QFileDialog.getOpenFileName(self, "Choose an earlier report", start, KINDS["json"])
        if path:
            self.compare(path)

    def compare(self, path: str) -> None:
        """Have the worker compare this test with an earlier report."""
        self.told.set_message("")
        self._comparing.ask_now(self._params(before=path), self._setup.plan, self._setup.plan_path)

    @Slot()
    def copy(self) -> None:
        """Put the report on the clipboard, as plain text."""
        text = report_text(self._url, self._outcomes, self._verdict)
        QGuiApplication.clipboard().setText(text)
        announce(self.copy_button, "The report was copied.")
