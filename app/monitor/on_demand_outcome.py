"""What came of one provisioning on demand: a sentence, the steps, the values before and after."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.look.card import Card
from app.look.icons import icon
from app.look.notice import Notice
from app.look.palette import Tone
from app.look.spacing import characters, gap
from app.look.text_table import TextRow, TextTable
from app.look.toned_label import TonedLabel
from app.monitor.on_demand_steps import StepList
from app.monitor.words import action_word, how_long, status_word

if TYPE_CHECKING:
    from app.worker.messages import Entry, OnDemandReport

_UNREAD = 3
_TONES = {"success": Tone.GOOD, "failure": Tone.BAD, "warning": Tone.WARNING, "skipped": Tone.MUTED}


class OnDemandOutcome(QWidget):
    """Shows one ``OnDemandReport``."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sentence = Notice(parent=self)
        self.remedy = TonedLabel(Tone.PLAIN, self)
        self.steps = StepList(self)
        self.values = TextTable(
            (self.tr("Attribute"), self.tr("Before"), self.tr("After")),
            self.tr("Values before and after"),
            self,
        )
        self.values.set_widths(30, 22)
        self.unchanged = TonedLabel(Tone.MUTED, self)
        self.members = TextTable(
            (self.tr("Member"), self.tr("Action"), self.tr("Outcome"), self.tr("Why")),
            self.tr("What became of the members"),
            self,
        )
        self.members.set_widths(30, 12, 14)
        self.facts = TonedLabel(Tone.MUTED, self)
        self.facts.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._lay_out()

    def _lay_out(self) -> None:
        left = Card(self.tr("The five steps"), self)
        left.column.addWidget(self.steps, 1)
        left.setMinimumWidth(characters(40))
        right = Card(self.tr("Before and after"), self)
        right.column.addWidget(self.values, 3)
        right.column.addWidget(self.unchanged)
        self.members_title = TonedLabel(Tone.PLAIN, right)
        right.column.addWidget(self.members_title)
        right.column.addWidget(self.members, 2)
        right.column.addStretch(0)
        right.column.addWidget(self.facts)
        both = QHBoxLayout()
        both.setSpacing(gap() + gap() // 2)
        both.addWidget(left, 5)
        both.addWidget(right, 6)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(gap())
        column.addWidget(self.sentence)
        column.addWidget(self.remedy)
        column.addLayout(both, 1)

    def show_report(self, report: OnDemandReport) -> None:
        """Show another report."""
        # Held back is no success of the person's, though the guard did what it is for.
        tone = Tone.WARNING if report.action == "staged-delete" else _TONES.get(report.status, Tone.WARNING)
        self.sentence.set_message(report.sentence, tone)
        self.remedy.setText("\n".join(self._advice(report)))
        self.steps.set_steps(report.steps)
        empty = self.tr("empty")
        self.values.set_rows(
            [TextRow((change.target, change.old or empty, change.new or empty)) for change in report.changes]
        )
        self.values.setVisible(bool(report.changes))
        self.unchanged.setText("" if report.changes else self._why_no_values(report.status))
        self.members.set_rows([_member(each) for each in report.members])
        self.members.setVisible(bool(report.members))
        self.members_title.setText(self.tr("Its members") if report.members else "")
        self.facts.setText(self._facts(report))

    def _advice(self, report: OnDemandReport) -> list[str]:
        """What to do, the app's own words, and the rows that could not be read."""
        lines = [self.tr("What to do: {0}").format(report.remedy)] if report.remedy else []
        if report.answer:
            lines.append(self.tr("The app's own words: {0}").format(report.answer))
        unread = [self.tr("Not read: {0}: {1}").format(each.place, each.text) for each in report.unread]
        more = [self.tr("and {0} more; the log of a cycle has all of them").format(len(unread) - _UNREAD)]
        return lines + unread[:_UNREAD] + (more if len(unread) > _UNREAD else [])

    def _why_no_values(self, status: str) -> str:
        if status == "failure":
            return self.tr("No value was changed in the app, because it failed before that.")
        return self.tr("No value was changed in the app.")

    def _facts(self, report: OnDemandReport) -> str:
        facts = [
            self.tr("Took {0}").format(how_long(report.seconds)) if report.seconds else "",
            self.tr("Id in the directory: {0}").format(report.source_id) if report.source_id else "",
            self.tr("Id in the app: {0}").format(report.target_id) if report.target_id else "",
            self.tr("Code: {0}").format(report.code) if report.code else "",
        ]
        return "\n".join(fact for fact in facts if fact)


def _member(entry: Entry) -> TextRow:
    word = status_word(entry.status)
    why = " ".join(part for part in (entry.reason, entry.remedy, entry.answer) if part)
    return TextRow(
        (entry.name, action_word(entry.action).text, word.text, why), icon(word.glyph, word.tone), why
    )
