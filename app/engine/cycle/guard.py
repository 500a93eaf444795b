"""The accidental deletion guard: who would lose access in this cycle is counted before anyone does.

Source: Microsoft, "Enable accidental deletions prevention". Disables count like deletes, and so do groups.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from app.engine.cycle.work import Work
from app.engine.events import LogEntry
from app.engine.state.store import Store
from app.setup.deletion_threshold import FITTING, in_people

_TOLD: Final = "guard_told"
NAMES_SHOWN: Final = 1000  # names in a cycle's summary; the log has all of them


@dataclass(slots=True)
class Guard:
    """Counts the departures of one cycle against the threshold.

    Attributes:
        threshold: how many people and groups may be disabled or deleted in one cycle; 0 turns the guard off.
        setting: what the plan says, of which ``threshold`` is what it comes to today.
        planned: how many are planned.
        waiting: how many of them an earlier cycle held back and nobody has decided on. They stay held back
            however few are left: to decide on one of them is no decision on the others.
    """

    threshold: int
    setting: str = ""
    planned: int = 0
    waiting: int = 0
    _planned: list[str] = field(default_factory=list)
    _waiting: list[str] = field(default_factory=list)

    def count(self, work: Work, *, waits: bool = False) -> None:
        """Count one departure."""
        self.planned += 1
        if len(self._planned) < NAMES_SHOWN:
            self._planned.append(work.name)
        if waits:
            self.waiting += 1
            if len(self._waiting) < NAMES_SHOWN:
                self._waiting.append(work.name)

    @property
    def holds_all(self) -> bool:
        """Whether none of the cycle's disables and deletes may be sent, but for those allowed one by one."""
        return bool(self.threshold) and self.planned > self.threshold

    @property
    def holds(self) -> bool:
        """Whether somebody is held back."""
        return self.holds_all or bool(self.threshold and self.waiting)

    def lets_through(self, decision: str | None) -> bool:
        """Whether a departure may be sent.

        Args:
            decision: what was decided on it in the list: empty, ``allow`` or ``reject``; None: not on it.
        """
        return decision == "allow" or not (self.holds_all or (self.holds and decision == ""))

    @property
    def names(self) -> list[str]:
        """The first of those that are held back."""
        return self._planned if self.holds_all else self._waiting if self.holds else []

    @property
    def sentence(self) -> str:
        """What the guard did, for the summary."""
        number = self.planned if self.holds_all else self.waiting
        first = ", ".join(self.names[:3])
        more = f" and {number - 3:,} more" if number > 3 else ""
        if not self.holds_all:
            return (
                f"Still held back by the deletion guard, because nobody has decided on them: {first}{more}. "
                "Allow or reject them in the list of staged deletions; or put the source or the scope right, "
                "and run again."
            )
        return (
            f"The deletion guard stopped this cycle: {number:,} people or groups would have been "
            f"disabled or deleted ({first}{more}), and the threshold is {self.threshold:,}. Nobody was. "
            "Look at the list of staged deletions, and allow or reject them; or put the source or the "
            "scope right, and run again."
        )

    def entry(self, work: Work) -> LogEntry:
        """The log row of a departure that is held back."""
        entry = LogEntry(work.kind, "staged-delete", "warning", work.name, work.source_id)
        entry.step(
            "import", "success", "Read from the source." if work.values else "No longer in the source."
        )
        entry.step("scope", "success", work.reason, **work.details)
        entry.step("export", "skipped", "Held back by the deletion guard.")
        entry.code = "STAGED-DELETE"
        why = f"this cycle has {self.planned:,} of them" if self.holds_all else "nobody has decided on it"
        entry.reason = f"{work.reason} The deletion guard holds it back: {why}."
        entry.remedy = (
            "Allow or reject it in the list of staged deletions (rollcall staged PLAN). If it is not meant "
            "at all, repair the source or the scope, and run again."
        )
        return entry


def tell_once(store: Store, setting: int | str) -> list[str]:
    """Say once that a plan's number guards nobody, because fewer people are linked. The number stays."""
    linked = store.links.count("user")
    fitting = in_people(FITTING, linked)
    if not isinstance(setting, int) or not setting or not linked or setting < linked or store.fact(_TOLD):
        return []
    store.keep(_TOLD, "yes")
    return [
        f"The deletion guard of this plan stops above {setting:,} people and groups, and {linked:,} people "
        f'are linked: it guards nobody. New plans have deletion_threshold = "{FITTING}", today {fitting:,}.'
    ]
