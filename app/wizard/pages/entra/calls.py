"""Every call to Graph before it is made, and the same as a file for somebody else to carry out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Signal, Slot
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.look.icons import Glyph, icon
from app.look.notice import Notice
from app.look.palette import Tone
from app.look.spacing import gap, lines, tighten
from app.look.text_table import TextRow, TextTable
from app.look.toned_label import TonedLabel
from app.wizard.parts.latest import LatestAnswer

if TYPE_CHECKING:
    from app.wizard.session import Session
    from app.worker.messages import CallList, Exported, PlannedCall

FORMATS: dict[str, tuple[str, str]] = {
    "markdown": ("Mar&kdown...", "Markdown (*.md)"),
    "powershell": ("Po&werShell...", "PowerShell (*.ps1)"),
    "terraform": ("Terra&form...", "Terraform (*.tf)"),
}
"""As what the calls can be written: the button, and the kind of file."""


def call_text(call: PlannedCall) -> str:
    """The whole of one call: method, path and body, secrets blanked."""
    parts = [f"{call.method} {call.path}"]
    if call.body is not None:
        parts.append(json.dumps(call.body, indent=2, ensure_ascii=False))
    return "\n\n".join(parts)


class CallsPanel(QWidget):
    """The list of calls, the whole of the current one, and the export.

    Signals:
        failed(object): the Problem that kept the list or a file away.
    """

    failed = Signal(object)

    def __init__(self, setup: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._setup = setup
        self.calls: list[PlannedCall] = []
        self._changes, self._looks = icon(Glyph.EDIT, Tone.ACCENT), icon(Glyph.SEARCH, Tone.MUTED)
        self.sentence = QLabel(self)
        self.sentence.setWordWrap(True)
        self.table = TextTable(("", "Step", "Call", "Why"), "Every call to Microsoft Graph, in order", self)
        self.table.set_widths(11, 34, 46)
        self.table.selectionModel().currentRowChanged.connect(self._tell)
        self.why = TonedLabel(Tone.MUTED, self)
        self.whole = QPlainTextEdit(self)
        self.whole.setReadOnly(True)
        self.whole.setTabChangesFocus(True)
        self.whole.setAccessibleName("The current call with its body")
        self.whole.setMaximumHeight(lines(9))
        label = QLabel("The current call", self)
        label.setBuddy(self.whole)
        self.told = Notice("", Tone.GOOD, self)
        layout = QVBoxLayout(self)
        tighten(layout, gap())
        layout.addWidget(self.sentence)
        layout.addWidget(self.table, 3)
        layout.addWidget(self.why)
        layout.addWidget(label)
        layout.addWidget(self.whole, 2)
        layout.addLayout(self._export_row())
        layout.addWidget(self.told)
        self._asking = LatestAnswer(setup.worker, "entra-calls", self)
        self._asking.answered.connect(self._show)
        self._asking.failed.connect(self.failed)
        self._exporting = LatestAnswer(setup.worker, "export-runbook", self)
        self._exporting.answered.connect(self._saved)
        self._exporting.failed.connect(self.failed)

    def _export_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(gap())
        label = QLabel("Save as a runbook, to be carried out elsewhere:", self)
        row.addWidget(label)
        self.exports: dict[str, QPushButton] = {}
        for key, (words, _) in FORMATS.items():
            button = QPushButton(icon(Glyph.EXPORT), words, self)
            button.setAutoDefault(False)
            button.setObjectName(key)
            button.clicked.connect(self._choose_file)
            row.addWidget(button)
            self.exports[key] = button
        row.addStretch(1)
        return row

    def look(self) -> None:
        """Work the calls out from the plan as it stands."""
        self.sentence.setText("Working out the calls...")
        self.told.set_message("")
        self._asking.ask_now({}, self._setup.plan, self._setup.plan_path)

    @Slot(object)
    def _show(self, found: CallList) -> None:
        self.calls = list(found.rows)
        self.sentence.setText(found.sentence)
        self.table.set_rows([self._row(call) for call in self.calls])

    def _row(self, call: PlannedCall) -> TextRow:
        cells = ("Changes" if call.changes else "Looks", call.title, f"{call.method} {call.path}", call.why)
        return TextRow(cells, self._changes if call.changes else self._looks, call.why)

    @Slot(QModelIndex, QModelIndex)
    def _tell(self, current: QModelIndex, _before: QModelIndex) -> None:
        call = self.calls[current.row()] if 0 <= current.row() < len(self.calls) else None
        self.whole.setPlainText(call_text(call) if call is not None else "")
        when = f"Only {call.when}." if call is not None and call.when else ""
        self.why.setText(f"{call.why} {when}".strip() if call is not None else "")

    # Export

    @Slot()
    def _choose_file(self) -> None:
        button = self.sender()
        if not isinstance(button, QPushButton):
            return
        kind = button.objectName()
        filter_ = FORMATS[kind][1]
        ending = filter_[filter_.index("*.") + 1 : -1]
        start = str(self._setup.plan_path.with_suffix(ending))
        path, _ = QFileDialog.getSaveFileName(self, "Save the runbook", start, filter_)
        if path:
            self.export(kind, path)

    def export(self, kind: str, path: str) -> None:
        """Have the worker write the runbook."""
        self._exporting.ask_now({"as": kind, "path": path}, self._setup.plan, self._setup.plan_path)

    @Slot(object)
    def _saved(self, exported: Exported) -> None:
        self.told.set_message(
            f"Written to {exported.path}. Secrets are variables in it, to be filled in by whoever runs it.",
            Tone.GOOD,
        )
