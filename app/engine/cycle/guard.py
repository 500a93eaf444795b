"""The accidental deletion guard: who would lose access in this cycle is counted before anyone does.

Source: Microsoft, "Enable accidental deletions prevention". Disables count like deletes, and so do groups.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from app.engine.cycle.work import Work
from app.engine.events import LogEntry

NAMES_SHOWN: Final = 1000  # names in a cycle's summary; the log has all of them


@dataclass(slots=True)
class Guard:
    """Counts the departures of one cycle against the threshold.

    Attributes:
        threshold: how many people and groups may be disabled or deleted in one cycle; 0 turns the guard off.
        planned: how many are planned.
        names: the first of them.
    """

    threshold: int
    planned: int = 0
    names: list[str] = field(default_factory=list)

    def count(self, work: Work) -> None:
        """Count one departure."""
        self.planned += 1
        if len(self.names) < NAMES_SHOWN:
            self.names.append(work.name)

    @property
    def holds(self) -> bool:
        """Whether the cycle's disables and deletes must not be sent."""
        return bool(self.threshold) and self.planned > self.threshold

    @property
    def sentence(self) -> str:
        """What the guard did, for the summary."""
        first = ", ".join(self.names[:3])
        more = f" and {self.planned - 3:,} more" if self.planned > 3 else ""
        return (
            f"The deletion guard stopped this cycle: {self.planned:,} people or groups would have been "
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
        entry.reason = (
            f"{work.reason} The deletion guard holds it back: this cycle has {self.planned:,} of them."
        )
        entry.remedy = (
            "Allow or reject it in the list of staged deletions (rollcall staged PLAN). If it is not meant "
            "at all, repair the source or the scope, and run again."
        )
        return entry
