"""Remove somebody's assignment to the app."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from app.entra.assignments import remove
from app.entra.whereabouts import find_job
from app.tasks.context import Context
from app.tasks.entra.reaching import graph_client
from app.tasks.registry import Said
from app.tasks.results import Done


class Params(BaseModel):
    """Which assignment, by the id that ``entra-assigned`` gives."""

    model_config = ConfigDict(extra="forbid")

    id: str


async def run(context: Context, params: Params) -> Said:
    """Remove it. The next cycle disables the account, unless they are assigned in another way too."""
    async with graph_client(context) as client:
        facts = await find_job(client, context.state(), context.need_plan())
        there = await remove(client, facts.service_principal, params.id)
    yield Done(
        sentence="Removed. The next cycle disables the account in the app, unless the person is assigned by "
        "a group too."
        if there
        else "It was removed already."
    )
