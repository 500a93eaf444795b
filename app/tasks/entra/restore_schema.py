"""Put mappings back that were saved before a run changed them."""

from __future__ import annotations

import asyncio
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from app.entra.schema import put_schema, read_schema
from app.entra.schema_file import load_schema, save_schema
from app.entra.whereabouts import find_job
from app.setup.problem import Problem
from app.tasks.context import Context
from app.tasks.entra.reaching import graph_client
from app.tasks.registry import Said
from app.tasks.results import Done


class Params(BaseModel):
    """Which file; empty means the one that was saved before this plan first changed anything."""

    model_config = ConfigDict(extra="forbid")

    path: str = ""


async def run(context: Context, params: Params) -> Said:
    """Put it back whole; what is there now is saved first."""
    plan = context.need_plan()
    async with graph_client(context) as client:
        facts = await find_job(client, context.state(), plan)
        named = params.path or facts.schema_saved
        if not named:
            raise Problem(
                "NO-SAVED-SCHEMA",
                "No mappings were saved for this plan.",
                "Rollcall has not changed any on this computer.",
                "Name the file to put back, such as one that was downloaded from the admin center.",
            )
        schema = await asyncio.to_thread(load_schema, context.here(named))
        present = await read_schema(client, facts.service_principal, facts.job)
        assert context.plan_path is not None  # state() has asked for it
        kept = await asyncio.to_thread(save_schema, present, context.plan_path)
        await put_schema(client, facts.service_principal, facts.job, schema)
    yield Done(
        sentence=f"The mappings of {Path(named).name} are back; those before are in {kept.name}. The job's "
        "next cycle is an initial one, over everybody in scope."
    )
