"""Restart the job, with what is to be forgotten first."""

from __future__ import annotations

from functools import partial

from pydantic import BaseModel, ConfigDict, Field

from app.entra import job_actions
from app.tasks.context import Context
from app.tasks.entra.steering import steer
from app.tasks.registry import Said


class Params(BaseModel):
    """Names of Graph's reset scope; empty for what the admin center's Restart resets."""

    model_config = ConfigDict(extra="forbid")

    reset: list[str] = Field(default_factory=list)


async def run(context: Context, params: Params) -> Said:
    """Do it, and tell how the job stands then."""
    yield await steer(context, partial(job_actions.restart, reset=tuple(params.reset)))
