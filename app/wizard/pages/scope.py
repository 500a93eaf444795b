"""Page 8: who is provisioned. Starting small is what the page comes with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QLabel

from app.look.announce import announce
from app.look.spacing import scaled_font
from app.wizard.pages.scope_count import NAMED_AT_MOST, ScopeList, count_in_words
from app.wizard.pages.scope_words import filter_fault
from app.wizard.pages.who_page import WhoPage
from app.wizard.parts.latest import LatestAnswer
from app.wizard.parts.next_cycle import NextCycleNotice

if TYPE_CHECKING:
    from app.setup.problem import Problem
    from app.worker.messages import PeoplePage, ScopeCount


class ScopePage(WhoPage):
    """Assigned ones or all, narrowed by scoping filters, with a live count of who is in and out."""

    everyone = "everyone in the files"
    start_small = (
        "Start small: assign one or two people or groups, look at them in the app, and widen the scope "
        "later. Those who are taken out of scope again are disabled in the app, not deleted."
    )
    wide = (
        "Everyone in the files will be provisioned unless a scoping filter leaves them out. For a first run "
        "it is safer to assign one or two people."
    )
    explained = (
        "With assignment, only the people and groups that you name are provisioned, groups with their "
        "direct members.",
        "Scoping filters narrow that further by attributes such as department; upper and lower case are "
        "told apart.",
        "Test with a small set of people before rolling out to everyone.",
    )

    def build(self) -> None:
        """Add who is in and out, and the line with the numbers."""
        super().build()
        self.list = ScopeList(self)
        self.tabs.addTab(self.list, "Who is in and o&ut")
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

    def on_show(self) -> None:
        """Show the plan's scope, and count."""
        super().on_show()
        scope = self.setup.plan.scope
        if self.setup.practice and scope.who == "assigned" and not scope.assigned:
            params = {"search": "", "kind": "user", "offset": 0, "limit": 2}
            self._starters.ask_now(params, self.setup.plan, self.setup.plan_path)

    def attributes(self) -> list[str]:
        """Those that the files have."""
        summary = self.setup.facts.get("people")
        return sorted(summary.attributes) if summary else []

    def describe(self) -> list[tuple[str, str]]:
        """Who is in scope, by which filters, and how many that are."""
        told = super().describe()
        count: ScopeCount | None = self.setup.facts.get("scope_count")
        if count is not None:
            told.append(("That is", count_in_words(count)))
        return told

    @Slot()
    def _change(self) -> None:
        super()._change()
        self.next_cycle.look()
        self.setup.facts.pop("scope_count", None)
        if not self.setup.plan.source.chosen or any(map(filter_fault, self.setup.plan.scope.filters)):
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
        super()._fail(problem)
