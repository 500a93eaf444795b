"""Let a paused plan go on."""

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
    """Remove the mark; a held cycle goes on, and the next one may begin."""
    set_paused(context.state(), paused=False)
    yield Done(sentence="Resumed. The next cycle may begin.")
