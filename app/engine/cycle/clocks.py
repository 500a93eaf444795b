"""Who is due for deletion hangs on this computer's clock, and a wrong one would delete too soon.

Three things tell whether it is right. The app's clock stands in the head of its answers (RFC 9110: a server
with a clock sends ``Date``). The time of the cycle before: from there the clock goes on, by no more than a
usual pause. And within a cycle a second clock that nobody sets.

While there is doubt nobody is deleted for having been missing long enough, and nobody's waiting begins at a
time that may be wrong. The app's clock ends the doubt at once. Where the app does not tell the time, a jump
cannot be told from a pause (a computer that was off): then a day goes by first, in which a person can read
what is held back and why.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from app.engine.clock import Clock, passed, read, written
from app.engine.cycle.journal import Journal
from app.engine.cycle.work import Work
from app.engine.events import LogEntry
from app.engine.state.store import Store
from app.scim.client import ScimClient
from app.scim.errors import ScimProblem

_APART: Final = timedelta(days=1)
"""What two right clocks may differ by, and how long a doubt lasts where the app does not tell the time."""
_PAUSE: Final = timedelta(days=7)
"""The longest pause between two cycles that is no reason for doubt."""
_FACT: Final = "clock"


@dataclass(slots=True)
class _Kept:
    """What one cycle leaves to the next.

    Attributes:
        at: the time when it ended.
        doubt: since when the clock is in doubt; empty: it is not.
        stamp: the time that stands for one that is not known, in ``links.missing_since``.
        silent: the app was asked for the time, and does not tell it.
    """

    at: str = ""
    doubt: str = ""
    stamp: str = ""
    silent: bool = False


@dataclass(frozen=True, slots=True)
class Patience:
    """How long somebody may be missing, and what becomes of them until then.

    Attributes:
        days: the plan's ``delete_after_days``.
        disables: whether accounts are disabled before they are deleted.
    """

    days: int
    disables: bool

    def over(self, since: str, now: datetime) -> bool:
        """Whether it has come to an end."""
        return now - passed(since, now) >= timedelta(days=self.days)


class CycleClock(Clock):
    """The time as one cycle judges by it: one clock from its beginning to its end, whoever sets the other.

    In doubt it stands still, at a time that no right one is later than. Waiting that begins then is told by
    that time, and begins anew when the doubt ends.

    Args:
        clock: this computer's.
    """

    def __init__(self, store: Store, client: ScimClient, clock: Clock) -> None:
        self._store = store
        self._client = client
        self._clock = clock
        self._began, self._ticks = clock.now(), time.monotonic()
        self._kept = _Kept(**json.loads(store.fact(_FACT) or "{}"))
        self._look_back()
        self._stamped = read(self._kept.stamp) if self._kept.doubt else None

    def now(self) -> datetime:
        """The time to judge by."""
        return read(self._kept.stamp) if self._kept.doubt else self._gone_on()

    @property
    def doubtful(self) -> bool:
        """Whether it is in doubt what time it is."""
        return bool(self._kept.doubt)

    def _gone_on(self) -> datetime:
        return self._began + timedelta(seconds=time.monotonic() - self._ticks)

    def _look_back(self) -> None:
        """Compare with the time of the cycle before."""
        last = read(self._kept.at) if self._kept.at else self._began
        if self._kept.doubt or not -_APART <= self._began - last <= _PAUSE:
            self._doubt(self._began, last)

    def _doubt(self, *times: datetime) -> None:
        """Begin to doubt, or go on: the times that it may be."""
        kept, now = self._kept, self._clock.now()
        stamp = written(max([*times, now, *([read(kept.stamp)] if kept.doubt else [])]))
        if kept.doubt:
            self._redate(stamp)
        kept.doubt = written(passed(kept.doubt, now) if kept.doubt else now)
        kept.stamp = stamp
        self._keep()

    def _redate(self, to: str) -> None:
        """Let the waiting that began at an unknown time begin at another."""
        self._store.begin()
        self._store.db.execute(
            "UPDATE links SET missing_since=? WHERE missing_since=?", (to, self._kept.stamp)
        )

    def _keep(self) -> None:
        self._store.keep(_FACT, json.dumps(asdict(self._kept)))

    # Before anything is sent

    async def ask(self, *, leaving: bool) -> None:
        """In doubt, have the app tell the time where it has not done so by the way and something hangs on it.

        Mostly this is no request: whoever is to be changed has the cycle ask the app something first.

        Args:
            leaving: whether anybody is to be disabled or deleted.
        """
        kept = self._kept
        if not self.doubtful or self._client.app_time is not None:
            return
        if not leaving and not self._somebody_waits():
            return
        long = self._began - read(kept.doubt) >= _APART
        if kept.silent and not long:
            return
        with suppress(ScimProblem):  # told, and counted, when the cycle itself sends something
            await self._client.exchange("GET", "/ServiceProviderConfig")
            kept.silent = self._client.app_time is None
            if kept.silent and long:
                self._trust()

    def _somebody_waits(self) -> bool:
        row = self._store.db.execute(
            "SELECT 1 FROM links WHERE missing_since=? LIMIT 1", (self._kept.stamp,)
        ).fetchone()
        return row is not None

    def let_through(self, departures: Iterator[Work], journal: Journal, patience: Patience) -> Iterator[Work]:
        """Let departures through; deletions only by a clock that nothing says is wrong.

        Whoever is not deleted and still has access loses it all the same.
        """
        why = self._why_not()
        planned_by, now = self._stamped or self._gone_on(), self._clock.now()
        for work in departures:
            if work.op != "delete":
                yield work
                continue
            link = self._store.links.get(work.kind, work.source_id)
            since = link.missing_since if link is not None else None
            if not why and (
                abs(planned_by - now) <= _APART or (since is not None and patience.over(since, now))
            ):
                yield work
            elif link is not None and link.active and patience.disables:
                reason = f"{work.reason} It is not deleted yet: {why or 'its time has not come'}."
                yield replace(work, op="disable", active=False, reason=reason)
            else:
                if why:
                    journal.add(_entry(work, why, told=self._client.app_time is not None))
                journal.done += 1

    def _why_not(self) -> str:
        """Why nobody may be deleted by this clock; empty when there is no reason."""
        now, gone_on, app = self._clock.now(), self._gone_on(), self._client.app_time
        here = f"it is {written(now)} by this computer's clock"
        if app is not None:
            return f"{here} and {written(app)} by the app's" if abs(app - now) > _APART else ""
        if self.doubtful:
            return f"{here}, which is far from the time when the cycle before ran"
        if abs(now - gone_on) > _APART:
            return f"{here}, which was set from {written(gone_on)} meanwhile"
        return ""

    # Afterwards

    def close(self) -> None:
        """Keep what the next cycle must know. The caller commits."""
        now, gone_on, app = self._clock.now(), self._gone_on(), self._client.app_time
        if app is not None and abs(app - now) > _APART:
            self._doubt(app)
        elif app is not None and self.doubtful:
            self._trust()
        elif app is None and not self.doubtful and abs(now - gone_on) > _APART:
            self._doubt(gone_on)
        self._kept.at = written(now)
        self._keep()

    def _trust(self) -> None:
        """The clock is right: whose waiting began at an unknown time waits from now on."""
        now = self._clock.now()
        self._redate(written(now))
        self._kept.doubt = self._kept.stamp = ""
        self._keep()


def _entry(work: Work, why: str, *, told: bool) -> LogEntry:
    entry = LogEntry(work.kind, "none", "warning", work.name, work.source_id)
    entry.step("scope", "success", work.reason, **work.details)
    entry.code = "CLOCK-WRONG" if told else "CLOCK-UNSURE"
    wrong = "one of two clocks is wrong" if told else "the clock may be wrong"
    entry.step("export", "skipped", f"Not deleted: {wrong}.")
    entry.reason = (
        f"{work.reason} {why[0].upper()}{why[1:]}, so it is not certain that the time for deleting has come."
    )
    entry.remedy = (
        "Set this computer's clock right. The next cycle deletes whoever is due then."
        if told
        else "Make sure that this computer's clock is right. Whoever is due is deleted by the first cycle "
        "that begins a day later; this app does not tell the time, which would have made that certain."
    )
    return entry
