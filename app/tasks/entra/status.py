"""How the provisioning job of Microsoft's service stands."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from app.entra import job_actions
from app.entra.whereabouts import find_job
from app.tasks.context import Context
from app.tasks.entra.job_shown import job_status, people_in_scope
from app.tasks.entra.reaching import graph_client, signed_in
from app.tasks.registry import Said


class Params(BaseModel):
    """Whether to count those in scope too, for the estimate of the initial cycle: not at every look."""

    model_config = ConfigDict(extra="forbid")

    estimate: bool = True


async def run(context: Context, params: Params) -> Said:
    """Ask for it."""
    plan = context.need_plan()
    await signed_in(context)
    async with graph_client(context) as client:
        where = await find_job(client, context.state(), plan)
        job = await job_actions.standing(client, where.service_principal, where.job)
        people = 0
        if params.estimate and plan.scope.who == "assigned" and job.kind == "initial":
            people = await people_in_scope(client, where.service_principal)
    yield job_status(job, where.service_principal, people)
