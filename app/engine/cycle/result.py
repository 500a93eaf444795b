"""What becomes of one piece of work, and the two ways in which matching goes wrong."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.engine.cycle.compare import shown
from app.engine.cycle.work import Work
from app.engine.events import LogEntry
from app.engine.state.link import Link
from app.people.record import Value
from app.setup.problem import Problem


@dataclass(slots=True)
class Result:
    """What became of one piece of work, to be recorded in one transaction.

    Attributes:
        entry: the log row.
        link: the link to write, if it changed.
        forget: drop the link of this source id.
        displaced: source ids whose account this one took over; their links go.
        renewed: the link points at another object than before.
        recheck: the app must be asked again before the next write.
        passing: it failed for what is the app's trouble of the moment.
        put_off: it is tried once more in this cycle, so that nothing is told yet.
        unsettled: it is not known whether the object was created: the request stays open.
    """

    entry: LogEntry
    link: Link | None = None
    forget: bool = False
    displaced: list[str] = field(default_factory=list)
    renewed: bool = False
    recheck: bool = False
    unsettled: bool = False
    passing: bool = False
    put_off: bool = False


class DuplicateAccounts(Problem):
    """Several accounts of the app match one person."""

    def __init__(self, attribute: str, value: Value, accounts: list[str]) -> None:
        super().__init__(
            "DUPLICATE-TARGET-ENTRIES",
            f"The app has {len(accounts)} objects with {attribute} = {shown(value)}.",
            "Rollcall cannot tell which of them is meant, so it changed none.",
            "Delete or rename the duplicate in the app, or choose a matching attribute that is unique.",
            "ids: " + ", ".join(accounts[:5]),
        )


class AlreadyLinked(Problem):
    """Two people of the source match one account."""

    def __init__(self, other: str) -> None:
        super().__init__(
            "DUPLICATE-SOURCE-ENTRIES",
            f"The matching object of the app already belongs to {other}.",
            "Two objects of the source have the same matching value.",
            "Give them different values in the source, or choose a matching attribute that is unique.",
        )


def first_step(work: Work) -> LogEntry:
    """The log row that work begins with."""
    entry = LogEntry(work.kind, "none", "success", work.name, work.source_id)
    entry.step(
        "import",
        "success",
        "Read from the source." if work.values or work.digest else "No longer in the source.",
    )
    entry.step("scope", "success", work.reason, **work.details)
    if work.faults:
        entry.status = "warning"
        entry.code = "EXPRESSION"
        entry.reason = "Not sent: " + "; ".join(f"{target} ({text})" for target, text in work.faults.items())
        entry.remedy = "Repair the expression of this attribute, or the value it works on."
    return entry
