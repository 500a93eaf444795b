"""Page 8: who is provisioned. Starting small is what the page comes with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLabel, QRadioButton, QTabWidget, QWidget

from app.look.announce import announce
from app.look.notice import Notice
from app.look.palette import Tone
from app.look.spacing import gap, margin, scaled_font
from app.wizard.page import LearnMore, Page
from app.wizard.pages.counting import number
from app.wizard.pages.filter_builder import FilterBuilder
from app.wizard.pages.scope_count import NAMED_AT_MOST, ScopeList, count_in_words
from app.wizard.pages.scope_people import AssignPanel
from app.wizard.pages.scope_words import assigned_in_words, filter_fault, filters_in_words, scope_missing
from app.wizard.parts.latest import LatestAnswer
from app.wizard.parts.next_cycle import NextCycleNotice

if TYPE_CHECKING:
    from app.setup.problem import Problem
    from app.worker.messages import PeoplePage, ScopeCount

START_SMALL = (
    "Start small: assign one or two people or groups, look at them in the app, and widen the scope later. "
    "Those who are taken out of scope again are disabled in the app, not deleted."
)
EVERYONE = (
    "Everyone in the files will be provisioned unless a scoping filter leaves them out. "
    "For a first run it is safer to assign one or two people."
)
_ASSIGN, _FILTERS, _LIST = range(3)


class ScopePage(Page):
    """Assigned ones or all, narrowed by scoping filters, with a live count of who is in and out."""

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
                "With assignment, only the people and groups that you name are provisioned, groups with "
                "their "
                "direct members.",
                "Scoping filters narrow that further by attributes such as department; upper and lower "
                "case are "
                "told apart.",
                "Test with a small set of people before rolling out to everyone.",
            ),
        )

    def build(self) -> None:
        """Make the choice, the three tabs and the line with the numbers."""
        self.assigned = QRadioButton("Only assigned &people and groups", self)
        self.all = QRadioButton("&Everyone in the files", self)
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
        self.people = AssignPanel(self.setup, self)
        self.people.changed.connect(self._change)
        self.people.failed.connect(self._fail)
        self.filters = FilterBuilder(self)
        self.filters.changed.connect(self._change)
        self.list = ScopeList(self)
        self.tabs = QTabWidget(self)
        # Without a pane of its own: in dark colours a pane is too light for muted text.
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(self.people, "Ass&igned")
        self.tabs.addTab(self.filters, "Scoping &filters")
        self.tabs.addTab(self.list, "Who is in and o&ut")
        self.body.addWidget(self.tabs, 1)
        self.next_cycle = NextCycleNotice(self.setup, self)
        self.body.addWidget(self.next_cycle)
        self.count = QLabel(self)
        self.count.setFont(scaled_font(1.05, bold=True))
        self.count.setWordWrap(True)
        self.body.addWidget(self.count)
        self._counting = LatestAnswer(self.setup.worker, "count-scope", self, pause=400)
        self._counting.answered.connect(self._show_count)
        self._counting.failed.connect(self._fail)
        self._starters = LatestAnswer(self.setup.worker, "list-people", self)
        self._starters.answered.connect(self._start_small)
        self.retry.connect(self.reload)

    # The page's life

    def on_show(self) -> None:
        """Show the plan's scope, and count."""
        scope = self.setup.plan.scope
        self.people.set_assigned(scope.assigned)
        summary = self.setup.facts.get("people")
        self.filters.set_filters(scope.filters, sorted(summary.attributes) if summary else [])
        (self.all if scope.who == "all" else self.assigned).setChecked(True)
        self._arrange()
        self.reload()
        if self.setup.practice and scope.who == "assigned" and not scope.assigned:
            params = {"search": "", "kind": "user", "offset": 0, "limit": 2}
            self._starters.ask_now(params, self.setup.plan, self.setup.plan_path)

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
            self.tabs.setCurrentIndex(_ASSIGN)
            return self.people.search
        if any(filter_fault(one) for one in self.filters.filters):
            self.tabs.setCurrentIndex(_FILTERS)
            return self.filters.show_fault()
        return self.initial_focus()

    def describe(self) -> list[tuple[str, str]]:
        """Who is in scope, by which filters, and how many that are."""
        scope = self.setup.plan.scope
        who = "everyone in the files"
        if scope.who == "assigned":
            who = f"only assigned: {assigned_in_words(scope.assigned) or 'nobody yet'}"
        told = [("Who", who), ("Scoping filters", filters_in_words(scope.filters, scope.who))]
        count: ScopeCount | None = self.setup.facts.get("scope_count")
        if count is not None:
            told.append(("That is", count_in_words(count)))
        return told

    # Changes

    @Slot()
    def reload(self) -> None:
        """Fetch the list anew and count again."""
        self.problem = None
        self.people.look_up()
        self._change()

    @Slot()
    def _change_who(self) -> None:
        self._arrange()
        self._change()

    def _arrange(self) -> None:
        everyone = self.all.isChecked()
        self.tabs.setTabVisible(_ASSIGN, not everyone)
        self.filters.set_who("all" if everyone else "assigned")
        self.advice.set_message(
            EVERYONE if everyone else START_SMALL, Tone.WARNING if everyone else Tone.ACCENT
        )

    @Slot()
    def _change(self) -> None:
        self.apply()
        filters = len(self.filters.filters)
        self.tabs.setTabText(
            _FILTERS, f"Scoping &filters ({number(filters)})" if filters else "Scoping &filters"
        )
        scope = self.setup.plan.scope
        self.missing = scope_missing(scope)
        self.next_cycle.look()
        self.setup.facts.pop("scope_count", None)
        if not self.setup.plan.source.chosen or any(filter_fault(one) for one in scope.filters):
            self._counting.drop()
            self.count.setText("")
            return
        self.count.setText("Counting who is in scope...")
        self._counting.ask_soon({"limit": NAMED_AT_MOST}, self.setup.plan, self.setup.plan_path)

    @Slot(object)
    def _start_small(self, page: PeoplePage) -> None:
        # Practice shows what starting small looks like; elsewhere it is for the person to say with whom.
        if not self.people.assigned and self.assigned.isChecked():
            self.people.assign([f"user:{row.name}" for row in page.rows])

    @Slot(object)
    def _show_count(self, count: ScopeCount) -> None:
        self.problem = None
        self.setup.facts["scope_count"] = count
        self.list.show_count(count)
        self.count.setText(count_in_words(count))
        announce(self.count, self.count.text())

    @Slot(object)
    def _fail(self, problem: Problem) -> None:
        self.count.setText("")
        self.list.show_count(None)
        self.problem = problem
