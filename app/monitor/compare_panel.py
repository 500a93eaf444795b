"""Compares the app with what should be there, tells what differs, and repairs it when asked to.

Microsoft Entra never does this: after the first cycle it believes what it wrote, and does not see what
somebody changed in the app.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.look.announce import announce
from app.look.icons import Glyph, icon
from app.look.notice import Notice
from app.look.palette import Tone
from app.look.spacing import gap, scaled_font
from app.look.toned_label import TonedLabel
from app.monitor.compare_words import guard_words, sends
from app.monitor.comparing import Comparing
from app.monitor.differences import Differences
from app.monitor.empty import Empty
from app.monitor.question import Question
from app.monitor.state_words import progress_line
from app.monitor.words import count_of, number, parse_time, when

if TYPE_CHECKING:
    from app.monitor.watched_plan import WatchedPlan
    from app.worker.messages import CycleSummary, DriftReport
    from app.worker.messages import Notice as NoticeEvent

_STEPS = 1_000


class ComparePanel(QWidget):
    """Shows the last comparison of one plan.

    Signals:
        failed(object): a Problem to show.
        changed(): a repair has ended.
    """

    failed = Signal(object)
    changed = Signal()

    def __init__(self, watched: WatchedPlan, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._watched = watched
        self._shown: DriftReport | None = None
        self._wanted: list[str] = []
        self.comparing = Comparing(watched, self)
        self.headline = QLabel(self)
        self.headline.setFont(scaled_font(1.25, bold=True))
        self.headline.setWordWrap(True)
        self.about = TonedLabel(parent=self)
        self.compare = QPushButton(icon(Glyph.SEARCH), self.tr("Co&mpare now"), self)
        self.stop = QPushButton(icon(Glyph.STOP), self.tr("Sto&p"), self)
        self.bar = QProgressBar(self)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("Progress of the comparison or repair"))
        self.line = TonedLabel(Tone.PLAIN, self)
        self.notice = Notice(parent=self)
        self.question = Question(self.tr("Repair no&w"), self.tr("Lea&ve as it is"), self)
        self.differences = Differences(self)
        self.empty = Empty(self)
        self.count = TonedLabel(parent=self)
        self.some = QPushButton(self.tr("Repair se&lected"), self)
        self.all = QPushButton(self.tr("&Repair all"), self)
        self._lay_out()
        self._connect()
        self._refresh()

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(gap() // 2)
        words.addWidget(self.headline)
        words.addWidget(self.about)
        top = QHBoxLayout()
        top.setSpacing(gap())
        top.addLayout(words, 1)
        top.addWidget(self.compare)
        top.addWidget(self.stop)
        self.stack = QStackedWidget(self)
        self.stack.addWidget(self.differences)
        self.stack.addWidget(self.empty)
        bottom = QHBoxLayout()
        bottom.setSpacing(gap())
        bottom.addWidget(self.count, 3)
        bottom.addStretch(1)
        bottom.addWidget(self.some)
        bottom.addWidget(self.all)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(gap())
        column.addLayout(top)
        for widget in (self.bar, self.line, self.notice, self.question):
            column.addWidget(widget)
        column.addWidget(self.stack, 1)
        column.addLayout(bottom)

    def _connect(self) -> None:
        self.comparing.changed.connect(self._refresh)
        self.comparing.noticed.connect(self._tell)
        self.comparing.repaired.connect(self._repaired)
        self.comparing.stopped.connect(self._stopped)
        self.comparing.failed.connect(self._fail)
        self.compare.clicked.connect(self._compare)
        self.empty.pressed.connect(self._compare)
        self.stop.clicked.connect(self.comparing.stop)
        self.some.clicked.connect(self._ask_some)
        self.all.clicked.connect(self._ask_all)
        self.question.agreed.connect(self._repair)
        self.question.dropped.connect(self._refresh)
        self.question.dropped.connect(self._to_table)
        self.differences.selection_changed.connect(self._follow_selection)

    def on_show(self) -> None:
        """Ask for the last comparison: a cycle may have made another since."""
        if self.question.isHidden():
            self.comparing.look()

    @Slot()
    def _compare(self) -> None:
        self.notice.set_message("")
        self.question.hide()
        self.comparing.compare()
        if self.comparing.doing:
            self.stop.setFocus()

    @Slot()
    def _ask_some(self) -> None:
        rows = self.differences.selected
        self._wanted = [row.id for row in rows]
        what = count_of(len(rows), "difference", "differences")
        self._ask(self.tr("Repair {0}?").format(what), sends(rows))

    @Slot()
    def _ask_all(self) -> None:
        report = self._shown
        assert report is not None
        self._wanted = []
        told = sends(report.rows)
        if report.total > len(report.rows):
            told = self.tr("{0}; and what is needed for the {1} that are not listed").format(
                told, number(report.total - len(report.rows))
            )
        if report.total == 1:
            self._ask(self.tr("Repair the one difference?"), told)
        else:
            self._ask(self.tr("Repair all {0} differences?").format(number(report.total)), told)

    def _ask(self, title: str, told: str) -> None:
        plan = self._watched.plan
        guard = guard_words(plan.safety.deletion_threshold) if plan is not None else ""
        text = self.tr(
            "This will be sent to {0}: {1}. Each is read from there once more first, so what was put "
            "right meanwhile is left alone."
        ).format(self._watched.app_title, told)
        self.notice.set_message("")
        self.question.ask(title, f"{text} {guard}".strip())
        self._refresh()

    @Slot()
    def _follow_selection(self) -> None:
        # What is asked about are the rows that were selected then.
        if self._wanted and [row.id for row in self.differences.selected] != self._wanted:
            self.question.drop()
        self._refresh()

    @Slot()
    def _repair(self) -> None:
        self.comparing.repair(self._wanted)
        self._refresh()
        if self.comparing.doing:
            self.stop.setFocus()

    @Slot()
    def _refresh(self) -> None:
        """Show what is known, and which buttons do something now."""
        busy, report = bool(self.comparing.doing), self.comparing.report
        if report is not self._shown:
            self._shown = report
            self.differences.show_rows(report.rows if report is not None else [])
        self._show_words()
        self._show_progress()
        asking = not self.question.isHidden()
        had_focus = self.stop.hasFocus()
        free = not busy and not asking and report is not None and report.total > 0
        self.compare.setEnabled(not busy and not asking)
        self.empty.button.setEnabled(not busy)
        self.some.setEnabled(free and self.differences.table.selectionModel().hasSelection())
        self.all.setEnabled(free)
        self.stop.setVisible(self.comparing.doing in {"compare", "repair"})
        self.stop.setEnabled(not self.comparing.stopping)
        if had_focus and self.stop.isHidden():
            self._to_table()

    @Slot()
    def _to_table(self) -> None:
        table = self.differences.table
        (table if self.stack.currentWidget() is self.differences else self.compare).setFocus()

    def _show_words(self) -> None:
        report, differs = self._shown, False
        if report is None:
            self._show_nothing_yet()
        else:
            differs = report.total > 0
            title = (
                self.tr("{0} not as in the source").format(
                    count_of(report.total, "person or group is", "people and groups are")
                )
                if differs
                else self.tr("Nothing differs")
            )
            _fill(self.headline, title)
            time = when(parse_time(report.at))
            _fill(self.about, self.tr("Compared {0}. {1}").format(time, report.sentence))
            if not differs:
                text = self.tr(
                    "Everybody and every group that should be in the app is there, with the right values. "
                    "Compare again when somebody may have changed something in the app."
                )
                whole = self.tr("The app is as it should be")
                if report.failures:
                    whole = self.tr("What could be compared is as it should be")
                    text = self.tr(
                        "{0} could not be compared. Run a cycle: its log says why, row by row."
                    ).format(count_of(report.failures, "person or group", "people and groups"))
                self.empty.say(Glyph.WARNING if report.failures else Glyph.GOOD, whole, text)
        self.stack.setCurrentWidget(self.differences if differs else self.empty)
        self.some.setVisible(differs)
        self.all.setVisible(differs)
        listed = len(report.rows) if report is not None else 0
        more = report is not None and report.total > listed
        hint = self.tr("The first {0} are listed. Repair all takes the others too.").format(number(listed))
        _fill(self.count, hint if more else "")

    def _show_nothing_yet(self) -> None:
        if not self.comparing.looked:
            _fill(self.headline, self.tr("Compare the app with what should be there"))
            _fill(self.about, "")
            where = self.tr("It is kept in the plan's state folder.")
            if self.comparing.doing == "look":
                self.empty.say(Glyph.IDLE, self.tr("Reading the last comparison"), where)
            else:
                unread = self.tr("The last comparison was not read")
                self.empty.say(Glyph.IDLE, unread, where, self.tr("Compare now"))
            return
        _fill(self.headline, self.tr("Not compared yet"))
        _fill(self.about, "")
        text = self.tr(
            "A comparison reads everybody from the app and holds them against the source: who is missing, "
            "has other values, is disabled or left over. It changes nothing. Microsoft Entra never does "
            "this: what somebody changes in the app stays unseen there."
        )
        self.empty.say(
            Glyph.SEARCH,
            self.tr("A comparison finds what was changed in the app"),
            text,
            self.tr("Compare now"),
        )

    def _show_progress(self) -> None:
        doing, progress = self.comparing.doing, self.comparing.progress
        shown = doing in {"compare", "repair"}
        self.bar.setVisible(shown)
        if not shown:
            _fill(self.line, "")
            return
        if self.comparing.stopping:
            text = self.tr("Stopping at the next safe point")
        elif progress is not None:
            text = " · ".join(part for part in (progress.text, progress_line(progress)) if part)
        else:
            text = (
                self.tr("Starting the comparison") if doing == "compare" else self.tr("Starting the repair")
            )
        _fill(self.line, text)
        if progress is not None and progress.total:
            self.bar.setRange(0, _STEPS)
            self.bar.setValue(round(_STEPS * min(progress.done, progress.total) / progress.total))
        else:
            self.bar.setRange(0, 0)

    @Slot(object)
    def _tell(self, event: NoticeEvent) -> None:
        tone = {"warning": Tone.WARNING, "error": Tone.BAD}.get(event.level, Tone.ACCENT)
        self.notice.set_message(event.text, tone)

    @Slot(object)
    def _repaired(self, summary: CycleSummary) -> None:
        tone = {"succeeded": Tone.GOOD, "stopped": Tone.ACCENT, "failed": Tone.BAD}.get(
            summary.state, Tone.WARNING
        )
        text = f"{summary.sentence} {summary.remedy}".strip()
        if summary.state == "guarded":
            text = self.tr("{0} The list is under Held back.").format(text)
        self.notice.set_message(text, tone)
        self.changed.emit()

    @Slot(str)
    def _stopped(self, doing: str) -> None:
        if doing == "compare":
            text = self.tr("The comparison was stopped. Nothing was changed; the one before is kept.")
        else:
            text = self.tr("The repair was stopped. What was sent stays; the rest still differs.")
            self.changed.emit()
        self.notice.set_message(text, Tone.ACCENT)

    @Slot(object)
    def _fail(self, problem: object) -> None:
        self.failed.emit(problem)
        self._refresh()


def _fill(label: QLabel, text: str) -> None:
    """Set a text that may be the same: setting it costs a layout of the whole window."""
    if label.text() != text:
        label.setText(text)
        if label.font().bold():
            announce(label, text)
