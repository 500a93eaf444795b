"""Page 8 with Microsoft Entra: who is provisioned, found in the tenant and assigned to the app."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QRadioButton, QTabWidget, QWidget

from app.look.notice import Notice
from app.look.palette import Tone
from app.look.spacing import gap, margin
from app.wizard.page import LearnMore, Page
from app.wizard.pages.counting import listed, number
from app.wizard.pages.entra.app_roles import AppRolesPanel
from app.wizard.pages.entra.assigned_now import AssignedNow
from app.wizard.pages.entra.source_attributes import USER_ATTRIBUTES
from app.wizard.pages.filter_builder import FilterBuilder
from app.wizard.pages.scope_people import AssignPanel
from app.wizard.pages.scope_words import assigned_in_words, filter_fault, filters_in_words, scope_missing

if TYPE_CHECKING:
    from app.setup.problem import Problem

START_SMALL = (
    "Start small: assign one or two people, look at them in the app, and widen the scope later. Groups need "
    "Microsoft Entra ID P1 or P2, and only their direct members count."
)
EVERYONE = (
    "Everybody in the tenant will be provisioned unless a scoping filter leaves them out. For a first run it "
    "is safer to assign one or two people."
)
_ASSIGN, _FILTERS, _ROLES, _NOW = range(4)


class EntraScopePage(Page):
    """Assigned ones or all, narrowed by scoping filters; Start assigns them in the tenant."""

    key = "scope"
    heading = "Choose who is provisioned"
    scrolls = False

    @property
    def learn_more(self) -> LearnMore:
        """How scope works."""
        return LearnMore(
            "Scoping users or groups to be provisioned with scoping filters",
            self.setup.profile.links.get(self.key)
            or "https://learn.microsoft.com/entra/identity/app-provisioning/"
            "define-conditional-rules-for-provisioning-user-accounts",
            (
                "With assignment, only the people and groups that are assigned to the app are provisioned, "
                "groups with their direct members.",
                "Scoping filters narrow that further by attributes such as department; upper and lower case "
                "are told apart.",
            ),
        )

    def build(self) -> None:
        """The choice, whom to assign, the filters, and who is assigned now."""
        self.assigned = QRadioButton("Only assigned &people and groups", self)
        self.all = QRadioButton("&Everybody in the tenant", self)
        group = QButtonGroup(self)
        group.addButton(self.assigned)
        group.addButton(self.all)
        self.all.toggled.connect(self._change_who)
        choice = QHBoxLayout()
        choice.setSpacing(margin())
        choice.addWidget(self.assigned)
        choice.addWidget(self.all)
        choice.addStretch(1)
        self.body.setSpacing(gap())
        self.body.addLayout(choice)
        self.advice = Notice(START_SMALL, Tone.ACCENT, self)
        self.body.addWidget(self.advice)
        self.people = AssignPanel(self.setup, self, "entra-search")
        self.people.changed.connect(self._change)
        self.people.failed.connect(self._fail)
        self.filters = FilterBuilder(self)
        self.filters.changed.connect(self._change)
        self.roles = AppRolesPanel(self)
        self.roles.changed.connect(self._change)
        self.now = AssignedNow(self.setup, self)
        self.now.failed.connect(self._fail)
        self.tabs = QTabWidget(self)
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(self.people, "Ass&ign")
        self.tabs.addTab(self.filters, "Scoping &filters")
        self.tabs.addTab(self.roles, "App &roles")
        self.tabs.addTab(self.now, "In the tenant n&ow")
        self.body.addWidget(self.tabs, 1)
        self.retry.connect(self.reload)

    # The page's life

    def on_show(self) -> None:
        """Show the plan's scope, and search the tenant."""
        scope = self.setup.plan.scope
        self.people.set_assigned(scope.assigned)
        self.filters.set_filters(scope.filters, list(USER_ATTRIBUTES))
        self.roles.fill(self.setup.plan.entra)
        (self.all if scope.who == "all" else self.assigned).setChecked(True)
        report = self.setup.facts.get("road")
        there = bool(self.setup.plan.entra.application) or (report is not None and report.state == "done")
        self.tabs.setTabVisible(_NOW, there)
        if there:
            self.now.look()
        self._arrange()
        self.reload()

    def apply(self) -> None:
        """Write the choice, the assigned ones and the filters to the plan."""
        scope = self.setup.plan.scope
        scope.who = "all" if self.all.isChecked() else "assigned"
        scope.assigned = list(self.people.assigned)
        scope.filters = [one.model_copy(deep=True) for one in self.filters.filters]
        self.roles.write(self.setup.plan.entra)

    def initial_focus(self) -> QWidget | None:
        """The search, or the choice where nobody needs to be searched for."""
        return self.people.search if self.assigned.isChecked() else self.all

    def first_missing(self) -> QWidget | None:
        """Where what is missing can be given."""
        if self.assigned.isChecked() and not self.people.assigned:
            self.tabs.setCurrentIndex(_ASSIGN)
            return self.people.search
        if any(filter_fault(one) for one in self.filters.filters):
            self.tabs.setCurrentIndex(_FILTERS)
            return self.filters.show_fault()
        return self.initial_focus()

    def describe(self) -> list[tuple[str, str]]:
        """Who is in scope, by which filters."""
        scope = self.setup.plan.scope
        who = "everybody in the tenant"
        if scope.who == "assigned":
            who = f"only assigned: {assigned_in_words(scope.assigned) or 'nobody yet'}"
        told = [("Who", who), ("Scoping filters", filters_in_words(scope.filters, scope.who))]
        chosen = self.setup.plan.entra
        if scope.who == "assigned" and (chosen.role or chosen.add_roles):
            told.append(("App role", chosen.role or "the app's own for users"))
        if chosen.add_roles:
            told.append(("Roles to add", listed(chosen.add_roles)))
        return told

    # Changes

    @Slot()
    def reload(self) -> None:
        """Search the tenant anew."""
        self.problem = None
        self.people.look_up()
        self._change()

    @Slot()
    def _change_who(self) -> None:
        self._arrange()
        self._change()

    def _arrange(self) -> None:
        everyone = self.all.isChecked()
        for tab in (_ASSIGN, _ROLES):
            self.tabs.setTabVisible(tab, not everyone)
        self.filters.set_who("all" if everyone else "assigned")
        self.advice.set_message(
            EVERYONE if everyone else START_SMALL, Tone.WARNING if everyone else Tone.ACCENT
        )

    @Slot()
    def _change(self) -> None:
        self.apply()
        count = len(self.filters.filters)
        self.tabs.setTabText(_FILTERS, f"Scoping &filters ({number(count)})" if count else "Scoping &filters")
        self.missing = scope_missing(self.setup.plan.scope)

    @Slot(object)
    def _fail(self, problem: Problem) -> None:
        self.problem = problem
