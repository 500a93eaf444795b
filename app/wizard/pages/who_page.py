"""Who is provisioned, wherever that runs: assigned ones or all, narrowed by scoping filters."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QRadioButton, QTabWidget, QWidget

from app.look.notice import Notice
from app.look.palette import Tone
from app.look.spacing import gap, margin
from app.wizard.page import LearnMore, Page
from app.wizard.pages.counting import number
from app.wizard.pages.filter_builder import FilterBuilder
from app.wizard.pages.scope_people import AssignPanel
from app.wizard.pages.scope_words import assigned_in_words, filter_fault, filters_in_words, scope_missing

if TYPE_CHECKING:
    from app.setup.problem import Problem


class WhoPage(Page):
    """The choice, the tabs *Assigned* and *Scoping filters*, and the plan's scope in them.

    The pages of the two roads say where their people come from, and add tabs of their own.

    Attributes:
        search_task: the task that finds people by name.
        everyone: whom *all* means, in the words of this road.
        start_small: the advice beside assigned people and groups.
        wide: the warning beside everyone.
        explained: sentences for *Learn more*.
        tabs_of_assigned: what is shown with assigned people and groups alone.
    """

    key = "scope"
    heading = "Choose who is provisioned"
    scrolls = False
    search_task: ClassVar[str] = "list-people"
    everyone: ClassVar[str]
    start_small: ClassVar[str]
    wide: ClassVar[str]
    explained: ClassVar[tuple[str, ...]]

    @property
    def learn_more(self) -> LearnMore:
        """How scope works."""
        return LearnMore(
            "Scoping users or groups to be provisioned with scoping filters",
            self.setup.profile.links.get(self.key)
            or "https://learn.microsoft.com/entra/identity/app-provisioning/"
            "define-conditional-rules-for-provisioning-user-accounts",
            self.explained,
        )

    def build(self) -> None:
        """Make the choice and the first two tabs."""
        self.assigned = QRadioButton("Only assigned &people and groups", self)
        self.all = QRadioButton(f"&{self.everyone[0].upper()}{self.everyone[1:]}", self)
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
        self.advice = Notice(self.start_small, Tone.ACCENT, self)
        self.body.addWidget(self.advice)
        self.people = AssignPanel(self.setup, self, self.search_task)
        self.people.changed.connect(self._change)
        self.people.failed.connect(self._fail)
        self.filters = FilterBuilder(self)
        self.filters.changed.connect(self._change)
        self.tabs = QTabWidget(self)
        # Without a pane of its own: in dark colours a pane is too light for muted text.
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(self.people, "Ass&igned")
        self.tabs.addTab(self.filters, "Scoping &filters")
        self.tabs_of_assigned: list[QWidget] = [self.people]
        self.body.addWidget(self.tabs, 1)
        self.retry.connect(self.reload)

    # The page's life

    def on_show(self) -> None:
        """Show the plan's scope, and search."""
        scope = self.setup.plan.scope
        self.people.set_assigned(scope.assigned)
        self.filters.set_filters(scope.filters, self.attributes())
        (self.all if scope.who == "all" else self.assigned).setChecked(True)
        self._arrange()
        self.reload()

    def attributes(self) -> list[str]:
        """The attributes that a filter can name."""
        raise NotImplementedError

    def apply(self) -> None:
        """Write the choice, the assigned ones and the filters to the plan."""
        scope = self.setup.plan.scope
        scope.who = "all" if self.all.isChecked() else "assigned"
        scope.assigned = list(self.people.assigned)
        scope.filters = [one.model_copy(deep=True) for one in self.filters.filters]

    def initial_focus(self) -> QWidget | None:
        """The search, or the choice where nobody needs to be searched for."""
        return self.people.search if self.assigned.isChecked() else self.all

    def first_missing(self) -> QWidget | None:
        """Where what is missing can be given."""
        if self.assigned.isChecked() and not self.people.assigned:
            self.tabs.setCurrentWidget(self.people)
            return self.people.search
        if any(filter_fault(one) for one in self.filters.filters):
            self.tabs.setCurrentWidget(self.filters)
            return self.filters.show_fault()
        return self.initial_focus()

    def describe(self) -> list[tuple[str, str]]:
        """Who is in scope, by which filters."""
        scope = self.setup.plan.scope
        who = self.everyone
        if scope.who == "assigned":
            who = f"only assigned: {assigned_in_words(scope.assigned) or 'nobody yet'}"
        return [("Who", who), ("Scoping filters", filters_in_words(scope.filters, scope.who))]

    # Changes

    @Slot()
    def reload(self) -> None:
        """Search anew."""
        self.problem = None
        self.people.look_up()
        self._change()

    @Slot()
    def _change_who(self) -> None:
        self._arrange()
        self._change()

    def _arrange(self) -> None:
        everyone = self.all.isChecked()
        for tab in self.tabs_of_assigned:
            self.tabs.setTabVisible(self.tabs.indexOf(tab), not everyone)
        self.filters.set_who("all" if everyone else "assigned")
        self.advice.set_message(
            self.wide if everyone else self.start_small, Tone.WARNING if everyone else Tone.ACCENT
        )

    @Slot()
    def _change(self) -> None:
        self.apply()
        count = len(self.filters.filters)
        title = f"Scoping &filters ({number(count)})" if count else "Scoping &filters"
        self.tabs.setTabText(self.tabs.indexOf(self.filters), title)
        self.missing = scope_missing(self.setup.plan.scope)

    @Slot(object)
    def _fail(self, problem: Problem) -> None:
        self.problem = problem
