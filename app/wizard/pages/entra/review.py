"""Page 10 with Microsoft Entra: every decision, every call, and the right to make them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QCheckBox, QWidget, QWizard

from app.look.spacing import gap
from app.wizard.page import LearnMore
from app.wizard.pages.commit_page import CommitPage
from app.wizard.pages.entra.calls import CallsPanel
from app.wizard.pages.entra.signing_in import SignInCard, may_write

if TYPE_CHECKING:
    from app.setup.problem import Problem


class EntraReviewPage(CommitPage):
    """The commit page: what it lists is what will be sent."""

    heading = "Look it over before anything is changed in the tenant"

    @property
    def learn_more(self) -> LearnMore:
        """How it is set up through Graph."""
        return LearnMore(
            "Configure provisioning using Microsoft Graph APIs",
            "https://learn.microsoft.com/entra/identity/app-provisioning/"
            "application-provisioning-configuration-api",
            (
                "Rollcall makes these calls one after another, and reads each one's effect back.",
                "Where one fails, it stops there; Resume goes on, and nothing is made twice.",
                "Undo takes back what this plan has made in the tenant, and nothing else.",
            ),
        )

    def build(self) -> None:
        """The right to write, the decisions, and the calls."""
        super().build()
        self.body.setSpacing(gap())
        self.writing = SignInCard(self.setup, self, write=True)
        self.writing.changed.connect(self._judge)
        self.writing.failed.connect(self._fail)
        self.body.addWidget(self.writing)
        self.calls = CallsPanel(self.setup, self)
        self.calls.failed.connect(self._fail)
        self.tabs.addTab(self.calls, "Eve&ry call")
        self.body.addWidget(self.tabs, 1)
        self.confirm = QCheckBox("Yes, provision e&verybody in the tenant who passes the filters", self)
        self.confirm.toggled.connect(self._judge)
        self.body.addWidget(self.confirm)
        self.retry.connect(self._again)

    def on_show(self) -> None:
        """List the decisions and the calls."""
        super().on_show()
        self.confirm.setVisible(self.setup.plan.scope.who == "all")
        self.writing.look()
        self._again()
        self._judge()

    def first_missing(self) -> QWidget | None:
        """The button that allows writing, or the tick."""
        if not may_write(self.setup.facts.get("signed_in")):
            for button in (self.writing.practice, self.writing.browser):
                if button.isVisible():
                    return button
        return self.confirm if self.confirm.isVisible() else self.initial_focus()

    @Slot()
    def _again(self) -> None:
        self.problem = None
        self.calls.look()

    # What may be started

    @Slot()
    def _judge(self) -> None:
        self.busy = self.writing.busy
        self.missing = self._what_is_missing()
        self.setButtonText(QWizard.WizardButton.CommitButton, "&Start: set it up")
        self.changed.emit()

    def _what_is_missing(self) -> str:
        earlier = self.first_open_page()
        if earlier:
            return f"something on the page {earlier}"
        if self.setup.missing(self.key):
            return self.setup.missing(self.key)
        if not may_write(self.setup.facts.get("signed_in")):
            return "a sign-in that may write in the tenant"
        if not self.confirm.isHidden() and not self.confirm.isChecked():
            return "your tick above"
        return ""

    @Slot(object)
    def _fail(self, problem: Problem) -> None:
        self.problem = problem
