"""Page 11: the work itself, with numbers, time left, pause and stop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QWidget

from app.look.announce import announce
from app.look.figures import Figures
from app.look.icons import Glyph, icon
from app.look.notice import Notice
from app.look.palette import Tone
from app.look.spacing import gap, lines, scaled_font
from app.look.toned_label import TonedLabel
from app.setup.problem import Problem
from app.wizard.page import LearnMore, Page
from app.wizard.pages.counting import amount, duration, figures_of, happened, number, time_left, with_remedy
from app.wizard.pages.failure_table import SHOWN_AT_MOST, FailureTable

if TYPE_CHECKING:
    from app.worker.client import Call
    from app.worker.messages import CycleSummary, Entry, Event, Progress

RUN_FIGURES = [
    ("create", "created"),
    ("update", "updated"),
    ("disable", "disabled"),
    ("delete", "deleted"),
    ("unchanged", "in step already"),
    ("skipped", "left out"),
    ("failures", "failures"),
]
_NAMED = 5
_KEEP = "What was sent stays done, and the next run goes on from there. Nobody is created twice."


class StartPage(Page):
    """Runs the plan once. Texts and cells live in C++ and change at most four times a second."""

    key = "start"
    heading = "Provisioning is running"
    scrolls = False

    @property
    def learn_more(self) -> LearnMore:
        """How long it takes."""
        return LearnMore(
            "Find out when a specific user will be able to access an app",
            self.setup.profile.links.get(self.key)
            or "https://learn.microsoft.com/entra/identity/app-provisioning/"
            "application-provisioning-when-will-provisioning-finish-specific-user",
            (
                "Users come first, then groups, then who is a member of what.",
                "One person who cannot be provisioned never stops the others: they are listed and tried "
                "again in "
                "the next cycle.",
                "Stopping is safe at any moment.",
            ),
        )

    def build(self) -> None:
        """Make the progress, the numbers, the buttons and the list of failures."""
        self.body.setSpacing(gap() * 2)
        self.text = QLabel("", self)
        self.text.setFont(scaled_font(1.05, bold=True))
        self.text.setWordWrap(True)
        self.bar = QProgressBar(self)
        self.bar.setAccessibleName("Progress")
        self.left = TonedLabel(Tone.MUTED, self)
        self.left.setWordWrap(False)
        self.done = TonedLabel(Tone.MUTED, self)
        self.pause_button = QPushButton(icon(Glyph.PAUSE), "&Pause", self)
        self.pause_button.clicked.connect(self.toggle_pause)
        self.stop_button = QPushButton(icon(Glyph.STOP), "&Stop", self)
        self.stop_button.clicked.connect(self.stop)
        self.stop_button.setToolTip(_KEEP)
        self.review_button = QPushButton(icon(Glyph.BACK), "Back to &review", self)
        self.review_button.clicked.connect(self._go_back)
        for button in (self.pause_button, self.stop_button, self.review_button):
            button.setAutoDefault(False)
        self.figures = Figures(RUN_FIGURES, self)
        self.outcome = Notice("", Tone.GOOD, self)
        self.failures_label = QLabel("F&ailures and warnings", self)
        self.failures = FailureTable(self)
        self.failures.setMinimumHeight(lines(5))
        self.failures_label.setBuddy(self.failures)
        self.more = TonedLabel(Tone.MUTED, self)
        self._lay_out()
        self.retry.connect(self.begin)
        self._call: Call | None = None
        self._paused = False
        self._stopping = False
        self._entries: list[Entry] = []
        self._failed = 0

    def _lay_out(self) -> None:
        self.body.addWidget(self.text)
        self.body.addWidget(self.bar)
        under = QHBoxLayout()
        under.setSpacing(gap())
        under.addWidget(self.done, 1)
        under.addWidget(self.left)
        self.body.addLayout(under)
        self.body.addWidget(self.figures)
        buttons = QHBoxLayout()
        buttons.setSpacing(gap())
        for button in (self.pause_button, self.stop_button, self.review_button):
            buttons.addWidget(button)
        buttons.addStretch(1)
        self.body.addLayout(buttons)
        self.body.addWidget(self.outcome)
        self.body.addWidget(self.failures_label)
        self.body.addWidget(self.failures, 1)
        self.body.addWidget(self.more)
        self.body.addStretch(0)

    # The page's life

    def on_show(self) -> None:
        """Start the work, unless it is under way."""
        if self._call is None:
            self.begin()

    def initial_focus(self) -> QWidget | None:
        """Pause: it does no harm when it is pressed by mistake."""
        return self.pause_button

    @property
    def running(self) -> bool:
        """Whether the work is under way."""
        return self._call is not None

    @Slot()
    def begin(self) -> None:
        """Run the plan once."""
        if self._call is not None:
            return
        self.problem = None
        self._entries, self._failed = [], 0
        self._paused = self._stopping = False
        self.failures.show_entries([])
        self.more.setText("")
        self.outcome.set_message("")
        self.figures.set_numbers(**{key: 0 for key, _ in RUN_FIGURES})
        self.text.setText("Starting...")
        self.done.setText("")
        self.left.setText("")
        self.bar.setRange(0, 0)
        self.set_heading("Provisioning is running")
        self.setup.facts["ran"] = True
        self.setup.facts.pop("last_run", None)
        plan = self.setup.plan.model_copy(deep=True)
        self._call = self.setup.worker.ask("run", plan, {}, self.setup.plan_path)
        self._call.event.connect(self._hear)
        self._call.finished.connect(self._finish)
        self._call.failed.connect(self._fail)
        self._arrange()

    @Slot()
    def toggle_pause(self) -> None:
        """Hold the work before its next request, or let it go on."""
        if self._call is None:
            return
        self._paused = not self._paused
        self._call.pause(self._paused)
        if self._paused:
            self.text.setText("Paused. Requests that were on their way are finished first.")
            self.left.setText("")
        else:
            self.text.setText("Going on...")
        self._arrange()
        announce(self.pause_button, self.text.text())

    @Slot()
    def stop(self) -> None:
        """End the work; what was sent stays done."""
        if self._call is None or self._stopping:
            return
        self._stopping = True
        self.text.setText(f"Stopping. {_KEEP}")
        self.left.setText("")
        self._call.cancel()
        self._arrange()

    def _arrange(self) -> None:
        running = self.running
        self.pause_button.setVisible(running)
        self.stop_button.setVisible(running)
        self.pause_button.setEnabled(not self._stopping)
        self.stop_button.setEnabled(not self._stopping)
        self.pause_button.setText("Res&ume" if self._paused else "&Pause")
        self.pause_button.setIcon(icon(Glyph.RUN if self._paused else Glyph.PAUSE))
        self.failures_label.setVisible(bool(self._entries))
        self.failures.setVisible(bool(self._entries))
        summary: CycleSummary | None = self.setup.facts.get("last_run")
        unfinished = not running and (summary is None or summary.state in {"guarded", "failed", "stopped"})
        self.review_button.setVisible(unfinished)
        self.bar.setVisible(running)
        if running:
            self.busy = "Next can be pressed when provisioning has ended or was stopped."
            self.missing = ""
        else:
            self.busy = ""
            self.missing = "" if summary is not None else "a run that begins"

    # What the worker says

    @Slot(object)
    def _hear(self, event: Event) -> None:
        if event.event == "progress":
            self._show_progress(event)
        elif event.event == "entry" and event.status == "failure":
            self._take_failure(event)
        elif event.event == "entry" and event.status == "warning" and event.action != "staged-delete":
            self._take_warning(event)
        elif event.event == "notice" and event.level != "info":
            self.outcome.set_message(event.text, Tone.BAD if event.level == "error" else Tone.WARNING)

    def _show_progress(self, progress: Progress) -> None:
        if self._paused or self._stopping:
            return
        self.text.setText(progress.text)
        if progress.total:
            # Qt's bar counts in 32 bits, and a bar is a thousand steps wide at most.
            self.bar.setRange(0, 1000)
            self.bar.setValue(min(1000, progress.done * 1000 // progress.total))
            self.done.setText(f"{number(progress.done)} of {number(progress.total)}")
        else:
            self.bar.setRange(0, 0)
            self.done.setText(number(progress.done) if progress.done else "")
        self.left.setText(time_left(progress.seconds_left))
        self.figures.set_numbers(
            **figures_of(progress.counts, max(self._failed, progress.counts.get("failure", 0)))
        )

    def _take_failure(self, entry: Entry) -> None:
        self._failed += 1
        self._list(entry)

    def _take_warning(self, entry: Entry) -> None:
        """A warning stands in the list too: a row that could not be read, a value that was not sent."""
        self._list(entry)

    def _list(self, entry: Entry) -> None:
        if len(self._entries) < SHOWN_AT_MOST:
            self._entries.append(entry)
            self.failures.add(entry)
        else:
            self.more.setText(f"The first {number(SHOWN_AT_MOST)} are listed; the monitor shows all of them.")
        self.failures_label.show()
        self.failures.show()

    @Slot(object)
    def _finish(self, summary: CycleSummary) -> None:
        self._call = None
        facts = self.setup.facts
        facts["last_run"], facts["run_failures"] = summary, list(self._entries)
        self.figures.set_numbers(**figures_of(summary.counts, summary.failures))
        self.left.setText("")
        self.done.setText("")
        self._say_outcome(summary)
        self._arrange()
        self._focus_next()

    def _say_outcome(self, summary: CycleSummary) -> None:
        told = happened(summary.counts) or "nothing had to be changed"
        took = duration(summary.seconds)
        if summary.state == "succeeded":
            self.set_heading("Provisioning has ended")
            self.text.setText(f"Done in {took}: {told}.")
            self.outcome.set_message("Everything went well. Next shows what happens from here.", Tone.GOOD)
        elif summary.state == "failures":
            self.set_heading("Provisioning has ended")
            self.text.setText(f"Done in {took}: {told}.")
            self.outcome.set_message(_not_all_well(summary), Tone.WARNING)
        elif summary.state == "stopped":
            self.set_heading("Provisioning was stopped")
            self.text.setText(f"Stopped after {took}: {told}.")
            self.outcome.set_message(_KEEP, Tone.WARNING)
        else:
            guarded = summary.state == "guarded"
            self.set_heading(
                "The deletion guard held back" if guarded else "Provisioning could not be finished"
            )
            self.text.setText(f"Ended after {took}: {told}.")
            self.outcome.set_message(with_remedy(summary.sentence, summary.remedy), Tone.BAD)

    @Slot(object)
    def _fail(self, problem: Problem) -> None:
        self._call = None
        self.left.setText("")
        self.set_heading(
            "Provisioning was stopped" if self._stopping else "Provisioning could not be finished"
        )
        self.text.setText("")
        if self._stopping and problem.code == "CANCELLED":
            self.outcome.set_message(f"Stopped. {_KEEP}", Tone.WARNING)
        else:
            self.problem = problem
        self._arrange()

    def _focus_next(self) -> None:
        wizard = self.wizard()
        if wizard is not None and self.isVisible():
            wizard.button(wizard.WizardButton.NextButton).setFocus()
        announce(self, f"{self.heading}. {self.text.text()}")

    @Slot()
    def _go_back(self) -> None:
        wizard = self.wizard()
        if wizard is not None and not self.running:
            wizard.back()


def _not_all_well(summary: CycleSummary) -> str:
    """What is left to do after a run that came to its end: who failed, who waits, what could not be read."""
    count = amount(summary.failures, "person or group", "people or groups")
    failed = f"{count} could not be provisioned; the next run tries again." if summary.failures else ""
    leaving = [each.name for each in summary.waiting if each.leaving]
    others = [each.name for each in summary.waiting if not each.leaving]
    parts = [
        f"Still with an access that should be gone: {_first(leaving)}." if leaving else "",
        failed,
        f"To be tried again later: {_first(others)}." if others else "",
    ]
    if summary.unread:
        rows = _first([f"{each.place} ({each.text})" for each in summary.unread])
        parts.append(f"Rows of the source that could not be read: {rows}. Repair them, and run again.")
    return " ".join(part for part in parts if part)


def _first(names: list[str]) -> str:
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {number(more)} more" if more > 0 else "")
