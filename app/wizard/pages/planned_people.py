"""What a dry run found, and whether it still holds for the plan. No Qt in here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.setup.plan import SetupPlan
from app.wizard.pages.counting import ACTION_NAMES, number

LISTED_AT_MOST = 500
"""Rows listed of each action and outcome. A run over 100,000 people is judged by its numbers."""

SHOWN: dict[str, frozenset[str]] = {
    "changes": frozenset({"create", "update", "disable", "delete", "staged-delete", "other", "failure"}),
    "create": frozenset({"create"}),
    "update": frozenset({"update"}),
    "disable": frozenset({"disable"}),
    "delete": frozenset({"delete"}),
    "failure": frozenset({"failure"}),
    "left": frozenset({"none", "skipped"}),
}
"""What can be listed, and what rows of it count as."""


@dataclass(frozen=True, slots=True)
class PlannedPerson:
    """One row of the dry run's list.

    Attributes:
        why: what let this person in or kept them out: a clause, an assignment; empty where nothing was said.
    """

    action: str
    kind: str
    name: str
    what: str
    failed: bool
    why: str = ""

    @property
    def counts_as(self) -> str:
        """The key of a dry run's counts that has this row in it."""
        return "failure" if self.failed else self.action

    @property
    def action_name(self) -> str:
        """The action as a cell shows it."""
        return "Problem" if self.failed else ACTION_NAMES.get(self.action, self.action)

    @property
    def whole(self) -> str:
        """What would change, and why the person is in or out of scope, unless that is all there is to say."""
        return self.what if self.why in self.what else f"{self.what}\n{self.why}"


@dataclass
class PlannedPeople:
    """Rows of one dry run, in the order they came.

    Attributes:
        rows: the first ``LISTED_AT_MOST`` of each action and outcome, which is what the task tells.
        counts: how many there are by what they count as, as the dry run says at its end.
    """

    rows: list[PlannedPerson] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    def end(self, counts: Mapping[str, int], failures: int) -> None:
        """Take in what the dry run counted. Those it told nothing of did not change since the last cycle."""
        self.counts = {**counts, "failure": failures}

    def shown(self, which: str) -> list[PlannedPerson]:
        """The rows of a key of ``SHOWN``."""
        return [row for row in self.rows if row.counts_as in SHOWN[which]]

    def cut(self, which: str) -> str:
        """A sentence when not all rows of a key are listed; empty otherwise."""
        listed = len(self.shown(which))
        total = sum(self.counts.get(key, 0) for key in SHOWN[which])
        return f"The first {number(listed)} of {number(total)} are listed." if listed < total else ""

    @property
    def changes(self) -> int:
        """How many people and groups would be changed."""
        return sum(self.counts.get(key, 0) for key in SHOWN["changes"] if key != "failure")


def plan_fingerprint(plan: SetupPlan) -> str:
    """What a dry run's result depends on: the whole plan but for who is told of failures."""
    return plan.model_dump_json(exclude={"notifications"})
