"""Tell what has the system run the plan's cycles."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from app.schedule.installing import show, this_system
from app.tasks.context import Context
from app.tasks.registry import Said
from app.tasks.scheduling import plan_file, report


class Params(BaseModel):
    """Nothing to choose: the plan's file says it all."""

    model_config = ConfigDict(extra="forbid")


async def run(context: Context, params: Params) -> Said:
    """Read the files."""
    found = await show(plan_file(context), this_system())
    if not found.installed:
        yield report(found, "Nothing is scheduled for this plan.")
        return
    every = "minute" if found.minutes == 1 else f"{found.minutes:,} minutes"
    yield report(found, f"A cycle of this plan runs every {every}. {found.hint}")
