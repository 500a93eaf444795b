"""Let a paused job go on where it stopped; takes it out of quarantine. A running one is left alone."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from app.entra import job_actions
from app.entra.whereabouts import find_job
from app.tasks.context import Context
from app.tasks.entra.job_shown import job_status
from app.tasks.entra.reaching import graph_client, signed_in
from app.tasks.registry import Said


class Params(BaseModel):
    """The plan says which job."""

    model_config = ConfigDict(extra="forbid")


async def run(context: Context, params: Params) -> Said:
    """Do it, and tell how the job stands then."""
    await signed_in(context)
    async with graph_client(context) as client:
        where = await find_job(client, context.state(), context.need_plan())
        job = await job_actions.start(client, where.service_principal, where.job)
    yield job_status(job, where.service_principal)
