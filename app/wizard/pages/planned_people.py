"""What a dry run found, and whether it still holds for the plan. No Qt in here."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from app.setup.plan import SetupPlan
from app.wizard.pages.counting import ACTION_NAMES

LISTED_AT_MOST = 5_000
"""Rows kept for the list. A run over 100,000 people is judged by its numbers; the rest is in the report."""


@dataclass(frozen=True, slots=True)
class PlannedPerson:
    """One row of the dry run's list."""

    action: str
    kind: str
    name: str
    what: str
    failed: bool

    @property
    def action_name(self) -> str:
        """The action as a cell shows it."""
        return "Problem" if self.failed else ACTION_NAMES.get(self.action, self.action)


@dataclass
class PlannedPeople:
    """Rows of one dry run, in the order they came.

    Attributes:
        rows: the first ``LISTED_AT_MOST`` of them.
        seen: how many came.
    """

    rows: list[PlannedPerson] = field(default_factory=list)
    seen: int = 0
    by_action: Counter[str] = field(default_factory=Counter)

    def add(self, row: PlannedPerson) -> None:
        """Take one row in."""
        self.seen += 1
        self.by_action["failure" if row.failed else row.action] += 1
        if len(self.rows) < LISTED_AT_MOST:
            self.rows.append(row)

    @property
    def cut(self) -> str:
        """A sentence when not all rows are listed; empty otherwise."""
        if self.seen <= len(self.rows):
            return ""
        return f"The first {len(self.rows):,} of {self.seen:,} are listed."


def plan_fingerprint(plan: SetupPlan) -> str:
    """What a dry run's result depends on: the whole plan but for who is told of failures."""
    return plan.model_dump_json(exclude={"notifications"})
