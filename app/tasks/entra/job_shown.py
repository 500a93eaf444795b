"""A job's standing as it goes over the pipe and out of ``--json``."""

from __future__ import annotations

from typing import Final

from app.entra.assignments import list_assigned
from app.entra.batch import BatchCall
from app.entra.error_advice import advice_for
from app.entra.graph import GraphClient, path_to
from app.entra.graph_problem import GraphProblem
from app.entra.job import Execution, JobStanding, sentence_of
from app.entra.times import write_time
from app.tasks.entra_results import JobExecution, JobStatus
from app.tasks.results import Quarantine

POLL_RUNNING, POLL_IDLE, POLL_RESTING = 10.0, 60.0, 300.0
"""Seconds between two questions: while pages move, between cycles, and while nothing can change by itself.
Microsoft allows 100 calls in ten seconds; this leaves nearly all of them to others."""

_CYCLE_WORDS: Final = {
    "Succeeded": "It succeeded.",
    "EntryLevelErrors": "It ended; some could not be provisioned and will be tried again.",
    "Failed": "It failed.",
}


def job_status(job: JobStanding, principal: str, people: int = 0) -> JobStatus:
    """The standing as it is shown.

    Args:
        people: how many are in scope, for the estimate; 0 where that is not known.
    """
    left = job.time_left(people)
    return JobStatus(
        state=job.state,
        sentence=sentence_of(job),
        kind=job.kind,
        running=job.running,
        percent=job.percent,
        pages_done=job.pages[0],
        pages_total=job.pages[1],
        counts=job.counts,
        last=_execution(job.last),
        last_good=_execution(job.last_good),
        initial_done=write_time(job.initial_done),
        next_run=write_time(job.next_run),
        interval_minutes=job.interval.total_seconds() / 60 if job.interval else 0.0,
        minutes_left=[round(part.total_seconds() / 60, 1) for part in left] if left else [],
        people=people,
        quarantine=_quarantine(job),
        failures_in_a_row=job.failures,
        job=job.id,
        service_principal=principal,
        support=job.support,
        state_word=job.raw_code,
        poll_after=_poll_after(job),
    )


async def people_in_scope(graph: GraphClient, principal: str) -> int:
    """How many are assigned: people, groups, and the groups' direct members; 0 when it cannot be read.

    For an estimate only: a person in two groups counts twice, as in Microsoft's.
    """
    headers = {"ConsistencyLevel": "eventual"}
    try:
        assigned = await list_assigned(graph, principal)
        groups = [each.principal for each in assigned if each.kind == "group"]
        calls = [
            BatchCall("GET", f"{path_to('groups', group, 'members')}?$count=true&$top=1", headers=headers)
            for group in groups
        ]
        answers = await graph.batch(calls) if calls else []
    except GraphProblem:
        return 0
    counts = [each.body.get("@odata.count") for each in answers if isinstance(each.body, dict)]
    return len(assigned) + sum(count for count in counts if isinstance(count, int))


def _poll_after(job: JobStanding) -> float:
    if job.running or job.state == "never-run" or (job.state == "active" and job.kind == "initial"):
        return POLL_RUNNING
    return POLL_IDLE if job.state == "active" else POLL_RESTING


def _execution(told: Execution | None) -> JobExecution | None:
    if told is None:
        return None
    advice = advice_for(told.code)
    sentence = _CYCLE_WORDS.get(told.state, f"It ended with {told.state or 'no word'}.")
    return JobExecution(
        state=told.state,
        sentence=f"{sentence} {advice.cause}" if advice else sentence,
        began=write_time(told.began),
        ended=write_time(told.ended),
        seconds=told.took.total_seconds() if told.took else 0.0,
        counts=told.counts,
        activity=told.activity,
        code=told.code,
        message=told.message,
        remedy=advice.fix if advice else "",
    )


def _quarantine(job: JobStanding) -> Quarantine | None:
    told = job.quarantine
    if told is None:
        return None
    return Quarantine(
        reason=told.reason,
        code=told.code,
        meaning=told.meaning,
        remedy=told.fix,
        since=write_time(told.since),
        disables_on=write_time(told.disables_on),
        next_try=write_time(told.next_try),
    )
