"""One check of *Test connection*, as a row of its group."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.look.announce import announce
from app.look.icons import Glyph, icon
from app.look.notice import IconLabel
from app.look.palette import Tone
from app.look.spacing import gap, lines, scaled_font
from app.look.toned_label import TonedLabel
from app.setup.curl_command import TOKEN_VARIABLE, curl_command
from app.wizard.pages.connection_words import time_text
from app.wizard.parts.marked_row import DetailsButton

if TYPE_CHECKING:
    from app.worker.messages import CheckOutcome

VERDICTS: dict[str, tuple[Glyph, Tone, str]] = {
    "pass": (Glyph.GOOD, Tone.GOOD, "Passed"),
    "warning": (Glyph.WARNING, Tone.WARNING, "Warning"),
    "fail": (Glyph.BAD, Tone.BAD, "Failed"),
    "skipped": (Glyph.SKIPPED, Tone.MUTED, "Skipped"),
}
_MOST_LINES, _FEWEST_LINES = 14, 5


class CheckRow(QWidget):
    """Icon and word of the verdict, title, outcome, remedy; what was sent and answered on request.

    Attributes:
        outcome: what it shows.
        more: the button that opens the exact request and answer; hidden where nothing was sent.
        exchange: their text; None until it is asked for.
        copy: copies the request as a curl command; None until the text is asked for.
    """

    def __init__(self, outcome: CheckOutcome, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.outcome = outcome
        self.exchange: QPlainTextEdit | None = None
        self.copy: QPushButton | None = None
        glyph, tone, word = VERDICTS[outcome.verdict]
        title = QLabel(outcome.title, self)
        title.setFont(scaled_font(1.0, bold=True))
        title.setTextFormat(Qt.TextFormat.PlainText)
        title.setWordWrap(True)
        aside = " (not used by this plan)" if outcome.severity == "info" else ""
        said = self._short(f"{word}{aside}", Tone.MUTED if aside else tone)
        facts = self._short(
            f"{outcome.id}, {time_text(outcome.seconds) if outcome.seconds else 'no request'}", Tone.MUTED
        )
        self.more = DetailsButton(outcome.title, self)
        self.more.setVisible(bool(outcome.sent or outcome.answered))
        self.more.toggled.connect(self.show_exchange)
        text = TonedLabel(Tone.MUTED, self)
        text.setText(outcome.outcome)
        remedy = TonedLabel(Tone.PLAIN, self)
        remedy.setText(outcome.remedy if outcome.verdict in {"fail", "warning"} else "")
        self._lay_out(IconLabel(glyph, tone, parent=self), [title, said, facts, self.more], [text, remedy])
        self.setAccessibleName(
            " ".join(part for part in (f"{word}: {outcome.title}.", outcome.outcome, outcome.remedy) if part)
        )

    def _short(self, text: str, tone: Tone) -> TonedLabel:
        label = TonedLabel(tone, self)
        label.setText(text)
        label.setWordWrap(False)
        return label

    def _lay_out(self, mark: IconLabel, first: list[QWidget], under: list[QWidget]) -> None:
        outer = QHBoxLayout(self)
        outer.setContentsMargins(0, gap() // 2, 0, gap() // 2)
        outer.setSpacing(gap())
        outer.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        self._column = QVBoxLayout()
        self._column.setSpacing(gap() // 4)
        top = QHBoxLayout()
        top.setSpacing(gap() * 2)
        for place, part in enumerate(first):
            top.addWidget(part, 0 if place else 1)
        self._column.addLayout(top)
        for part in under:
            self._column.addWidget(part)
        outer.addLayout(self._column, 1)

    @Slot(bool)
    def show_exchange(self, on: bool) -> None:
        """Show or hide what was sent and answered. Made when first asked for: a test has sixty rows."""
        if on and self.exchange is None:
            self._make_exchange()
        for part in (self.exchange, self.copy):
            if part is not None:
                part.setVisible(on)
        self.more.setChecked(on)

    def _make_exchange(self) -> None:
        title, sent, answered = self.outcome.title, self.outcome.sent, self.outcome.answered
        parts = [f"{name}:\n{text}" for name, text in (("Sent", sent), ("Answered", answered)) if text]
        self.exchange = QPlainTextEdit("\n\n".join(parts), self)
        self.exchange.setReadOnly(True)
        self.exchange.setTabChangesFocus(True)
        self.exchange.setAccessibleName(f"What was sent and answered for {title}")
        count = self.exchange.document().blockCount() + 1
        self.exchange.setFixedHeight(lines(max(_FEWEST_LINES, min(_MOST_LINES, count))))
        self._column.addWidget(self.exchange)
        QWidget.setTabOrder(self.more, self.exchange)
        if curl_command(sent):
            self.copy = QPushButton(icon(Glyph.COPY), "Copy as curl", self)
            self.copy.setAutoDefault(False)
            self.copy.setAccessibleName(f"Copy the request of {title} as curl")
            self.copy.setToolTip(f"The token is not in it: it is read from the variable {TOKEN_VARIABLE}")
            self.copy.clicked.connect(self._copy)
            QWidget.setTabOrder(self.exchange, self.copy)
            self._column.addWidget(self.copy, 0, Qt.AlignmentFlag.AlignLeft)

    @Slot()
    def _copy(self) -> None:
        from app.setup.redaction import secrets_seen

        QGuiApplication.clipboard().setText(secrets_seen.clean(curl_command(self.outcome.sent)))
        announce(self, f"Copied. Set {TOKEN_VARIABLE} to the token before you run it.")
