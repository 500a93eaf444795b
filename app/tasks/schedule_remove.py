"""Take away what has the system run the plan's cycles; and nothing that Rollcall did not write."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from app.schedule.installing import remove, this_system
from app.tasks.context import Context
from app.tasks.events import Notice
from app.tasks.registry import Said
from app.tasks.scheduling import plan_file, report


class Params(BaseModel):
    """Nothing to choose: the plan's file says it all."""

    model_config = ConfigDict(extra="forbid")


async def run(context: Context, params: Params) -> Said:
    """Remove it; nothing to remove is no failure."""
    gone = await remove(plan_file(context), this_system())
    for fault in gone.faults:
        yield Notice(level="warning", code="SCHEDULE-COMMAND", text=f"{fault}. The files are removed.")
    yield report(
        gone, "The system runs this plan no more." if gone.files else "Nothing was scheduled for this plan."
    )
