"""Have this computer's system run the plan's cycles by itself."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from app.schedule.installing import install, this_system
from app.tasks.context import Context
from app.tasks.events import Notice
from app.tasks.registry import Said
from app.tasks.scheduling import job_of, report


class Params(BaseModel):
    """How often, in minutes. Entra's own pace is 40."""

    model_config = ConfigDict(extra="forbid")

    every: int = 40


async def run(context: Context, params: Params) -> Said:
    """Write the files, have them heeded, and tell what was written."""
    system = this_system()
    made = await install(job_of(context, params.every), system)
    for fault in made.faults:
        text = f"{fault}. The files are written; run the command yourself when you are signed in."
        yield Notice(level="warning", code="SCHEDULE-COMMAND", text=text)
    every = "minute" if made.minutes == 1 else f"{made.minutes:,} minutes"
    sentence = f"A cycle of this plan runs every {every}. {made.hint}"
    if context.tokens.where == "memory":
        text = f"A scheduled run finds no secret token: {context.tokens.why_memory}"
        yield Notice(level="warning", code="TOKEN-MISSING", text=text)
    yield report(made, sentence)
