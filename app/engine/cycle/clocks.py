"""Two clocks: who is due for deletion hangs on this computer's, and a wrong one would delete too soon.

The app's clock is at hand: it stands in the head of its answers. Where the two are more than a day apart,
nobody is deleted for having been missing long enough.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from app.engine.clock import written
from app.engine.cycle.journal import Journal
from app.engine.cycle.work import Work
from app.engine.events import LogEntry

_APART: Final = timedelta(days=1)


def only_by_a_right_clock(
    departures: Iterator[Work], now: datetime, app_time: datetime | None, journal: Journal
) -> Iterator[Work]:
    """Let departures through; deletions only where the app's clock does not contradict this computer's."""
    if app_time is None or abs(app_time - now) <= _APART:
        yield from departures
        return
    for work in departures:
        if work.op == "delete":
            journal.add(_entry(work, now, app_time))
            journal.done += 1
        else:
            yield work


def _entry(work: Work, now: datetime, app_time: datetime) -> LogEntry:
    entry = LogEntry(work.kind, "none", "warning", work.name, work.source_id)
    entry.step("scope", "success", work.reason, **work.details)
    entry.step("export", "skipped", "Not deleted: one of two clocks is wrong.")
    entry.code = "CLOCK-WRONG"
    entry.reason = (
        f"{work.reason} It is {written(now)} by this computer's clock and {written(app_time)} by the app's, "
        "so it is not certain that the time for deleting has come."
    )
    entry.remedy = "Set this computer's clock right. The next cycle deletes whoever is due then."
    return entry
