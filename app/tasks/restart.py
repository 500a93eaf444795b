"""Restart a plan as Microsoft Graph restarts a job: forget what the person names, and begin again."""

from __future__ import annotations

import asyncio
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from app.engine.state.restart import RESETS, expand, restart
from app.engine.state.store import Store
from app.tasks.context import Context
from app.tasks.pausing import set_paused
from app.tasks.registry import Said
from app.tasks.results import Done


class Params(BaseModel):
    """What is reset, by Graph's names; none of them is what the portal's *Restart provisioning* resets."""

    model_config = ConfigDict(extra="forbid")

    reset: list[str] = Field(default_factory=list)


async def run(context: Context, params: Params) -> Said:
    """Reset it. A paused plan goes on, as in Graph. A cycle that runs must end first."""
    yield await asyncio.to_thread(_restart, context.state(), params.reset)


def _restart(folder: Path, reset: list[str]) -> Done:
    resets = expand(reset)
    with Store.open(folder) as store:
        restart(store, resets)
        store.commit()
    set_paused(folder, paused=False)
    done = "; ".join(RESETS[each] for each in resets)
    initial = {"Watermark", "ConnectorDataStore"} & set(resets)
    kind = "an initial cycle: it looks at everybody" if initial else "an incremental one, as before"
    return Done(sentence=f"Restarted: {done}. The next cycle will be {kind}.")
