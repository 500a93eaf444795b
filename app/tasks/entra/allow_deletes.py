"""Have what the accidental deletion guard holds back carried out."""

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
    yield await steer(context, job_actions.allow_deletes)
