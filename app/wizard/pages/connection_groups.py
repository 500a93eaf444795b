"""The findings of *Test connection*, grouped by what they mean for the person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.look.card import Card
from app.look.icons import Glyph, icon
from app.look.notice import IconLabel
from app.look.palette import Tone
from app.look.spacing import characters, gap, scaled_font
from app.wizard.pages.connection_row import CheckRow
from app.wizard.pages.connection_words import (
    GROUPS,
    GroupWords,
    Level,
    Mark,
    group_verdict,
    matters,
    worst_first,
)
from app.wizard.pages.counting import amount

if TYPE_CHECKING:
    from app.worker.messages import CheckOutcome

_MARKS: dict[Mark, tuple[Glyph, Tone, str]] = {
    "good": (Glyph.GOOD, Tone.GOOD, "Good"),
    "warning": (Glyph.WARNING, Tone.WARNING, "With limits"),
    "bad": (Glyph.BAD, Tone.BAD, "Does not work"),
    "untried": (Glyph.SKIPPED, Tone.MUTED, "Not tried"),
    "waiting": (Glyph.TO_COME, Tone.MUTED, "Waiting"),
}


class GroupPart(QWidget):
    """One group: its verdict in a line, what is wrong in it, and all of its checks on request.

    Attributes:
        outcomes: its checks as they came.
        rows: those that are shown as rows.
        all: the button that shows every check.
    """

    def __init__(self, words: GroupWords, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._level: Level = "read"
        self.outcomes: list[CheckOutcome] = []
        self.rows: list[CheckRow] = []
        self._mark = IconLabel(Glyph.TO_COME, Tone.MUTED, parent=self)
        title = QLabel(words.name, self)
        title.setFont(scaled_font(1.05, bold=True))
        title.setWordWrap(True)
        self._line = QLabel(self)
        self._line.setWordWrap(True)
        self._line.setTextFormat(Qt.TextFormat.PlainText)
        self.all = QPushButton(self)
        self.all.setCheckable(True)
        self.all.setMinimumWidth(characters(20))  # the same for all, with and without a plural
        self.all.setAutoDefault(False)
        self.all.toggled.connect(self._show_all)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(0, gap() // 2, 0, gap() // 2)
        outer.setSpacing(gap())
        outer.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(gap() // 2)
        top = QHBoxLayout()
        top.setSpacing(gap())
        texts = QVBoxLayout()
        texts.setSpacing(gap() // 4)
        texts.addWidget(title)
        texts.addWidget(self._line)
        top.addLayout(texts, 1)
        top.addWidget(self.all, 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(top)
        self._list = QVBoxLayout()
        self._list.setSpacing(0)
        column.addLayout(self._list)
        outer.addLayout(column, 1)

    @property
    def line(self) -> str:
        """The verdict in a line."""
        return self._line.text()

    def begin(self, level: Level) -> None:
        """A test begins: forget what was found."""
        self._level = level
        self.outcomes = []
        self._show(running=True)

    def take(self, outcome: CheckOutcome) -> None:
        """Take a check that has ended. It gets its row now when it matters to the plan."""
        self.outcomes.append(outcome)
        self._say(running=True)
        if matters(outcome):
            self._add_row(outcome)

    def end(self) -> None:
        """The test has ended."""
        self._show(running=False)

    def _show(self, running: bool) -> None:
        self.all.blockSignals(True)
        self.all.setChecked(False)
        self.all.blockSignals(False)
        self._say(running)
        self._fill(everything=False)

    def _say(self, running: bool) -> None:
        mark, line = group_verdict(self._words, self.outcomes, self._level, running)
        glyph, tone, word = _MARKS[mark]
        self._mark.set_glyph(glyph, tone)
        self._line.setText(line)
        self.setAccessibleName(f"{self._words.name}: {word}. {line}")
        self.all.setVisible(not running and not all(map(matters, self.outcomes)))
        self._name_button()

    def _name_button(self) -> None:
        on = self.all.isChecked()
        count = amount(len(self.outcomes), "check", "checks")
        self.all.setText("Show less" if on else f"Show {count}")
        self.all.setIcon(icon(Glyph.HIDE if on else Glyph.SHOW))
        self.all.setAccessibleName(f"{self.all.text()} of {self._words.name}")

    @Slot(bool)
    def _show_all(self, on: bool) -> None:
        self._name_button()
        self._fill(on)

    def _fill(self, everything: bool) -> None:
        for row in self.rows:
            self._list.removeWidget(row)
            row.hide()
            row.deleteLater()
        wanted = [each for each in worst_first(self.outcomes) if everything or matters(each)]
        self.rows = []
        for each in wanted:
            self._add_row(each)

    def _add_row(self, outcome: CheckOutcome) -> None:
        row = CheckRow(outcome, self)
        QWidget.setTabOrder(self.rows[-1].more if self.rows else self.all, row.more)
        self._list.addWidget(row)
        self.rows.append(row)


class GroupList(Card):
    """All groups under each other.

    Attributes:
        parts: one for each group, by its name.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("What it means for people", parent)
        self.parts = {words.name: GroupPart(words, self) for words in GROUPS}
        for part in self.parts.values():
            self.column.addWidget(part)

    @property
    def outcomes(self) -> list[CheckOutcome]:
        """All checks, group by group."""
        return [each for part in self.parts.values() for each in part.outcomes]

    def begin(self, level: Level) -> None:
        """A test begins."""
        for part in self.parts.values():
            part.begin(level)

    def take(self, outcome: CheckOutcome) -> None:
        """Take a check that has ended; one of a group that this version does not know is robustness."""
        self.parts.get(outcome.group, self.parts[GROUPS[-1].name]).take(outcome)

    def end(self) -> None:
        """The test has ended, or was stopped."""
        for part in self.parts.values():
            part.end()
