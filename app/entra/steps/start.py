"""The job is started: the first cycle begins."""

from __future__ import annotations

from typing import Final

from app.entra.graph import Found
from app.entra.patience import comes_true
from app.entra.planned_call import PlannedCall, Planner
from app.entra.road_journal import Entry
from app.entra.steps.step import Note, Said, Step, Travel
from app.entra.synchronization_job import is_running, jobs_path
from app.entra.wish import Facts, Wish
from app.setup.problem import Problem

NAME: Final = "start"
TITLE: Final = "Start provisioning"


def needed(wish: Wish) -> bool:
    """Whether the job is to be started by this run."""
    return wish.start


def calls(wish: Wish, facts: Facts) -> list[PlannedCall]:
    """What would be sent."""
    plan = Planner(NAME, TITLE)
    principal = wish.plan.entra.application or facts.named("service_principal")
    at = f"/servicePrincipals/{principal}/synchronization/jobs/{facts.named('job')}"
    return [
        plan.look(at, "See whether it runs already: a running job is never started again."),
        plan.change("POST", f"{at}/start", None, "Start the initial cycle.", when="when it does not run yet"),
        plan.look(at, "See that it was started."),
    ]


async def _job(travel: Travel) -> Found:
    facts = travel.facts
    return await travel.read(lambda: travel.client.get(jobs_path(facts.service_principal, facts.job)))


async def do(travel: Travel) -> Said:
    """Start it, unless it runs: starting a running job again can stop it."""
    running = is_running(await _job(travel))
    for entry in travel.journal.open_entries("start"):
        travel.journal.settle(entry, "done" if running else "refused")
    if running:
        yield Note("Provisioning runs.")
        return
    facts = travel.facts
    made = {"service_principal": facts.service_principal, "job": facts.job}
    path = jobs_path(facts.service_principal, facts.job, "start")
    await travel.send(NAME, "start", "POST", path, made=made)
    yield Note("Provisioning was started: the initial cycle begins within minutes, later ones every 40.")


async def verify(travel: Travel) -> None:
    """The job's schedule is active."""

    async def running() -> bool:
        return is_running(await _job(travel))

    if not await comes_true(running, travel.patience):
        raise Problem(
            "JOB-NOT-STARTED",
            "The job was told to start, but its schedule is not active.",
            "The tenant takes a while, or the job went into quarantine or was paused at once.",
            "Look at its state, and choose Resume when nothing stands in the way.",
            travel.facts.job,
        )


async def undo(travel: Travel, entry: Entry) -> str:
    """Pause a job that was there before; one that this run made is removed anyway."""
    if travel.made_job:
        return ""
    path = jobs_path(entry.made["service_principal"], entry.made["job"], "pause")
    await travel.client.post(path)
    return "The job is paused, as it was before. A cycle that had begun still ends."


STEP: Final = Step(NAME, TITLE, calls, do, verify, undo, ("start",), needed)
