"""Pause a plan: no cycle begins until it is resumed, and a running one holds."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from app.tasks.context import Context
from app.tasks.pausing import set_paused
from app.tasks.registry import Said
from app.tasks.results import Done


class Params(BaseModel):
    """The plan of the request is meant."""

    model_config = ConfigDict(extra="forbid")


async def run(context: Context, params: Params) -> Said:
    """Set the mark that running cycles and later ones heed."""
    set_paused(context.state(), paused=True)
    yield Done(sentence="Paused. No cycle begins until you resume.")
