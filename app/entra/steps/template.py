"""The synchronization template, and whether there is a job already."""

from __future__ import annotations

from typing import Final

from app.entra.graph import Found
from app.entra.patience import until
from app.entra.planned_call import PlannedCall, Planner
from app.entra.steps.step import Note, Said, Step, Travel
from app.entra.synchronization_job import (
    LEGACY,
    Template,
    choose_template,
    is_running,
    jobs_of,
    read_jobs,
    read_templates,
    running_problem,
)
from app.entra.wish import Facts, Wish

NAME: Final = "template"
TITLE: Final = "Choose the kind of provisioning"


def calls(wish: Wish, facts: Facts) -> list[PlannedCall]:
    """What would be sent."""
    plan = Planner(NAME, TITLE)
    principal = wish.plan.entra.application or facts.named("service_principal")
    at = f"/servicePrincipals/{principal}/synchronization"
    return [
        plan.look(
            f"{at}/templates", "See which kinds of provisioning the app has; an outdated one is not taken."
        ),
        plan.look(f"{at}/jobs", "See whether provisioning was set up before; then that job is used."),
    ]


async def do(travel: Travel) -> Said:
    """Choose the template; stop before a job that is running, unless touching it is meant."""
    principal = travel.facts.service_principal
    found: list[Template] = []

    async def offered() -> bool:
        found[:] = await travel.read(lambda: read_templates(travel.client, principal))
        return bool(found)

    async for seconds in until(offered, travel.patience, None if travel.is_new else 0.0):
        yield Note(f"Waiting for the app's kinds of provisioning ({seconds:.0f} s)")
    template = choose_template(found, travel.wish.gallery_name)
    travel.journal.learn(template=template.id)
    jobs = await travel.read(lambda: read_jobs(travel.client, principal))
    own = jobs_of(jobs, template.id)
    _stop_before_running(travel, own)
    if any(str(job["id"]).startswith(LEGACY) for job in jobs):
        yield Note(
            "The app also has a job of the outdated SCIM client of 2018. It is left as it is: remove it in "
            "the admin center when the new one works, so that not both provision.",
            "warning",
            "LEGACY-JOB",
        )
    yield Note(f"The template is {template.id}." + (" Its job is there already." if own else ""))


def _stop_before_running(travel: Travel, jobs: list[Found]) -> None:
    if travel.wish.touch_running or not any(is_running(job) for job in jobs):
        return
    # What this run itself started just before it was cut is no surprise.
    if travel.journal.open_entries("start") or (
        travel.journal.state != "done" and travel.journal.made_here("start")
    ):
        return
    raise running_problem(next(job for job in jobs if is_running(job)))


async def verify(travel: Travel) -> None:
    """Nothing was changed."""


STEP: Final = Step(NAME, TITLE, calls, do, verify)
