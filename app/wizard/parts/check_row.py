"""One check of *Test connection*, as a row of the list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from app.look.icons import Glyph
from app.look.notice import IconLabel
from app.look.palette import Tone
from app.look.spacing import gap, lines, scaled_font
from app.look.toned_label import TonedLabel

if TYPE_CHECKING:
    from app.worker.messages import CheckOutcome

VERDICTS: dict[str, tuple[Glyph, Tone, str]] = {
    "pass": (Glyph.GOOD, Tone.GOOD, "Passed"),
    "warning": (Glyph.WARNING, Tone.WARNING, "Warning"),
    "fail": (Glyph.BAD, Tone.BAD, "Failed"),
    "skipped": (Glyph.SKIPPED, Tone.MUTED, "Skipped"),
}


def time_text(seconds: float) -> str:
    """How long a check took, short: ``12 ms``, ``1.4 s``."""
    if seconds < 0.001:
        return "under 1 ms"
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"


class CheckRow(QWidget):
    """Icon and word of the verdict, title, outcome, time; the remedy where there is something to mend."""

    def __init__(self, outcome: CheckOutcome, details: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.outcome = outcome
        glyph, tone, word = VERDICTS[outcome.verdict]
        title = QLabel(outcome.title, self)
        title.setFont(scaled_font(1.0, bold=True))
        title.setTextFormat(Qt.TextFormat.PlainText)
        title.setWordWrap(True)
        said = TonedLabel(tone, self)
        said.setText(word)
        said.setWordWrap(False)
        time = TonedLabel(Tone.MUTED, self)
        time.setText(time_text(outcome.seconds) if outcome.seconds else "no request")
        time.setWordWrap(False)
        text = TonedLabel(Tone.MUTED, self)
        text.setText(outcome.outcome)
        remedy = TonedLabel(Tone.PLAIN, self)
        remedy.setText(outcome.remedy if outcome.verdict in {"fail", "warning"} else "")
        self._details = QPlainTextEdit(self)
        self._details.setPlainText(self._exchange())
        self._details.setReadOnly(True)
        self._details.setTabChangesFocus(True)
        self._details.setAccessibleName(f"What was sent and answered for {outcome.title}")
        self._details.setFixedHeight(lines(8))
        outer = QHBoxLayout(self)
        outer.setContentsMargins(0, gap() // 2, 0, gap() // 2)
        outer.setSpacing(gap())
        outer.addWidget(IconLabel(glyph, tone, parent=self), 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(gap() // 4)
        first = QHBoxLayout()
        first.setSpacing(gap())
        first.addWidget(title, 1)
        first.addWidget(said)
        first.addWidget(time)
        column.addLayout(first)
        for part in (text, remedy, self._details):
            column.addWidget(part)
        outer.addLayout(column, 1)
        self.setAccessibleName(
            " ".join(part for part in (f"{word}: {outcome.title}.", outcome.outcome, outcome.remedy) if part)
        )
        self.show_details(details)

    def _exchange(self) -> str:
        parts = [f"{self.outcome.id}"]
        if self.outcome.sent:
            parts.append(f"Sent:\n{self.outcome.sent}")
        if self.outcome.answered:
            parts.append(f"Answered:\n{self.outcome.answered}")
        return "\n\n".join(parts)

    def show_details(self, on: bool) -> None:
        """Show or hide what was sent and answered."""
        self._details.setVisible(on and bool(self.outcome.sent or self.outcome.answered))
