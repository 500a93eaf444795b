"""Page 10 with Microsoft Entra: every decision, every call, and the right to make them."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QCheckBox, QTabWidget, QWidget, QWizard

from app.look.spacing import gap
from app.wizard.flow import COMMIT
from app.wizard.page import LearnMore, Page
from app.wizard.pages.decisions import Decisions, Section
from app.wizard.pages.entra.calls import CallsPanel
from app.wizard.pages.entra.signing_in import SignInCard, may_write

if TYPE_CHECKING:
    from app.setup.problem import Problem
    from app.wizard.frame import Frame


class EntraReviewPage(Page):
    """The commit page: what it lists is what will be sent."""

    key = "review"
    heading = "Look it over before anything is changed in the tenant"
    scrolls = False

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
        self.body.setSpacing(gap())
        self.writing = SignInCard(self.setup, self, write=True)
        self.writing.changed.connect(self._judge)
        self.writing.failed.connect(self._fail)
        self.body.addWidget(self.writing)
        self.decisions = Decisions(self)
        self.decisions.change.connect(self._go_to)
        self.calls = CallsPanel(self.setup, self)
        self.calls.failed.connect(self._fail)
        self.tabs = QTabWidget(self)
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(self.decisions, "Yo&ur decisions")
        self.tabs.addTab(self.calls, "Eve&ry call")
        self.body.addWidget(self.tabs, 1)
        self.confirm = QCheckBox("Yes, provision e&verybody in the tenant who passes the filters", self)
        self.confirm.toggled.connect(self._judge)
        self.body.addWidget(self.confirm)
        self.retry.connect(self._again)

    def on_show(self) -> None:
        """List the decisions and the calls."""
        self.decisions.show_sections(self._sections())
        self.confirm.setVisible(self.setup.plan.scope.who == "all")
        self.writing.look()
        self._again()
        self._judge()

    def initial_focus(self) -> QWidget | None:
        """The first way back; never the button that starts the work."""
        return self.decisions.cards[0].button if self.decisions.cards else self.tabs

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

    # Decisions

    def _sections(self) -> list[Section]:
        wizard = self.wizard()
        pages = cast("Frame", wizard).pages if wizard is not None else {}
        flow, sections = self.setup.flow, []
        for key in flow.keys[: flow.keys.index(COMMIT)]:
            page = pages.get(key)
            told = tuple(page.describe()) if page is not None else ()
            missing = self.setup.missing(key)
            if told or missing:
                sections.append(Section(key, flow.step(key, self.setup.plan).title, told, missing))
        return sections

    @Slot(str)
    def _go_to(self, key: str) -> None:
        wizard = self.wizard()
        if wizard is not None:
            cast("Frame", wizard).go_to(key)

    # What may be started

    @Slot()
    def _judge(self) -> None:
        self.busy = self.writing.busy
        self.missing = self._what_is_missing()
        self.setButtonText(QWizard.WizardButton.CommitButton, "&Start: set it up")
        self.changed.emit()

    def _what_is_missing(self) -> str:
        flow = self.setup.flow
        for key in flow.keys[: flow.keys.index(COMMIT)]:
            if self.setup.missing(key):
                return f"something on the page {flow.step(key, self.setup.plan).title}"
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
