"""Members and managers that failed: put off like people, but only while nothing else is due for them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Iterator
from hashlib import blake2b
from typing import Any, Final, Protocol

from app.engine.cycle.members import MemberResult, MemberWork
from app.engine.cycle.recorder import PASSING
from app.engine.cycle.references import ManagerWork
from app.engine.events import LogEntry
from app.engine.state.escrow import Escrows, Subject
from app.engine.state.quarantine import Tally
from app.scim.fault_table import PROBLEMS

_REFERENCES: Final[tuple[Subject, ...]] = ("members", "manager")
_PASSING = frozenset(code for code, row in PROBLEMS.items() if row.kind in PASSING)


class Relating(Protocol):
    """What sends references of one kind."""

    @property
    def prepare(self) -> Callable[[Any], None]:
        """Record that a piece of work may be sent."""
        ...

    @property
    def carry_out(self) -> Callable[[Any], Awaitable[Any]]:
        """Send it."""
        ...

    @property
    def conclude(self) -> Callable[[Any, Any], None]:
        """Record its outcome."""
        ...


class ReferenceEscrow:
    """Lets those pass that are not put off, and notes what became of them.

    What is due makes the digest: another member, or another manager, is tried at once.
    """

    def __init__(self, escrows: Escrows, tally: Tally) -> None:
        self._escrows = escrows
        self._tally = tally
        self._due: set[tuple[Subject, str]] = set()

    def members(self, due: Iterable[MemberWork]) -> Iterator[MemberWork]:
        """The groups whose members are not put off."""
        for work in due:
            self._due.add(("members", work.group))
            if not self._escrows.waits("members", work.group, _digest(work)):
                yield work

    def managers(self, due: Iterable[ManagerWork]) -> Iterator[ManagerWork]:
        """The people whose manager is not put off."""
        for work in due:
            self._due.add(("manager", work.source_id))
            if not self._escrows.waits("manager", work.source_id, _digest(work)):
                yield work

    def settle(self) -> None:
        """Forget those for whom nothing is due any more. Only after a cycle about everybody."""
        for subject in _REFERENCES:
            for source_id in self._escrows.of(subject):
                if (subject, source_id) not in self._due:
                    self._escrows.succeeded(subject, source_id)

    def noting(self, conclude: Callable[[Any, Any], None]) -> Callable[[Any, Any], None]:
        """``conclude``, and the outcome noted."""

        def note(work: MemberWork | ManagerWork, outcome: MemberResult | LogEntry | None) -> None:
            # Before the other, which may forget what was due.
            if outcome is not None:
                self._note(work, outcome)
            conclude(work, outcome)

        return note

    def _note(self, work: MemberWork | ManagerWork, outcome: MemberResult | LogEntry) -> None:
        entry = outcome.entry if isinstance(outcome, MemberResult) else outcome
        subject: Subject = "members" if isinstance(work, MemberWork) else "manager"
        source_id = work.group if isinstance(work, MemberWork) else work.source_id
        if entry.status != "failure":
            self._escrows.succeeded(subject, source_id)
            return
        self._tally.references += 1
        self._escrows.failed(
            subject,
            source_id,
            work.name,
            entry.code,
            _digest(work, outcome),
            passing=entry.code in _PASSING,
            entry=entry,
        )


def _digest(work: MemberWork | ManagerWork, outcome: MemberResult | LogEntry | None = None) -> bytes:
    """What is due; with an outcome, what is left of it."""
    if isinstance(work, MemberWork):
        added, removed = set[str](), set[str]()
        if isinstance(outcome, MemberResult):
            added, removed = set(outcome.added), set(outcome.removed)
        to_add = sorted(member for member, _, _ in work.add if member not in added)
        parts = [*to_add, "", *sorted(member for member, _, _ in work.remove if member not in removed)]
    else:
        parts = [work.target_id, work.manager]
    return blake2b("\n".join(parts).encode(), digest_size=16).digest()
