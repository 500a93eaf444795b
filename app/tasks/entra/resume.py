"""Let a paused job go on where it stopped; takes it out of quarantine. A running one is left alone."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from app.entra import job_actions
from app.tasks.context import Context
from app.tasks.entra.steering import steer
from app.tasks.registry import Said


class Params(BaseModel):
    """The plan says which job."""

    model_config = ConfigDict(extra="forbid")


async def run(context: Context, params: Params) -> Said:
    """Do it, and tell how the job stands then."""
    yield await steer(context, job_actions.start)
