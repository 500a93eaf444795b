"""A synchronization job's state, read as the portal shows it, and further.

Source: Microsoft Graph, synchronizationStatus, and "Check the status of user provisioning".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, Literal, TypeAlias

from app.entra.error_advice import advice_for
from app.entra.quarantine import Quarantine, read_quarantine
from app.entra.reading import as_count, as_object, as_text
from app.entra.times import one_of, read_duration, read_time

State: TypeAlias = Literal[
    "not-configured", "never-run", "active", "paused", "quarantined", "disabled", "unknown"
]
_CODES: Final = ("NotConfigured", "NotRun", "Active", "Paused", "Quarantine")
_SCHEDULES: Final = ("Active", "Disabled", "Paused")
_RESULTS: Final = ("Succeeded", "Failed", "EntryLevelErrors")
_STATES: Final[dict[str, State]] = {
    "NotConfigured": "not-configured",
    "NotRun": "never-run",
    "Active": "active",
    "Paused": "paused",
    "Quarantine": "quarantined",
}
FASTEST, SLOWEST = 0.01, 0.08
"""Minutes that the initial cycle takes for each person, from and to, when only those assigned are in scope.
New accounts take about twice as long as matched ones. Source: Microsoft, "How long will it take ..."."""


@dataclass(frozen=True, slots=True)
class Execution:
    """One cycle that ran.

    Attributes:
        state: ``Succeeded``, ``Failed``, ``EntryLevelErrors`` (some people failed), or what is new.
        counts: Graph's counters, without those of zero.
        activity: what Microsoft's support asks for.
        code: of the error of the cycle as a whole; empty when there was none.
    """

    state: str
    began: datetime | None
    ended: datetime | None
    counts: dict[str, int] = field(default_factory=dict)
    activity: str = ""
    code: str = ""
    message: str = ""
    tenant_can_act: bool = False

    @property
    def took(self) -> timedelta | None:
        """How long; None where it does not say."""
        return self.ended - self.began if self.began and self.ended else None


@dataclass(frozen=True, slots=True)
class JobStanding:
    """How a job stands.

    Attributes:
        kind: of the running or next cycle: initial until the first one is done.
        percent: of the running cycle by pages, not by people; None when nothing tells.
        counts: objects in the connector's data store by type; does not fall when some are deleted.
        interval: between cycles; None for a job that is not started.
        raw_code: Graph's own word for the state, where it is a new one.
    """

    id: str
    template: str
    state: State
    kind: Literal["initial", "incremental"]
    percent: float | None
    pages: tuple[int, int]
    counts: dict[str, int]
    last: Execution | None
    last_good: Execution | None
    initial_done: datetime | None
    interval: timedelta | None
    quarantine: Quarantine | None
    failures: int
    pruned: bool
    raw_code: str
    support: str

    @property
    def running(self) -> bool:
        """Whether a cycle runs now, as far as its pages tell."""
        return self.state == "active" and self.percent is not None and self.percent < 100

    @property
    def next_run(self) -> datetime | None:
        """When the next cycle is due, about; None where that is not known."""
        if self.quarantine is not None:
            return self.quarantine.next_try
        if self.state != "active" or self.running or self.interval is None or self.last is None:
            return None
        return self.last.ended + self.interval if self.last.ended else None

    def time_left(self, people: int) -> tuple[timedelta, timedelta] | None:
        """From and to: how long the initial cycle still takes for so many people and groups in scope.

        The documented estimate, less the pages that are done. None when it is done or not going on.
        """
        if self.kind != "initial" or self.state not in {"active", "never-run"} or people <= 0:
            return None
        left = 1 - (self.percent or 0.0) / 100
        return timedelta(minutes=FASTEST * people * left), timedelta(minutes=SLOWEST * people * left)


def read_job(job: Mapping[str, Any]) -> JobStanding:
    """A job as Graph answers it. What is missing, new or odd in it is taken as unknown, never as a fault."""
    status, schedule = as_object(job.get("status")), as_object(job.get("schedule"))
    code = one_of(status.get("code"), _CODES)
    planned = one_of(schedule.get("state"), _SCHEDULES)
    state = _STATES.get(code, "unknown")
    if state == "quarantined" and planned == "Disabled":
        state = "disabled"
    done, total = _pages(status.get("progress"))
    initial_done = read_time(status.get("steadyStateFirstAchievedTime"))
    return JobStanding(
        id=as_text(job.get("id")),
        template=as_text(job.get("templateId")),
        state=state,
        kind="initial" if initial_done is None else "incremental",
        percent=round(100 * min(done, total) / total, 1) if total else None,
        pages=(done, total),
        counts=_by_type(status.get("synchronizedEntryCountByType")),
        last=_execution(status.get("lastExecution")),
        last_good=_execution(status.get("lastSuccessfulExecution")),
        initial_done=initial_done,
        interval=read_duration(schedule.get("interval")) if planned == "Active" else None,
        quarantine=read_quarantine(status.get("quarantine")),
        failures=as_count(status.get("countSuccessiveCompleteFailures")),
        pruned=status.get("escrowsPruned") is True,
        raw_code="" if state != "unknown" else code,
        support=as_text(status.get("troubleshootingUrl")),
    )


def sentence_of(job: JobStanding) -> str:
    """How it stands, in a sentence or two."""
    if job.quarantine is not None:
        ends = job.quarantine.disables_on
        day = f" On {ends.day} {ends:%B %Y} the job is turned off if nothing changes." if ends else ""
        if job.state == "disabled":
            day = " It has been there for too long, and the job was turned off."
        return f"In quarantine: {job.quarantine.meaning}{day}"
    first = {
        "not-configured": "Provisioning is not configured yet.",
        "never-run": "Provisioning is started; its first cycle has not run yet.",
        "paused": "Provisioning is turned off. A cycle that was running still finishes.",
        "disabled": "Provisioning was turned off by the service.",
        "quarantined": "In quarantine; the service does not say why.",
        "unknown": f"The service reports a state that this version does not know: {job.raw_code or 'none'}.",
        "active": _active(job),
    }[job.state]
    if job.pruned:
        first += " There were so many failures that some are not tried again until a restart."
    return first


def _active(job: JobStanding) -> str:
    if job.running:
        done, total = job.pages
        return f"The {job.kind} cycle is at {job.percent:.0f} % ({done} of {total} pages)."
    last = job.last
    if last is None:
        return f"The {job.kind} cycle is under way."
    if last.state == "Failed":
        advice = advice_for(last.code)
        return f"The last cycle failed. {advice.cause if advice else last.message or last.code}"
    if last.state == "EntryLevelErrors":
        escrowed = last.counts.get("countEscrowed", 0)
        return f"The last cycle ended; {escrowed or 'some'} could not be provisioned and will be tried again."
    return "The last cycle ended without failures."


def _execution(given: object) -> Execution | None:
    """A cycle; None for one that never was: Graph tells that as Failed, with the code None, in the year 1."""
    told = as_object(given)
    began, ended = read_time(told.get("timeBegan")), read_time(told.get("timeEnded"))
    error = as_object(told.get("error"))
    code = as_text(error.get("code"))
    code = "" if code.casefold() == "none" else code
    if not told or (began is None and ended is None and not code):
        return None
    counts = {
        name: value
        for name, value in told.items()
        if name.startswith("count") and isinstance(value, int) and value and not isinstance(value, bool)
    }
    return Execution(
        state=one_of(told.get("state"), _RESULTS),
        began=began,
        ended=ended,
        counts=counts,
        activity=as_text(told.get("activityIdentifier")),
        code=code,
        message=as_text(error.get("message")),
        tenant_can_act=error.get("tenantActionable") is True,
    )


def _pages(given: object) -> tuple[int, int]:
    parts = [as_object(each) for each in given] if isinstance(given, list) else []
    return sum(as_count(part.get("completedUnits")) for part in parts), sum(
        as_count(part.get("totalUnits")) for part in parts
    )


def _by_type(given: object) -> dict[str, int]:
    """Counts by what a person calls the type: the key is such as ``User to urn:...:User``."""
    counts: dict[str, int] = {}
    for each in given if isinstance(given, list) else []:
        told = as_object(each)
        name = as_text(told.get("key")).partition(" to ")[0].strip() or "Other"
        counts[name] = counts.get(name, 0) + as_count(told.get("value"))
    return counts
