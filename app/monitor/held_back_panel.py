"""What the accidental deletion guard holds back: shown by name, allowed or kept, one by one or all of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.look.announce import announce
from app.look.icons import Glyph, icon
from app.look.notice import Notice
from app.look.palette import Tone
from app.look.spacing import gap
from app.look.text_table import TextRow, TextTable
from app.look.toned_label import TonedLabel
from app.monitor.empty import Empty
from app.monitor.question import Question
from app.monitor.words import count_of, number, parse_time, when

if TYPE_CHECKING:
    from app.monitor.watched_plan import WatchedPlan
    from app.setup.problem import Problem
    from app.worker.call import Call
    from app.worker.messages import Done, StagedDeletion, StagedDeletions

MOST_SHOWN = 1_000
"""Rows of the table: filling it takes a few milliseconds then, whatever the guard holds back."""
_WHAT = {"disable": "is disabled", "delete": "is deleted"}
_DECISIONS = {"": "not decided", "allow": "goes with the next cycle", "reject": "is kept"}


class HeldBackPanel(QWidget):
    """The list, and what a person decides about it.

    Signals:
        failed(object): a Problem to show.
        changed(): something was decided.
        counted(int): how many wait for a decision.
    """

    failed = Signal(object)
    changed = Signal()
    counted = Signal(int)

    def __init__(self, watched: WatchedPlan, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._watched = watched
        self._rows: list[StagedDeletion] = []
        self._call: Call | None = None
        self._wanted: list[str] = []
        self.about = TonedLabel(parent=self)
        self.about.setText(
            self.tr(
                "A cycle that would disable or delete more people than you allow holds them back. They keep "
                "their access until you decide. Whoever comes back into scope leaves this list by itself."
            )
        )
        titles = (self.tr("Name"), self.tr("What would happen"), self.tr("Why"), self.tr("Since"),
                  self.tr("Decision"))  # fmt: skip
        self.table = TextTable(titles, self.tr("Held back by the deletion guard"), self)
        self.table.set_widths(34, 18, 34, 20)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.empty = Empty(self)
        self.question = Question(self.tr("&Yes, let them go"), self.tr("No, keep &them"), self)
        self.told = Notice("", Tone.GOOD, self)
        self.more = TonedLabel(parent=self)
        self.allow = QPushButton(self.tr("A&llow selected"), self)
        self.keep = QPushButton(self.tr("&Keep selected"), self)
        self.allow_all = QPushButton(self.tr("Allow all..."), self)
        self.keep_all = QPushButton(icon(Glyph.GOOD), self.tr("K&eep all"), self)
        self._lay_out()
        self._connect()
        self._say_unknown(self.tr("Not read yet"), self.tr("The list is read when this tab is opened."))

    def _lay_out(self) -> None:
        self.stack = QStackedWidget(self)
        self.stack.addWidget(self.table)
        self.stack.addWidget(self.empty)
        row = QHBoxLayout()
        row.setSpacing(gap())
        for button in (self.allow, self.keep):
            row.addWidget(button)
        row.addStretch(1)
        for button in (self.allow_all, self.keep_all):
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(gap())
        for widget in (self.about, self.question, self.told):
            column.addWidget(widget)
        column.addWidget(self.stack, 1)
        column.addWidget(self.more)
        column.addLayout(row)

    def _connect(self) -> None:
        self.table.selectionModel().selectionChanged.connect(self._follow)
        self.allow.clicked.connect(self._ask_selected)
        self.allow_all.clicked.connect(self._ask_all)
        self.keep.clicked.connect(self._keep_selected)
        self.keep_all.clicked.connect(self._keep_all)
        self.question.agreed.connect(self._allow)

    def on_show(self) -> None:
        """Ask for the list."""
        if self._call is None and self.question.isHidden():
            self._call = self._watched.ask("staged")
            self._call.finished.connect(self._take)
            self._call.failed.connect(self._fail)
            self._say_unknown(
                self.tr("Reading the list..."), self.tr("Who is held back is shown in a moment.")
            )

    @property
    def selected(self) -> list[str]:
        """The ids of the selected rows."""
        return [self._rows[index.row()].id for index in self.table.selectionModel().selectedRows()]

    def _say_unknown(self, title: str, text: str) -> None:
        # Nobody may read "nothing" where it is only not known; a list that was read stays.
        if not self._rows:
            self.empty.say(Glyph.INFO, title, text)
            self.stack.setCurrentWidget(self.empty)
        self._follow()

    @Slot(object)
    def _take(self, staged: StagedDeletions) -> None:
        self._call = None
        self._show(staged.rows)

    def _show(self, rows: list[StagedDeletion]) -> None:
        self._rows = rows
        self.table.set_rows([_row(each) for each in rows[:MOST_SHOWN]])
        more = len(rows) - MOST_SHOWN
        self.more.setText(
            self.tr("And {0} more, whom only Allow all and Keep all reach.").format(number(more))
            if more > 0
            else ""
        )
        self.empty.say(
            Glyph.GOOD,
            self.tr("Nothing is held back"),
            self.tr("When the deletion guard stops a cycle, those it concerns are listed here by name."),
        )
        self.stack.setCurrentWidget(self.table if rows else self.empty)
        self.counted.emit(sum(not each.decision for each in rows))
        self._follow()

    @Slot()
    def _follow(self) -> None:
        idle = self._call is None
        some = idle and bool(self.table.selectionModel().selectedRows())
        for button in (self.allow, self.keep):
            button.setEnabled(some)
        for button in (self.allow_all, self.keep_all):
            button.setEnabled(idle and any(not each.decision for each in self._rows))

    @Slot()
    def _ask_selected(self) -> None:
        self._ask(self.selected)

    @Slot()
    def _ask_all(self) -> None:
        # What was decided before stays: nobody is allowed by a press that was meant for the others.
        self._ask([each.id for each in self._rows if not each.decision])

    def _ask(self, ids: list[str]) -> None:
        self._wanted = ids
        wanted = set(ids)
        chosen = [each for each in self._rows if each.id in wanted]
        deleted = sum(each.action == "delete" for each in chosen)
        people = count_of(len(ids), "loses access", "lose access")
        names = ", ".join(each.name for each in chosen[:5]) + (self.tr(" and others") if len(ids) > 5 else "")
        self.question.ask(
            self.tr("{0} with the next cycle.").format(people),
            self.tr("{0}. Disabled: {1}; deleted: {2}. A deleted account does not come back.").format(
                names, number(len(chosen) - deleted), number(deleted)
            ),
        )

    @Slot()
    def _allow(self) -> None:
        self._decide(allow=self._wanted)

    @Slot()
    def _keep_selected(self) -> None:
        self._decide(reject=self.selected)

    @Slot()
    def _keep_all(self) -> None:
        self._decide(reject=[each.id for each in self._rows if not each.decision])

    def _decide(self, **decision: list[str]) -> None:
        self.question.drop()
        self._call = self._watched.ask("decide-staged", **decision)
        self._call.finished.connect(self._decided)
        self._call.failed.connect(self._fail)
        self._follow()

    @Slot(object)
    def _decided(self, done: Done) -> None:
        self._call = None
        self.told.set_message(done.sentence, Tone.GOOD)
        announce(self, done.sentence)
        self.changed.emit()
        self.on_show()

    @Slot(object)
    def _fail(self, problem: Problem) -> None:
        self._call = None
        self._say_unknown(
            self.tr("It is not known who is held back"),
            self.tr("Why, and what to do, stands at the top of the window. Open this tab again to read it."),
        )
        self.failed.emit(problem)


def _row(each: StagedDeletion) -> TextRow:
    moment = parse_time(each.since)
    since = when(moment) if moment is not None else each.since
    cells = (each.name, _WHAT[each.action], each.reason, since, _DECISIONS[each.decision])
    return TextRow(cells, tip=each.reason)
