"""The job of Microsoft's service: how it stands, and what can be done to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QProgressBar, QPushButton, QWidget

from app.look.announce import announce
from app.look.card import Card
from app.look.icons import Glyph, icon
from app.look.notice import IconLabel, Notice
from app.look.palette import Tone
from app.look.spacing import gap, lines, scaled_font
from app.look.toned_label import TonedLabel
from app.monitor.entra import job_words
from app.monitor.entra.confirm import Confirm
from app.monitor.entra.job_watch import JobWatch
from app.monitor.entra.job_words import ALLOW, PAUSE, START

if TYPE_CHECKING:
    from app.monitor.watched_plan import WatchedPlan
    from app.setup.problem import Problem
    from app.worker.call import Call
    from app.worker.messages import JobStatus

_STEPS = 1_000


class JobPanel(Card):
    """Shows and steers the job of one plan.

    Signals:
        failed(object): a Problem, once until something else is heard.
        changed(): the job was steered, or a cycle has ended.
        held_back_wanted(): the log is to show what the deletion guard holds back.

    Attributes:
        wants_write: whether the last failure was of steering, which takes a permission of its own.
    """

    failed = Signal(object)
    changed = Signal()
    held_back_wanted = Signal()

    def __init__(self, watched: WatchedPlan, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._watched = watched
        self._steering: Call | None = None
        self._steers = ""
        self._refused = ""
        self._ended = ""
        self._said = ""
        self.wants_write = False
        self.watch = JobWatch(watched, self)
        self._icon = IconLabel(Glyph.IDLE, Tone.MUTED, 1.5, self)
        self.state = QLabel(self.tr("Looking up how the job stands…"), self)
        self.state.setFont(scaled_font(1.25, bold=True))
        self.state.setTextFormat(Qt.TextFormat.PlainText)
        self.sentence = TonedLabel(parent=self)
        self.bar = QProgressBar(self)
        self.bar.setAccessibleName(self.tr("Progress of the running cycle, by pages"))
        self.bar.setTextVisible(False)
        self.bar.setMaximumHeight(lines(0.6))
        self.bar.setVisible(False)
        self.pages = TonedLabel(Tone.PLAIN, self)
        self.quarantine = Notice("", Tone.BAD, self)
        self.busy = TonedLabel(parent=self)
        self.busy.setWordWrap(False)
        self.confirm = Confirm(self)
        self.pause = self._button(Glyph.PAUSE, self.tr("&Pause"))
        self.start = self._button(Glyph.RUN, self.tr("&Start"))
        self.allow = self._button(Glyph.DELETE, self.tr("Allow staged &deletes"))
        self.reload = self._button(Glyph.RESET, self.tr("&Look again"))
        self.facts: dict[str, TonedLabel] = {}
        self._names: dict[str, TonedLabel] = {}
        self._lay_out()
        self._connect()
        self._arrange()

    def _button(self, glyph: Glyph, text: str) -> QPushButton:
        button = QPushButton(icon(glyph), text, self)
        button.setAutoDefault(False)
        button.setAccessibleName(text.replace("&", ""))
        return button

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(gap())
        top.addWidget(self._icon)
        top.addWidget(self.state)
        top.addStretch(1)
        top.addWidget(self.busy)
        for button in (self.pause, self.start, self.allow, self.reload):
            top.addWidget(button)
        self.column.addLayout(top)
        for widget in (self.confirm, self.sentence, self.quarantine, self.bar, self.pages):
            self.column.addWidget(widget)
        grid = QGridLayout()
        grid.setHorizontalSpacing(gap() * 2)
        grid.setVerticalSpacing(gap() // 2)
        grid.setColumnStretch(1, 3)
        grid.setColumnStretch(3, 2)
        rows = (
            ("last", self.tr("Last cycle")),
            ("kind", self.tr("Kind of cycle")),
            ("next", self.tr("Next cycle")),
            ("counts", self.tr("Known to the service")),
            ("good", self.tr("Last that succeeded")),
            ("left", self.tr("Time left")),
        )
        for place, (key, name) in enumerate(rows):
            label, value = TonedLabel(parent=self), TonedLabel(Tone.PLAIN, self)
            label.setWordWrap(False)
            label.setText(name)
            label.setVisible(False)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            line, side = divmod(place, 2)
            grid.addWidget(label, line, side * 2, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(value, line, side * 2 + 1, Qt.AlignmentFlag.AlignTop)
            self.facts[key] = value
            self._names[key] = label
        self.facts["counts"].setToolTip(
            self.tr("Users and groups that the service remembers. The number does not fall when some go.")
        )
        self.column.addLayout(grid)

    def _connect(self) -> None:
        self.watch.told.connect(self._show)
        self.watch.failed.connect(self._fail)
        self.watch.busy_changed.connect(self._arrange)
        self.pause.clicked.connect(self._ask_pause)
        self.start.clicked.connect(self._ask_start)
        self.allow.clicked.connect(self._ask_allow)
        self.reload.clicked.connect(self.watch.look)
        self.confirm.confirmed.connect(self._steer)
        self.confirm.left.connect(self._come_back)
        self.confirm.look.clicked.connect(self.held_back_wanted)

    def on_show(self) -> None:
        """Look now, and go on looking."""
        self.watch.begin()

    def on_hide(self) -> None:
        """Ask nothing until it is shown again."""
        self.watch.stop()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's own name
        """Another tab or no window: nothing is asked."""
        self.watch.timer.stop()
        super().hideEvent(event)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's own name
        """Seen again, such as from the task bar: go on looking."""
        super().showEvent(event)
        self.watch.seen()

    # What is shown

    @Slot()
    def _show(self) -> None:
        status = self.watch.status
        if status is None:
            return
        self._refused = ""
        word = job_words.job_word(status)
        self._icon.set_glyph(word.glyph, word.tone)
        _fill(self.state, word.text)
        _fill(self.sentence, status.sentence)
        self.setAccessibleName(f"{word.text}. {status.sentence}")
        self._show_progress(status)
        quarantine = job_words.quarantine_text(status)
        if quarantine != self.quarantine.text:
            self.quarantine.set_message(quarantine)
        good = "" if status.last_good == status.last else job_words.execution_text(status.last_good)
        self._tell("kind", job_words.kind_text(status))
        self._tell("left", job_words.left_text(status))
        self._tell("last", job_words.execution_text(status.last) or self.tr("none yet"))
        self._tell("good", good)
        self._tell("next", job_words.next_text(status))
        self._tell("counts", job_words.counts_line(status.counts))
        if word.text != self._said:
            self._said = word.text
            announce(self, self.accessibleName())
        ended = status.last.ended if status.last else ""
        if ended != self._ended:
            first, self._ended = not self._ended, ended
            if not first:
                self.changed.emit()
        self._arrange()

    def _show_progress(self, status: JobStatus) -> None:
        self.bar.setVisible(status.running)
        _fill(self.pages, job_words.pages_line(status) if status.running else "")
        if status.percent is None:
            self.bar.setRange(0, 0)
        else:
            self.bar.setRange(0, _STEPS)
            self.bar.setValue(round(_STEPS * status.percent / 100))

    def _tell(self, key: str, text: str) -> None:
        value, name = self.facts[key], self._names[key]
        _fill(value, text)
        name.setVisible(bool(text))
        value.setAccessibleName(f"{name.text()}: {text}")

    @Slot()
    def _arrange(self) -> None:
        """Which buttons do something now, and what is waited for."""
        status, free = self.watch.status, self._steering is None and not self.confirm.task
        for button, task in ((self.pause, PAUSE), (self.start, START), (self.allow, ALLOW)):
            button.setEnabled(free and job_words.may(task, status))
        held = job_words.may(ALLOW, status)
        self.allow.setVisible(held)
        self.reload.setEnabled(free and not self.watch.busy)
        texts = {PAUSE: self.tr("Pausing…"), START: self.tr("Starting…"), ALLOW: self.tr("Allowing…")}
        looking = self.tr("Looking…") if self.watch.busy else ""
        _fill(self.busy, texts[self._steers] if self._steers else looking)

    # What is done

    @Slot()
    def _ask_pause(self) -> None:
        self._ask(PAUSE, self.tr("&Pause the job"))

    @Slot()
    def _ask_start(self) -> None:
        self._ask(START, self.tr("&Start the job"))

    @Slot()
    def _ask_allow(self) -> None:
        self._ask(ALLOW, self.tr("Allow these &deletes"))

    def _ask(self, task: str, yes: str) -> None:
        if self.watch.status is not None and self._steering is None:
            self.confirm.ask(task, job_words.warning_of(task, self.watch.status), yes, look=task == ALLOW)
            self._arrange()

    @Slot()
    def _come_back(self) -> None:
        self._arrange()
        for button in (self.pause, self.start, self.reload):
            if button.isEnabled():
                button.setFocus()
                return

    @Slot(str)
    def _steer(self, task: str) -> None:
        self._steers = task
        self._steering = self._watched.ask(task)
        self._steering.finished.connect(self._steered)
        self._steering.failed.connect(self._not_steered)
        self._arrange()

    @Slot(object)
    def _steered(self, status: JobStatus) -> None:
        self._steering, self._steers = None, ""
        self.watch.take(status)
        self._come_back()
        self.changed.emit()

    @Slot(object)
    def _not_steered(self, problem: Problem) -> None:
        self._steering, self._steers = None, ""
        self._come_back()
        self.wants_write = True
        self.failed.emit(problem)

    @Slot(object)
    def _fail(self, problem: Problem) -> None:
        """A look failed: the first of its kind is told, the others that follow are silent."""
        self._arrange()
        if self.watch.status is None:
            self._icon.set_glyph(Glyph.HELP, Tone.MUTED)
            _fill(self.state, self.tr("Not known how the job stands"))
            _fill(self.sentence, f"{problem.what} {problem.remedy}".strip())
        if problem.code != self._refused:
            self._refused = problem.code
            self.wants_write = False
            self.failed.emit(problem)


def _fill(label: QLabel, text: str) -> None:
    """Set a text that may be the same: setting it costs a layout of the whole window."""
    if label.text() != text:
        label.setText(text)
