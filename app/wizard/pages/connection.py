"""Page 5: Test connection. Runs by itself, and says what the findings mean for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QProgressBar, QPushButton, QWidget

from app.look.announce import announce
from app.look.icons import Glyph, icon
from app.look.notice import Notice
from app.look.palette import Tone
from app.look.spacing import gap
from app.look.toned_label import TonedLabel
from app.wizard.page import PORTAL_PAGE, LearnMore, Page
from app.wizard.pages.connection_advice import AdviceCard
from app.wizard.pages.connection_comparison import ComparisonCard
from app.wizard.pages.connection_groups import GroupList
from app.wizard.pages.connection_level import LevelChoice
from app.wizard.pages.connection_report import ReportPart
from app.wizard.pages.connection_words import (
    Level,
    figures_in_words,
    leftovers_in_words,
    outcome_in_words,
)
from app.wizard.pages.counting import amount

if TYPE_CHECKING:
    from app.setup.problem import Problem
    from app.wizard.session import Session
    from app.worker.client import Call
    from app.worker.messages import CheckVerdict, Event

_TONES = {"ready": Tone.GOOD, "ready-with-limits": Tone.WARNING, "not-ready": Tone.BAD}
CLEANING_TIME = 30_000
"""Milliseconds that a stopped test with test people has to remove them before its process is killed."""


class ConnectionPage(Page):
    """Tests the tenant URL and the token as Microsoft Entra would, and further."""

    key = "connection"
    heading = "Test the connection"
    lead = (
        "Rollcall asks of the app what Microsoft Entra will ask of it, and tells what that means for people."
    )

    def __init__(self, setup: Session) -> None:
        super().__init__(setup)
        self._call: Call | None = None
        self._level: Level = "read"
        self._verdict: CheckVerdict | None = None
        self._tested = ""
        self.retry.connect(self.run_test)

    @property
    def learn_more(self) -> LearnMore:
        """The tutorial's step, and its advice."""
        return LearnMore(
            "Tutorial: test connection",
            self.setup.profile.links.get("connection") or PORTAL_PAGE,
            (
                "The admin center's own Test Connection asks for one user that cannot exist, and passes on "
                "apps that later leave leavers active.",
                "Rollcall tries all that provisioning needs; only what your plan uses decides the outcome. "
                "The report holds no token and can be sent to whoever runs the app.",
                "A refused token mostly means that the account it was made with is no admin: make sure it "
                "has Admin permissions and try again.",
            ),
        )

    # Building

    def build(self) -> None:
        """The level, the outcome with its advice, the groups of checks, and the report."""
        self.body.setSpacing(gap() + gap() // 2)
        self.level = LevelChoice(self)
        self.level.chosen.connect(self._on_level)
        self.body.addWidget(self.level)
        self.body.addLayout(self._running_row())
        self._said = Notice("", Tone.ACCENT, self)
        self.body.addWidget(self._said)
        self.waive = QCheckBox("Go on &without a passed test; Start stays locked until it passes", self)
        self.waive.toggled.connect(self._on_waive)
        self.waive.setVisible(False)
        self.body.addWidget(self.waive)
        self._build_leftovers()
        self.advice = AdviceCard(self.setup, self)
        self.advice.applied.connect(self._on_applied)
        self.body.addWidget(self.advice)
        self.groups = GroupList(self)
        self.body.addWidget(self.groups)
        self.figures = TonedLabel(Tone.MUTED, self)
        self.body.addWidget(self.figures)
        self.report = ReportPart(self.setup, self)
        self.report.failed.connect(self._on_report_failed)
        self.body.addWidget(self.report)
        self.comparison = ComparisonCard(self)
        self.report.compared.connect(self.comparison.show_comparison)
        self.body.addWidget(self.comparison)
        self._arrange()

    def _running_row(self) -> QHBoxLayout:
        self.again = QPushButton(icon(Glyph.SYNC), "Test a&gain", self)
        self.again.clicked.connect(self.run_test)
        self.stop_button = QPushButton(icon(Glyph.STOP), "Sto&p the test", self)
        self.stop_button.clicked.connect(self.stop_test)
        self.bar = QProgressBar(self)
        self.bar.setAccessibleName("Progress of the test")
        self.bar.setFormat("%v of %m checks")
        row = QHBoxLayout()
        row.setSpacing(gap())
        for button in (self.again, self.stop_button):
            button.setAutoDefault(False)
            row.addWidget(button)
        row.addWidget(self.bar, 1)
        row.addStretch(0)
        return row

    def _build_leftovers(self) -> None:
        self.leftovers = Notice("", Tone.WARNING, self)
        self.clean_button = QPushButton(icon(Glyph.DELETE), "R&emove them now", self)
        self.clean_button.setAutoDefault(False)
        self.clean_button.setToolTip("Removes what an earlier test has left in the app, then tests again")
        self.clean_button.clicked.connect(self.clean_up)
        self.leftovers.row.addWidget(self.clean_button)
        self.body.addWidget(self.leftovers)

    # The page's life

    def on_show(self) -> None:
        """Test at once by looking, unless the result of an earlier test of this address still stands."""
        facts, url = self.setup.facts, self.setup.plan.app.tenant_url
        stands = facts.get("check_for") == url and facts.get("check") is not None and self._tested == url
        self.waive.setChecked(bool(facts.get("check_waived")))
        self.level.set_level(facts.get("check_level", "read"))
        if not stands and self._call is None:
            # Making people in somebody's app is never done without being asked to, this time.
            self.level.set_level("read")
            self.run_test()
        self._arrange()
        self.refresh_missing()

    def initial_focus(self) -> QWidget | None:
        """*Next*, which is what comes after a passed test."""
        return None

    def first_missing(self) -> QWidget | None:
        """*Test again*."""
        return self.again

    def describe(self) -> list[tuple[str, str]]:
        """The verdict, and how deep it looked."""
        said = {
            "ready": "passed",
            "ready-with-limits": "passed with limits",
            "not-ready": "not passed",
        }
        facts = self.setup.facts
        result = said.get(str(facts.get("check")), "not made")
        how = ", with test people" if facts.get("check_level") == "write" else ", only by looking"
        return [("Connection test", result + (how if facts.get("check") else ""))]

    @Slot()
    def _on_level(self) -> None:
        self._arrange()

    # The test

    @Slot()
    def run_test(self) -> None:
        """Run all checks of the chosen level anew."""
        self._begin(clean=False)

    @Slot()
    def clean_up(self) -> None:
        """Remove what an earlier test has left in the app, and test again."""
        self._begin(clean=True)

    def _begin(self, clean: bool) -> None:
        if self._call is not None:
            return
        self.problem = None
        self._verdict = None
        self.setup.forget_test()
        self.waive.setChecked(False)
        self._tested, self._level = self.setup.plan.app.tenant_url, self.level.level
        self._said.set_message("")
        self.advice.show_advice([])
        self.leftovers.set_message("")
        self.comparison.clear()
        self.figures.setText("")
        self.groups.begin(self._level)
        self.report.take("", self._level, [], None)
        self.bar.setRange(0, 0)
        self.busy = "Testing the connection..."
        params = {"level": self._level, "clean": clean}
        self._call = self.setup.worker.ask("check", self.setup.plan, params, self.setup.plan_path)
        self._call.event.connect(self._on_event)
        self._call.finished.connect(self._on_finished)
        self._call.failed.connect(self._on_failed)
        self._arrange()
        self.refresh_missing()

    @Slot(object)
    def _on_event(self, event: Event) -> None:
        if event.event == "check":
            self.groups.take(event)
            done = len(self.groups.outcomes)
            if not self._call_stopping:
                self.busy = f"Testing the connection: {amount(done, 'check', 'checks')} done..."
            self.bar.setValue(done)
            if event.verdict == "fail" and event.severity != "info":
                announce(self, f"Failed: {event.title}. {event.outcome}")
        elif event.event == "progress" and event.total:
            self.bar.setRange(0, event.total)
            self.bar.setValue(event.done)
        elif event.event == "notice" and event.code == "CHECK-LEFTOVERS":
            self.leftovers.set_message(event.text)

    @Slot(object)
    def _on_finished(self, verdict: CheckVerdict) -> None:
        self._end(verdict)
        facts = self.setup.facts
        facts["check"], facts["check_for"] = verdict.verdict, self._tested
        facts["check_level"] = self._level
        self._said.set_message(outcome_in_words(verdict, self._level), _TONES[verdict.verdict])
        self.advice.show_advice(verdict.changes)
        self.figures.setText(figures_in_words(verdict.figures, self._level))
        if verdict.leftovers:
            self.leftovers.set_message(leftovers_in_words(verdict.leftovers))
        self._arrange()
        self.refresh_missing()
        self.changed.emit()

    @Slot(object)
    def _on_failed(self, problem: Problem) -> None:
        self._end(None)
        if problem.code == "CANCELLED":
            self._said.set_message("The test was stopped before it had ended.", Tone.WARNING)
        else:
            self.problem = problem
        self._arrange()
        self.refresh_missing()

    def _end(self, verdict: CheckVerdict | None) -> None:
        self._call = None
        self._verdict = verdict
        self.busy = ""
        self.groups.end()
        self.report.take(self._tested, self._level, self.groups.outcomes, verdict)

    @property
    def _call_stopping(self) -> bool:
        return self._call is None or self.busy.startswith("Stopping")

    def _arrange(self) -> None:
        """Show what can be done now."""
        testing = self._call is not None
        deeper = self.level.level == "write" and self._level == "read"
        self.again.setText("Test with test people: &go" if deeper else "Test a&gain")
        self.again.setVisible(not testing)
        self.level.setEnabled(not testing)
        self.clean_button.setEnabled(not testing)
        self.stop_button.setVisible(testing)
        self.stop_button.setEnabled(not self._call_stopping)
        self.bar.setVisible(testing)
        verdict = self._verdict.verdict if self._verdict is not None else ""
        self.waive.setVisible(not testing and verdict in {"", "not-ready"})

    @Slot()
    def stop_test(self) -> None:
        """Stop it; what it has made in the app is removed first."""
        if self._call is None:
            return
        writes = self._level == "write"
        self.busy = (
            "Stopping the test; test people are removed first..." if writes else "Stopping the test..."
        )
        if writes:
            self._call.cancel(CLEANING_TIME)
        else:
            self._call.cancel()
        self._arrange()

    @Slot(bool)
    def _on_waive(self, on: bool) -> None:
        self.setup.facts["check_waived"] = on
        self.refresh_missing()

    # What follows from it

    @Slot()
    def _on_applied(self) -> None:
        """The plan is another one now: the outcome was about the old one."""
        self.setup.forget_test()
        self._said.set_message("The plan was changed. Test again to see what is left.", Tone.ACCENT)
        self._arrange()
        self.refresh_missing()
        self.changed.emit()

    @Slot(object)
    def _on_report_failed(self, problem: Problem) -> None:
        self.problem = problem
