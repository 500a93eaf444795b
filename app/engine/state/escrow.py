"""Escrow: who failed, and when they are tried again, with decreasing frequency as Entra does.

Source: Microsoft, "Application provisioning in quarantine status": 6, 12 and 24 hours after the first
failure, then each 24 hours up to 28 days. Three things are better here. A failure that is the app's for the
moment (busy, not reached, a lost answer) is tried in each cycle of the first six hours. A person whose source
row changes is tried at once. And after 28 days only this person is given up, until they change, and nobody
who should lose access: Entra disables the whole job.

A clock that jumps gives nobody up: days that it skipped, or in which this computer was off, are no tries.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal, TypeAlias

from app.engine.clock import Clock, passed, read, written
from app.engine.events import Kind, LogEntry
from app.engine.state.store import Store

Subject: TypeAlias = Literal["user", "group", "members", "manager"]
"""A user or group; or the members of a group, the manager of a user: these fail on their own."""

_SUBJECTS: Final[dict[Kind, tuple[Subject, ...]]] = {
    "user": ("user", "manager"),
    "group": ("group", "members"),
}

GIVEN_UP_AFTER: Final = timedelta(days=28)
LEAST_TRIES: Final = 10
"""How often somebody was tried at least before they are given up, however much time has passed."""
STEPS: Final = (
    timedelta(hours=6),
    timedelta(hours=12),
    *(timedelta(days=day) for day in range(1, GIVEN_UP_AFTER.days + 1)),
)
"""When it is tried again, counted from the first failure."""


@dataclass(slots=True)
class _Escrow:
    first_failed: str
    attempts: int
    next_try: str
    digest: bytes | None


def next_try(
    first_failed: datetime, now: datetime, attempts: int = LEAST_TRIES, *, passing: bool = False
) -> datetime | None:
    """When somebody who failed now is tried again; None when they are given up.

    Args:
        attempts: how often they were tried, this time included.
        passing: it is the app's failure for the moment, so that the next cycle may fare better.
    """
    since = now - first_failed
    if passing and since < STEPS[0]:
        return now
    if since >= GIVEN_UP_AFTER and attempts < LEAST_TRIES:
        return now + STEPS[2]
    return next((first_failed + step for step in STEPS if step > since), None)


class Escrows:
    """The escrows of one plan, changed in the store's open transaction.

    Args:
        heed: whether anybody is put off. Not in an initial cycle, whose changed plan may have mended what
            was wrong; and not for somebody who was chosen on demand.
    """

    def __init__(self, store: Store, clock: Clock, *, heed: bool = True) -> None:
        self._store = store
        self._clock = clock
        self._heed = heed
        rows = store.db.execute(
            "SELECT kind, source_id, first_failed, attempts, next_try, digest FROM escrows"
        )
        self._held = {(kind, source_id): _Escrow(*rest) for kind, source_id, *rest in rows}
        self._tried: set[tuple[str, str]] = set()

    def waits(self, subject: Subject, source_id: str, digest: bytes | None) -> bool:
        """Whether somebody is to be left alone in this cycle. A new digest is always tried."""
        held = self._held.get((subject, source_id)) if self._held else None
        if held is None or not self._heed or held.digest != digest or not held.attempts:
            return False
        return not self._due(held, self._clock.now())

    def _due(self, held: _Escrow, now: datetime) -> bool:
        if not held.next_try:
            # Given up, and not by this clock: the one that did it was set back.
            return now < read(held.first_failed) + GIVEN_UP_AFTER
        at = read(held.next_try)
        # A longer wait than any step is: the clock was set back, and would keep them waiting.
        return now >= at or at - now > STEPS[2]

    def due(self, subject: Subject) -> Iterator[str]:
        """The source ids of those whose time has come."""
        now = self._clock.now()
        for (kind, source_id), held in self._held.items():
            if kind == subject and (not held.attempts or not self._heed or self._due(held, now)):
                yield source_id

    def overdue(self, subject: Subject, source_id: str) -> bool:
        """Whether somebody has failed for as long as others are tried."""
        held = self._held.get((subject, source_id))
        now = self._clock.now()
        return held is not None and now - passed(held.first_failed, now) >= GIVEN_UP_AFTER

    def held(self, kind: Kind) -> list[str]:
        """The source ids of the users, or groups, of whom something failed and did not fare well since."""
        return [source_id for subject, source_id in self._held if subject in _SUBJECTS[kind]]

    def of(self, subject: Subject) -> list[str]:
        """The source ids of those who are in escrow for this subject."""
        return [source_id for each, source_id in self._held if each == subject]

    def forget(self, kind: Kind, source_id: str) -> None:
        """Nothing is left of somebody that could be tried again: neither in the source nor in the app."""
        for subject in _SUBJECTS[kind]:
            self.succeeded(subject, source_id)

    @property
    def tried(self) -> frozenset[tuple[str, str]]:
        """Subjects and source ids of those who failed in this cycle."""
        return frozenset(self._tried)

    def waiting(self) -> int:
        """How many users and groups were left alone in this cycle."""
        return sum(key not in self._tried and key[0] in {"user", "group"} for key in self._held)

    def failed(
        self,
        subject: Subject,
        source_id: str,
        name: str,
        code: str,
        digest: bytes | None,
        *,
        passing: bool = False,
        leaving: bool = False,
        entry: LogEntry | None = None,
    ) -> None:
        """Somebody failed, for the first time or again.

        Args:
            leaving: they still have an access that they should have lost, so they are never given up.
            entry: the log row, whose sentences are told as long as they wait.
        """
        now = self._clock.now()
        held = self._held.get((subject, source_id))
        if held is None or not held.attempts or held.digest != digest:
            held = _Escrow(written(now), 0, "", digest)
        first = passed(held.first_failed, now)
        at = next_try(first, now, held.attempts + 1, passing=passing) or (now + STEPS[2] if leaving else None)
        held = _Escrow(written(first), held.attempts + 1, written(at) if at else "", digest)
        self._held[subject, source_id] = held
        self._tried.add((subject, source_id))
        self._store.begin()
        values = (subject, source_id, name, held.first_failed, held.attempts, held.next_try, code, digest)
        texts = (entry.reason, entry.remedy, entry.answer) if entry is not None else ("", "", "")
        self._store.db.execute(
            "INSERT OR REPLACE INTO escrows (kind, source_id, name, first_failed, attempts, next_try, code,"
            " digest, leaving, reason, remedy, answer) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
            (*values, leaving, *texts),
        )

    def succeeded(self, subject: Subject, source_id: str) -> None:
        """Somebody fared well."""
        if self._held and self._held.pop((subject, source_id), None) is not None:
            self._store.begin()
            self._store.db.execute("DELETE FROM escrows WHERE kind=? AND source_id=?", (subject, source_id))
