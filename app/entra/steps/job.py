"""The synchronization job: an existing one is used, or one made."""

from __future__ import annotations

from typing import Final

from app.entra.patience import comes_true, until
from app.entra.planned_call import PlannedCall, Planner
from app.entra.road_journal import Entry
from app.entra.steps.step import Note, Said, Step, Travel
from app.entra.synchronization_job import jobs_of, jobs_path, read_jobs
from app.entra.wish import Facts, Wish
from app.setup.problem import Problem

NAME: Final = "job"
TITLE: Final = "Make the provisioning job"


def calls(wish: Wish, facts: Facts) -> list[PlannedCall]:
    """What would be sent."""
    plan = Planner(NAME, TITLE)
    principal = wish.plan.entra.application or facts.named("service_principal")
    at = f"/servicePrincipals/{principal}/synchronization/jobs"
    return [
        plan.look(at, "Look once more for a job, so that none is made twice."),
        plan.change(
            "POST",
            at,
            {"templateId": facts.named("template")},
            "Make the job. It does nothing until it is started.",
            when="when there is none yet",
        ),
    ]


async def do(travel: Travel) -> Said:
    """Use the job that is there, or make one."""
    async for note in _settle_open(travel):
        yield note
    found = await _ids(travel)
    if found:
        travel.journal.learn(job=found[0])
        yield Note("The job is there.")
        return
    entry = await travel.send(
        NAME,
        "job",
        "POST",
        jobs_path(travel.facts.service_principal),
        {"templateId": travel.facts.template},
        made={"service_principal": travel.facts.service_principal, "template": travel.facts.template},
        ids=lambda answer: {"job": str((answer or {}).get("id") or "")},
    )
    if not entry.made["job"]:
        travel.journal.settle(entry, "about")
        async for note in _settle_open(travel):
            yield note
        return
    travel.journal.learn(job=entry.made["job"])
    yield Note("The job was made. It is not started yet.")


async def _ids(travel: Travel) -> list[str]:
    principal = travel.facts.service_principal
    jobs = await travel.read(lambda: read_jobs(travel.client, principal))
    return [str(job["id"]) for job in jobs_of(jobs, travel.facts.template)]


async def _settle_open(travel: Travel) -> Said:
    """Find out whether a call that was cut had made the job after all."""
    for entry in travel.journal.open_entries("job"):
        found: list[str] = []

        async def look(found: list[str] = found) -> bool:
            found[:] = await _ids(travel)
            return bool(found)

        left = max(0.0, travel.patience.total - entry.seconds_ago())
        async for seconds in until(look, travel.patience, left):
            yield Note(f"Looking whether the job was made before this was cut ({seconds:.0f} s)")
        if found:
            travel.journal.settle(entry, "done", {"job": found[0]})
            travel.journal.learn(job=found[0])
        else:
            travel.journal.settle(entry, "refused")


async def verify(travel: Travel) -> None:
    """It is listed."""

    async def listed() -> bool:
        return travel.facts.job in await _ids(travel)

    if not await comes_true(listed, travel.patience):
        raise Problem(
            "JOB-NOT-THERE",
            "The provisioning job cannot be found after it was made.",
            "The tenant has not come to know it yet, or somebody removed it.",
            "Wait a minute, then choose Resume: it is looked for first.",
            travel.facts.job,
        )


async def undo(travel: Travel, entry: Entry) -> str:
    """Remove the job. Accounts in the app stay as they are."""
    if entry.state == "about":
        async for _ in _settle_open(travel):
            pass
        if not entry.is_done:
            return ""
    principal, job = entry.made["service_principal"], entry.made["job"]
    await travel.client.delete(jobs_path(principal, job))

    async def gone() -> bool:
        return all(str(each["id"]) != job for each in await read_jobs(travel.client, principal))

    if not await comes_true(gone, travel.patience):
        raise Problem(
            "UNDO-NOT-KEPT",
            "The provisioning job is still there after it was removed.",
            "The tenant has not come to know it yet, or somebody made it anew.",
            "Choose Undo once more in a minute, or remove it in the admin center.",
            job,
        )
    return "The provisioning job was removed. Accounts that it made in the app stay."


STEP: Final = Step(NAME, TITLE, calls, do, verify, undo, ("job",))
