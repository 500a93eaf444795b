"""Page 11 with Microsoft Entra: the calls are made, step by step; Resume goes on, Undo takes back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QMessageBox, QPushButton, QWidget

from app.look.announce import announce
from app.look.icons import Glyph, icon
from app.look.notice import Notice
from app.look.palette import Tone
from app.look.spacing import gap
from app.setup.problem import Problem
from app.wizard.page import LearnMore, Page
from app.wizard.pages.counting import listed, with_remedy
from app.wizard.pages.entra.road_steps import RoadSteps

if TYPE_CHECKING:
    from app.worker.client import Call
    from app.worker.messages import Event, RoadReport

ASKED_FIRST = {
    "JOB-RUNNING": ("touch_running", "Chan&ge the job although it is running"),
    "PEOPLE-LEAVE": ("people_may_leave", "Chan&ge the scope although people leave it"),
}
"""What the road stops before until it was said that it is meant: what to hand it, and how that is said."""

STOPPING_TIME = 30_000
"""Milliseconds for the call under way to end after Stop: nobody knows of one that is cut off."""


class EntraStartPage(Page):
    """Runs ``entra-apply`` and ``entra-undo``."""

    key = "start"
    heading = "Setting up provisioning in Microsoft Entra"

    def __init__(self, setup: Any) -> None:
        super().__init__(setup)
        self._call: Call | None = None
        self._undoing = False
        self._stopping = False
        self._meant = {name: False for name, _ in ASKED_FIRST.values()}
        self._asked = ""

    @property
    def learn_more(self) -> LearnMore:
        """What happens after it was started."""
        return LearnMore(
            "How application provisioning works in Microsoft Entra ID",
            "https://learn.microsoft.com/entra/identity/app-provisioning/how-provisioning-works",
            (
                "Each step looks at what is there and does only what is still to be done.",
                "The first cycle takes between 20 minutes and many hours, by the number of people; later "
                "ones come every 40 minutes.",
            ),
        )

    def build(self) -> None:
        """The outcome, the buttons, and the steps."""
        self.outcome = Notice("", Tone.GOOD, self)
        self.body.addWidget(self.outcome)
        self.touch = QCheckBox(ASKED_FIRST["JOB-RUNNING"][1], self)
        self.touch.setVisible(False)
        self.body.addWidget(self.touch)
        self.stop_button = QPushButton(icon(Glyph.STOP), "&Stop after this call", self)
        self.stop_button.clicked.connect(self.stop)
        self.resume_button = QPushButton(icon(Glyph.RUN), "&Resume", self)
        self.resume_button.clicked.connect(self.resume)
        self.undo_button = QPushButton(icon(Glyph.RESET), "&Undo...", self)
        self.undo_button.setToolTip("Takes back what this plan has made in the tenant, newest first")
        self.undo_button.clicked.connect(self.ask_undo)
        self.review_button = QPushButton(icon(Glyph.BACK), "Bac&k to Review", self)
        self.review_button.clicked.connect(self._go_back)
        row = QHBoxLayout()
        row.setSpacing(gap())
        for button in (self.stop_button, self.resume_button, self.undo_button, self.review_button):
            button.setAutoDefault(False)
            row.addWidget(button)
        row.addStretch(1)
        self.body.addLayout(row)
        self.steps = RoadSteps(self)
        self.body.addWidget(self.steps)
        self.retry.connect(self.resume)

    def on_show(self) -> None:
        """Begin, unless it was done already."""
        report: RoadReport | None = self.setup.facts.get("road")
        if self._call is None and report is None:
            self.begin(resume=False)
        self._arrange()

    def initial_focus(self) -> QWidget | None:
        """The way to stop it."""
        return self.stop_button

    @property
    def running(self) -> bool:
        """Whether calls are being made."""
        return self._call is not None

    # The work

    def begin(self, resume: bool) -> None:
        """Make the calls."""
        if self._asked:
            self._meant[ASKED_FIRST[self._asked][0]] = self.touch.isChecked()
        params = {"resume": resume, **self._meant}
        self._ask("entra-apply", params, undoing=False)
        self.set_heading("Setting up provisioning in Microsoft Entra")

    @Slot()
    def resume(self) -> None:
        """Go on where it stopped."""
        if self._call is None:
            self.begin(resume=True)

    def _ask(self, task: str, params: dict[str, Any], undoing: bool) -> None:
        if self._call is not None:
            return
        self.problem = None
        self._undoing, self._stopping = undoing, False
        self.setup.facts.pop("road", None)
        self.steps.begin()
        self.outcome.set_message("")
        self.setup.save()
        self._call = self.setup.worker.ask(task, self.setup.plan, params, self.setup.plan_path)
        self._call.event.connect(self._hear)
        self._call.finished.connect(self._finish)
        self._call.failed.connect(self._fail)
        self._arrange()

    @Slot()
    def stop(self) -> None:
        """Stop; the call that is under way is waited for."""
        if self._call is not None and not self._stopping:
            self._stopping = True
            self._call.cancel(STOPPING_TIME)
            self._arrange()

    @Slot()
    def ask_undo(self) -> None:
        """Ask, then take back what was made."""
        report: RoadReport | None = self.setup.facts.get("road")
        made = listed(list(report.created)) if report is not None and report.created else ""
        box = QMessageBox(self)
        box.setIcon(QMessageBox.Icon.Warning)
        box.setWindowTitle("Rollcall")
        box.setText("Take back what this plan has made in the tenant?")
        box.setInformativeText(
            f"{f'That is: {made}. ' if made else ''}What was there before stays. Accounts that were made in "
            "the app stay too."
        )
        keep = box.addButton("&Keep it", QMessageBox.ButtonRole.RejectRole)
        undo = box.addButton("&Undo", QMessageBox.ButtonRole.DestructiveRole)
        box.setDefaultButton(keep)
        box.setEscapeButton(keep)
        box.exec()
        if box.clickedButton() is undo:
            self.undo()

    def undo(self) -> None:
        """Take back what was made."""
        self._ask("entra-undo", {}, undoing=True)
        self.set_heading("Taking back what was set up")

    # What the worker says

    @Slot(object)
    def _hear(self, event: Event) -> None:
        if event.event == "road-step":
            self.steps.take(event)
            self._arrange()
        elif event.event == "notice" and event.level != "info":
            self.outcome.set_message(event.text, Tone.BAD if event.level == "error" else Tone.WARNING)

    @Slot(object)
    def _finish(self, report: RoadReport) -> None:
        self._call = None
        self.setup.facts["road"] = report
        for step in report.steps:
            self.steps.take(step)
        headings = {
            "done": "Provisioning is set up in Microsoft Entra",
            "failed": "Setting up stopped",
            "undone": "What was set up is taken back",
        }
        self.set_heading(headings[report.state])
        warned = self.outcome.text
        said = " ".join(part for part in (report.sentence, report.why) if part)
        tone = {"done": Tone.GOOD, "undone": Tone.GOOD, "failed": Tone.BAD}[report.state]
        if warned and report.state != "failed":
            tone = Tone.WARNING
        self.outcome.set_message(" ".join(filter(None, (with_remedy(said, report.remedy), warned))), tone)
        self._asked = report.code if report.code in ASKED_FIRST else ""
        if self._asked:
            self.touch.setText(ASKED_FIRST[self._asked][1])
            self.touch.setChecked(False)
        self.touch.setVisible(bool(self._asked))
        self._arrange()
        announce(self, f"{self.heading}. {self.outcome.text}")

    @Slot(object)
    def _fail(self, problem: Problem) -> None:
        self._call = None
        if problem.code == "CANCELLED":
            self.set_heading("Setting up was stopped")
            self.outcome.set_message("Stopped. What was made stays; Resume goes on from there.", Tone.WARNING)
        else:
            self.set_heading("Setting up could not go on")
            self.problem = problem
        self._arrange()

    def _arrange(self) -> None:
        report: RoadReport | None = self.setup.facts.get("road")
        running = self._call is not None
        done = report is not None and report.state == "done"
        undone = report is not None and report.state == "undone"
        if running:
            words = "Taking back" if self._undoing else "Setting up"
            self.busy = f"{words}: {self.steps.done} of {len(self.steps.rows) or 'the'} steps done..."
            if self._stopping:
                self.busy = "Stopping after the call that is under way..."
        else:
            self.busy = ""
        self.missing = "" if done or running else "a setup that is done"
        self.stop_button.setVisible(running)
        self.stop_button.setEnabled(not self._stopping)
        self.resume_button.setVisible(not running and not done and not undone)
        self.undo_button.setVisible(not running and not undone)
        self.review_button.setVisible(not running and not done)

    def first_missing(self) -> QWidget | None:
        """The way on."""
        return self.resume_button if self.resume_button.isVisible() else self.review_button

    @Slot()
    def _go_back(self) -> None:
        wizard = self.wizard()
        if wizard is not None and not self.running:
            self.setup.facts.pop("road", None)
            wizard.back()
