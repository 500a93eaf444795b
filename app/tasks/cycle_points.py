"""The last cycles as points of the monitor's plot: people by action."""

from __future__ import annotations

import asyncio
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from app.engine.state.cycles import last_cycles
from app.engine.state.store import Store
from app.tasks.context import Context
from app.tasks.engine_results import CyclePoint, CyclePoints
from app.tasks.registry import Said


class Params(BaseModel):
    """How many of the last cycles."""

    model_config = ConfigDict(extra="forbid")

    limit: int = Field(default=50, ge=1, le=1000)


async def run(context: Context, params: Params) -> Said:
    """Read them, in a thread; also while a cycle runs."""
    yield await asyncio.to_thread(_points, context.state(), params.limit)


def _points(folder: Path, limit: int) -> CyclePoints:
    with Store.look(folder) as store:
        cycles = last_cycles(store, limit)
    return CyclePoints(
        points=[
            CyclePoint(cycle=each.cycle, began=each.began, kind=each.kind, counts=each.counts)
            for each in reversed(cycles)
        ]
    )
