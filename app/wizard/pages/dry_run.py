"""The dry run on *Review*: who would be created, updated, disabled or deleted. It sends nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Signal, Slot
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from app.look.icons import Glyph, icon
from app.look.notice import Notice
from app.look.palette import Tone
from app.look.spacing import gap, tighten
from app.look.text_table import TextRow, TextTable
from app.look.toned_label import TonedLabel
from app.wizard.pages.counting import time_left, with_remedy
from app.wizard.pages.planned_people import LISTED_AT_MOST, PlannedPeople, PlannedPerson

if TYPE_CHECKING:
    from app.setup.problem import Problem
    from app.wizard.session import Session
    from app.worker.client import Call
    from app.worker.messages import Change, CycleSummary, Entry, Event

_GLYPHS = {
    "create": Glyph.NEW_PERSON,
    "update": Glyph.UPDATE,
    "disable": Glyph.DISABLE,
    "delete": Glyph.DELETE,
    "staged-delete": Glyph.PAUSE,
}
_SHOWN = (
    ("All changes", "changes"),
    ("Create", "create"),
    ("Update", "update"),
    ("Disable", "disable"),
    ("Delete", "delete"),
    ("Problems", "failure"),
    ("Left as they are, and why", "left"),
)


def what_changes(entry: Entry) -> str:
    """One line that says what would happen to this person, or why it cannot."""
    if entry.status == "failure" or not entry.changes:
        return entry.reason
    return ", ".join(_change_in_words(change) for change in entry.changes)


def _change_in_words(change: Change) -> str:
    if change.old is None:
        return f"{change.target}: {change.new}"
    return f"{change.target}: {change.old} → {change.new if change.new is not None else 'empty'}"


def planned_person(entry: Entry) -> PlannedPerson:
    """The row of an entry, with what let the person in or kept them out."""
    failed = entry.status == "failure"
    scope = next((step for step in entry.steps if step.name == "scope"), None)
    left_out = entry.status == "skipped" and (scope is None or scope.status == "skipped")
    action = "skipped" if left_out else entry.action
    what = what_changes(entry)
    if failed and entry.remedy:
        what = f"{what} {entry.remedy}"
    return PlannedPerson(action, entry.kind, entry.name, what, failed, scope.text if scope else "")


class DryRunPanel(QWidget):
    """Runs the task ``preview`` and lists what it finds.

    Signals:
        changed(): it began, ended, or was stopped.
        failed(object): the Problem that kept it from ending.
    """

    changed = Signal()
    failed = Signal(object)

    def __init__(self, setup: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._setup = setup
        self._call: Call | None = None
        self.people = PlannedPeople()
        self.summary: CycleSummary | None = None
        self.stopped = False
        self._icons = {action: icon(glyph) for action, glyph in _GLYPHS.items()}
        self._bad = icon(Glyph.BAD, Tone.BAD)
        self._none = icon(Glyph.NONE, Tone.MUTED)
        self.text = QLabel(self)
        self.text.setWordWrap(True)
        self.left = TonedLabel(Tone.MUTED, self)
        self.bar = QProgressBar(self)
        self.bar.setAccessibleName("Progress of the dry run")
        self.stop_button = QPushButton(icon(Glyph.STOP), "S&top the dry run", self)
        self.again_button = QPushButton(icon(Glyph.SYNC), "Dr&y run again", self)
        self.stop_button.clicked.connect(self.stop)
        self.again_button.clicked.connect(self.begin)
        for button in (self.stop_button, self.again_button):
            button.setAutoDefault(False)
        self.guarded = Notice("", Tone.BAD, self)
        self.which = QComboBox(self)
        for text, value in _SHOWN:
            self.which.addItem(text, value)
        self.which.currentIndexChanged.connect(self._fill)
        self.which_label = QLabel("Sho&w", self)
        self.which_label.setBuddy(self.which)
        self.cut = TonedLabel(Tone.MUTED, self)
        self.table = TextTable(
            ("Action", "Who", "What would change, or why nothing does"), "What the dry run found", self
        )
        self.table.set_widths(14, 34)
        self.table.selectionModel().currentRowChanged.connect(self._tell)
        self.detail = TonedLabel(Tone.MUTED, self)
        self._lay_out()

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        tighten(layout, gap())
        top = QHBoxLayout()
        top.setSpacing(gap())
        top.addWidget(self.text, 1)
        top.addWidget(self.left)
        top.addWidget(self.stop_button)
        top.addWidget(self.again_button)
        layout.addLayout(top)
        layout.addWidget(self.bar)
        layout.addWidget(self.guarded)
        choice = QHBoxLayout()
        choice.setSpacing(gap())
        choice.addWidget(self.which_label)
        choice.addWidget(self.which)
        choice.addWidget(self.cut, 1)
        choice.addStretch(0)
        layout.addLayout(choice)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.detail)

    @property
    def running(self) -> bool:
        """Whether it is under way."""
        return self._call is not None

    @Slot()
    def begin(self) -> None:
        """Start it; one that is under way is left alone."""
        if self._call is not None:
            return
        self.people, self.summary, self.stopped = PlannedPeople(), None, False
        self.table.set_rows([])
        self.guarded.set_message("")
        self.text.setText("Asking the app who is there already. Nothing is sent.")
        self.bar.setRange(0, 0)
        plan = self._setup.plan.model_copy(deep=True)
        self._call = self._setup.worker.ask(
            "preview", plan, {"entries": LISTED_AT_MOST}, self._setup.plan_path
        )
        self._call.event.connect(self._hear)
        self._call.finished.connect(self._finish)
        self._call.failed.connect(self._fail)
        self._arrange()
        self.changed.emit()

    @Slot()
    def stop(self) -> None:
        """End it early; what it found so far stays listed."""
        if self._call is not None:
            self.stopped = True
            self.text.setText("Stopping the dry run...")
            self._call.cancel()

    def _arrange(self) -> None:
        self.stop_button.setVisible(self.running)
        self.again_button.setVisible(not self.running)
        self.bar.setVisible(self.running)
        if not self.running:
            self.left.setText("")

    @Slot(object)
    def _hear(self, event: Event) -> None:
        if event.event == "entry":
            self.people.rows.append(planned_person(event))
        elif event.event == "progress":
            self.bar.setRange(0, event.total or 0)
            self.bar.setValue(event.done)
            self.text.setText(event.text)
            self.left.setText(time_left(event.seconds_left))

    @Slot(object)
    def _finish(self, summary: CycleSummary) -> None:
        self._call = None
        self.summary = summary
        self.stopped = summary.state == "stopped"
        self.people.end(summary.counts, summary.failures)
        self.text.setText("" if self.stopped else summary.sentence)
        if summary.state == "guarded":
            self.guarded.set_message(with_remedy(summary.sentence, summary.remedy), Tone.BAD)
            self.text.setText("")
        self._end()

    @Slot(object)
    def _fail(self, problem: Problem) -> None:
        self._call = None
        if problem.code != "CANCELLED":
            self.stopped = False
            self.text.setText("The dry run did not end.")
            self.failed.emit(problem)
        self._end()

    def _end(self) -> None:
        if self.stopped:
            self.text.setText("The dry run was stopped, so the numbers are not complete. Nothing was sent.")
        self._arrange()
        self._fill()
        self.changed.emit()

    @Slot()
    def _fill(self) -> None:
        which = self.which.currentData()
        self.table.set_rows(
            [
                TextRow((row.action_name, row.name, row.what), self._icon_of(row), row.whole)
                for row in self.people.shown(which)
            ]
        )
        self.cut.setText(self.people.cut(which))

    @Slot(QModelIndex, QModelIndex)
    def _tell(self, current: QModelIndex, _before: QModelIndex) -> None:
        """Say the whole of the current row: its last column may be cut."""
        self.detail.setText(self.table.rows.row(current.row()).tip if current.isValid() else "")

    def _icon_of(self, row: PlannedPerson) -> QIcon:
        return self._bad if row.failed else self._icons.get(row.action, self._none)
