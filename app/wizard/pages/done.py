"""Page 12: what happened, where the plan is, and what comes next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QPushButton, QWidget

from app.look.announce import announce
from app.look.card import Card
from app.look.figures import Figures
from app.look.icons import Glyph, icon
from app.look.notice import Notice
from app.look.palette import Tone
from app.look.spacing import gap, lines
from app.wizard.page import LearnMore, Page
from app.wizard.pages.counting import amount, app_name, duration, figures_of, with_remedy
from app.wizard.pages.failure_table import FailureTable
from app.wizard.pages.start import RUN_FIGURES
from app.wizard.parts.latest import LatestAnswer
from app.wizard.parts.plan_card import PlanCard

if TYPE_CHECKING:
    from app.setup.problem import Problem
    from app.worker.messages import CycleSummary, Exported

_REPORT_KINDS = "CSV file (*.csv);;JSON file (*.json)"


class DonePage(Page):
    """The result, and the ways on from here."""

    key = "done"
    heading = "Done"

    @property
    def learn_more(self) -> LearnMore:
        """How to watch it from here."""
        return LearnMore(
            "Check the status of user provisioning",
            self.setup.profile.links.get(self.key)
            or "https://learn.microsoft.com/entra/identity/app-provisioning/"
            "check-status-user-account-provisioning",
            (
                "The provisioning log tells for each person what was done, and why.",
                "Later cycles send only what has changed; the monitor runs one every 40 minutes while it "
                "is open.",
                "Keep the plan file: with it the same setup can be run from a script or on another computer.",
            ),
        )

    def build(self) -> None:
        """Make the result, the failures, the plan's place and the ways on."""
        self._build_result()
        self._build_next()
        self.plan_card = PlanCard(self)
        self.body.addWidget(self.plan_card)
        self._saving = LatestAnswer(self.setup.worker, "export-log", self)
        self._saving.answered.connect(self._saved)
        self._saving.failed.connect(self._fail)

    def _build_result(self) -> None:
        card = Card("What happened", self)
        self.sentence = QLabel(self)
        self.sentence.setWordWrap(True)
        card.column.addWidget(self.sentence)
        self.figures = Figures(RUN_FIGURES, self)
        card.column.addWidget(self.figures)
        self.failures_label = QLabel("F&ailures and warnings", self)
        self.failures = FailureTable(self)
        self.failures.setMinimumHeight(lines(6))
        self.failures_label.setBuddy(self.failures)
        card.column.addWidget(self.failures_label)
        card.column.addWidget(self.failures)
        row = QHBoxLayout()
        row.setSpacing(gap())
        self.report_button = QPushButton(icon(Glyph.EXPORT), "Save re&port...", self)
        self.report_button.setAccessibleDescription("Writes one row for each person of this run to a file")
        self.report_button.clicked.connect(self.save_report)
        self.again_button = QPushButton(icon(Glyph.RUN), "&Run again", self)
        self.again_button.clicked.connect(self.run_again)
        for button in (self.report_button, self.again_button):
            button.setAutoDefault(False)
            row.addWidget(button)
        row.addStretch(1)
        card.column.addLayout(row)
        self.saved = Notice("", Tone.GOOD, self)
        card.column.addWidget(self.saved)
        self.body.addWidget(card)

    def _build_next(self) -> None:
        card = Card("What comes next", self)
        self.next_text = QLabel(self)
        self.next_text.setWordWrap(True)
        card.column.addWidget(self.next_text)
        self.monitor_button = QPushButton(icon(Glyph.MONITOR), "Open the &monitor", self)
        self.monitor_button.setAutoDefault(False)
        self.monitor_button.clicked.connect(self._open_monitor)
        row = QHBoxLayout()
        row.addWidget(self.monitor_button)
        row.addStretch(1)
        card.column.addLayout(row)
        self.body.addWidget(card)

    # The page's life

    def on_show(self) -> None:
        """Tell how the last run ended."""
        summary: CycleSummary | None = self.setup.facts.get("last_run")
        self.saved.set_message("")
        path = self.setup.plan_path
        self.plan_card.show_plan(path, f'rollcall sync "{path}" --once')
        self._tell(summary)
        entries = self.setup.facts.get("run_failures", [])
        self.failures.show_entries(entries)
        self.failures.setVisible(bool(entries))
        self.failures_label.setVisible(bool(entries))
        self.report_button.setEnabled(summary is not None)

    def _tell(self, summary: CycleSummary | None) -> None:
        app = app_name(self.setup.profile)
        if summary is None:
            self.set_heading("Nothing was run yet")
            self.sentence.setText("Choose Run again to provision now.")
            return
        took = duration(summary.seconds)
        headings = {
            "succeeded": f"Your people are in step with {app}",
            "failures": f"Finished, with {amount(summary.failures, 'failure', 'failures')}"
            if summary.failures
            else "Finished, and not all is well",
            "stopped": "Stopped before the end",
            "guarded": "The deletion guard held back",
            "failed": "Provisioning could not be finished",
        }
        self.set_heading(headings[summary.state])
        requests = amount(summary.requests, "request", "requests")
        told = with_remedy(summary.sentence, summary.remedy)
        self.sentence.setText(f"{told} It took {took} and {requests}.".strip())
        self.figures.set_numbers(**figures_of(summary.counts, summary.failures))
        if self.setup.practice:
            self.next_text.setText(
                "This was practice: the app and the people were played by Rollcall, and end with it. "
                "Begin a new setup and choose This computer to do it in earnest. Until then the monitor "
                "shows the "
                "log, and runs a cycle every 40 minutes."
            )
        else:
            self.next_text.setText(
                "Look at one or two of the new accounts in the app. Then widen the scope. While the "
                "monitor is open, "
                "a cycle runs every 40 minutes and sends what has changed."
            )

    def initial_focus(self) -> QWidget | None:
        """The monitor: it is where one goes from here."""
        return self.monitor_button

    # Ways on

    @Slot()
    def _open_monitor(self) -> None:
        self.setup.monitor_wanted.emit(self.setup.plan_path)

    @Slot()
    def run_again(self) -> None:
        """Go back to *Start*, which runs the plan once more."""
        wizard = self.wizard()
        if wizard is not None:
            self.setup.facts.pop("last_run", None)
            wizard.back()

    @Slot()
    def save_report(self) -> None:
        """Ask where to, then have the worker write one row for each person of this run."""
        start = str(self.setup.plan_path.with_name(f"{self.setup.plan_path.stem}-report.csv"))
        path, kind = QFileDialog.getSaveFileName(self, "Save report", start, _REPORT_KINDS)
        if path:
            self.write_report(path, as_json="json" in kind.lower() or path.lower().endswith(".json"))

    def write_report(self, path: str, as_json: bool) -> None:
        """Have the worker write the report."""
        summary: CycleSummary | None = self.setup.facts.get("last_run")
        cycle = summary.cycle if summary is not None else 0
        self.problem = None
        self.busy = "Writing the report..."
        params = {"path": path, "format": "json" if as_json else "csv", "cycle": cycle}
        self._saving.ask_now(params, self.setup.plan, self.setup.plan_path)

    @Slot(object)
    def _saved(self, exported: Exported) -> None:
        self.busy = ""
        self.saved.set_message(
            f"{amount(exported.rows, 'row', 'rows')} written to {exported.path}.", Tone.GOOD
        )
        announce(self.saved, self.saved.text)

    @Slot(object)
    def _fail(self, problem: Problem) -> None:
        self.busy = ""
        self.problem = problem
