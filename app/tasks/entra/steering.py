"""Does something to the plan's job, and tells how it stands then."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeAlias

from app.entra.graph import GraphClient
from app.entra.job import JobStanding
from app.entra.whereabouts import find_job
from app.tasks.context import Context
from app.tasks.entra.job_shown import job_status
from app.tasks.entra.reaching import graph_client, signed_in
from app.tasks.entra_results import JobStatus

Action: TypeAlias = Callable[[GraphClient, str, str], Awaitable[JobStanding]]
"""What is done, given client, service principal and job."""


async def steer(context: Context, action: Action) -> JobStatus:
    """Do it.

    Raises:
        Problem: nobody is signed in, nothing is set up, or Graph refused it.
    """
    await signed_in(context)
    async with graph_client(context) as client:
        where = await find_job(client, context.state(), context.need_plan())
        job = await action(client, where.service_principal, where.job)
    return job_status(job, where.service_principal)
