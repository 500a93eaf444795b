"""What can be done to a running or paused job, each with what it means.

There is no *stop*: pausing lets the running cycle finish. Source: Microsoft Graph, synchronizationJob.
"""

from __future__ import annotations

from typing import Final

from app.entra.graph import GraphClient
from app.entra.job import JobStanding, read_job
from app.entra.synchronization_job import jobs_path
from app.entra.times import write_words
from app.setup.problem import Problem

RESET_USUAL: Final = ("Watermark", "Escrows", "QuarantineState")
"""What the portal's Restart resets."""

RESETS: Final[dict[str, str]] = {
    "Watermark": "The next cycle is an initial one: everybody is looked at again.",
    "Escrows": "Those that failed are tried again at once.",
    "QuarantineState": "The quarantine and its count are forgotten.",
    "Full": "Who is who in the app is forgotten too: everybody is matched anew, and an account that no "
    "longer "
    "matches is not found.",
    "ConnectorDataStore": "Who is who in the app is forgotten. Microsoft advises this only with its support.",
    "ForceDeletes": "What the accidental deletion guard held back is carried out: these people are disabled "
    "or "
    "deleted in the app.",
}
"""Each reset scope, and what it does."""


async def standing(graph: GraphClient, principal: str, job: str) -> JobStanding:
    """How a job stands now."""
    return read_job(await graph.get(jobs_path(principal, job)))


async def start(graph: GraphClient, principal: str, job: str) -> JobStanding:
    """Start a job, or let a paused one go on where it stopped; takes it out of quarantine.

    A job that runs already is left alone: Microsoft warns that starting it again can stop the service.
    """
    before = await standing(graph, principal, job)
    if before.state in {"active", "never-run"} and before.interval is not None:
        return before
    await graph.post(jobs_path(principal, job, "start"))
    return await standing(graph, principal, job)


async def pause(graph: GraphClient, principal: str, job: str) -> JobStanding:
    """Turn a job off. The cycle that runs still finishes."""
    await graph.post(jobs_path(principal, job, "pause"))
    return await standing(graph, principal, job)


async def restart(graph: GraphClient, principal: str, job: str, reset: tuple[str, ...] = ()) -> JobStanding:
    """Start a job anew.

    Args:
        reset: names of `RESETS`; empty for what the portal's Restart resets.

    Raises:
        Problem: a name is none of them.
    """
    known = {name.casefold(): name for name in RESETS}
    unknown = [name for name in reset if name.casefold() not in known]
    if unknown:
        raise Problem(
            "RESET-UNKNOWN",
            f"There is nothing named {', '.join(unknown)[:80]} to reset.",
            "A restart can reset a few things of a job, each by its name.",
            f"Use one or several of {', '.join(RESETS)}.",
        )
    words = [known[name.casefold()] for name in reset] or list(RESET_USUAL)
    await graph.post(jobs_path(principal, job, "restart"), {"criteria": {"resetScope": write_words(words)}})
    return await standing(graph, principal, job)


async def allow_deletes(graph: GraphClient, principal: str, job: str) -> JobStanding:
    """Have what the accidental deletion guard holds back carried out, as the portal's *Allow deletes* does.

    Raises:
        Problem: the guard holds nothing back.
    """
    before = await standing(graph, principal, job)
    if before.quarantine is None or before.quarantine.reason != "TooManyDeletes":
        raise Problem(
            "NO-STAGED-DELETES",
            "The accidental deletion guard holds nothing back.",
            "The job is not in quarantine for too many deletes, or was restarted since.",
            "Look at the job's status and at the log.",
        )
    return await restart(graph, principal, job, ("ForceDeletes",))
