"""Page 10: every decision with the way back to it, a dry run, and the button that starts the work."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QCheckBox, QWidget, QWizard

from app.look.announce import announce
from app.look.figures import Figures
from app.look.spacing import gap
from app.setup.problem import Problem
from app.wizard.page import LearnMore
from app.wizard.pages.commit_page import CommitPage
from app.wizard.pages.counting import app_name, figures_of, number, people, planned, takes_away, with_remedy
from app.wizard.pages.dry_run import DryRunPanel
from app.wizard.pages.planned_people import plan_fingerprint

_FIGURES = [
    ("create", "to create"),
    ("update", "to update"),
    ("disable", "to disable"),
    ("delete", "to delete"),
    ("unchanged", "in step already"),
    ("skipped", "left as they are"),
    ("failures", "problems"),
]


class ReviewPage(CommitPage):
    """The commit page: its button says in numbers what will happen."""

    heading = "Look it over before anything is sent"

    @property
    def learn_more(self) -> LearnMore:
        """How provisioning works."""
        return LearnMore(
            "How application provisioning works in Microsoft Entra ID",
            self.setup.profile.links.get(self.key)
            or "https://learn.microsoft.com/entra/identity/app-provisioning/user-provisioning",
            (
                "The dry run looks every person up in the app and works out what would be sent, but sends "
                "none of it.",
                "The initial cycle that follows takes longer than later ones, which send only what changed.",
            ),
        )

    def build(self) -> None:
        """Make the numbers, the decisions, the dry run and the tick for what takes access away."""
        super().build()
        self.body.setSpacing(gap())
        self.figures = Figures(_FIGURES, self)
        self.body.addWidget(self.figures)
        self.dry_run = DryRunPanel(self.setup, self)
        self.dry_run.changed.connect(self._judge)
        self.dry_run.failed.connect(self._fail)
        self.tabs.addTab(self.dry_run, "Dry &run")
        self.body.addWidget(self.tabs, 1)
        self.confirm = QCheckBox(self)
        self.confirm.toggled.connect(self._judge)
        self.body.addWidget(self.confirm)
        self.retry.connect(self._again)
        self._made_for = ""

    # The page's life

    def on_show(self) -> None:
        """List the decisions, and rehearse the plan when it changed since the last time."""
        super().on_show()
        made_for = plan_fingerprint(self.setup.plan)
        ready = not self.setup.missing(self.key) and not self.first_open_page()
        if (
            ready
            and (made_for != self._made_for or self.dry_run.summary is None)
            and not self.dry_run.running
        ):
            self._made_for = made_for
            self._again()
        self._judge()

    @Slot()
    def _again(self) -> None:
        self.problem = None
        self.confirm.setChecked(False)
        self.dry_run.begin()

    def first_missing(self) -> QWidget | None:
        """The tick, when that is what is missing; else the dry run."""
        if not self.confirm.isHidden() and not self.confirm.isChecked() and not self.dry_run.running:
            return self.confirm
        self.tabs.setCurrentWidget(self.dry_run)
        return self.dry_run.again_button if not self.dry_run.running else self.dry_run.stop_button

    # What may be started

    @Slot(object)
    def _fail(self, problem: Problem) -> None:
        self.problem = problem

    @Slot()
    def _judge(self) -> None:
        summary = self.dry_run.summary
        counts = dict(summary.counts) if summary is not None else {}
        failures = summary.failures if summary is not None else 0
        self.figures.set_numbers(**figures_of(counts, failures))
        self.figures.setVisible(summary is not None)
        changes = self.dry_run.people.changes
        self.tabs.setTabText(1, f"Dry &run ({number(changes)})" if summary is not None else "Dry &run")
        self._ask_confirmation(counts)
        if summary is not None and summary.state == "failed":
            told = with_remedy(summary.sentence, summary.remedy)
            self.problem = Problem(summary.code or "DRY-RUN-FAILED", told)
        self.missing = self._what_is_missing()
        self.setButtonText(QWizard.WizardButton.CommitButton, self._verb(counts))
        if summary is not None and self.isVisible():
            announce(self.figures, self.figures.accessibleName())

    def _ask_confirmation(self, counts: dict[str, int]) -> None:
        away = takes_away(counts)
        text = ""
        if self.dry_run.stopped and not self.dry_run.running:
            text = "Start &although the dry run was not finished"
        elif away:
            parts = [f"{word} {people(counts[word])}" for word in ("disable", "delete") if counts.get(word)]
            text = f"Yes, {' and '.join(parts)}: they lose their &access to {app_name(self.setup.profile)}"
        self.confirm.setText(text)
        self.confirm.setVisible(bool(text))

    def _what_is_missing(self) -> str:
        earlier = self.first_open_page()
        if earlier:
            return f"something on the page {earlier}"
        if self.dry_run.running:
            return "the end of the dry run"
        if not self.confirm.isHidden() and not self.confirm.isChecked():
            return "your tick above"
        summary = self.dry_run.summary
        if summary is None:
            return "" if self.dry_run.stopped else "a dry run"
        if summary.state == "guarded":
            return "a scope, a file or a threshold that the deletion guard lets pass"
        return "a dry run that ends well" if summary.state == "failed" else ""

    def _verb(self, counts: dict[str, int]) -> str:
        """The commit button's text: a verb, and numbers where they are known."""
        if self.dry_run.summary is None or self.dry_run.stopped:
            return "&Start"
        return f"&Start: {planned(counts) or 'nothing to change'}"
