"""Restart the job, with what is to be forgotten first."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from app.entra import job_actions
from app.entra.whereabouts import find_job
from app.tasks.context import Context
from app.tasks.entra.job_shown import job_status
from app.tasks.entra.reaching import graph_client, signed_in
from app.tasks.registry import Said


class Params(BaseModel):
    """Names of Graph's reset scope; empty for what the admin center's Restart resets."""

    model_config = ConfigDict(extra="forbid")

    reset: list[str] = Field(default_factory=list)


async def run(context: Context, params: Params) -> Said:
    """Do it, and tell how the job stands then."""
    await signed_in(context)
    async with graph_client(context) as client:
        where = await find_job(client, context.state(), context.need_plan())
        job = await job_actions.restart(client, where.service_principal, where.job, tuple(params.reset))
    yield job_status(job, where.service_principal)
