"""Repairs what the last comparison found, by the engine's own way of writing; the deletion guard counts."""

from __future__ import annotations

import asyncio
from contextlib import aclosing, suppress

from pydantic import BaseModel, ConfigDict, Field

from app.engine.drift.kept import last_comparison
from app.engine.drift.repair import choose_rows, repair
from app.engine.state.store import Store
from app.tasks import convert
from app.tasks.context import Context
from app.tasks.pausing import heed
from app.tasks.registry import Said
from app.tasks.target import aim


class Params(BaseModel):
    """Which rows, by their ids; or all that the last comparison found."""

    model_config = ConfigDict(extra="forbid")

    ids: list[str] = Field(default_factory=list)
    all: bool = False


async def run(context: Context, params: Params) -> Said:
    """Repair them; each is judged and read from the app once more before anything is sent."""
    folder = context.state()
    comparison = await asyncio.to_thread(last_comparison, folder)
    rows = choose_rows(comparison, params.ids, everything=params.all)
    target = await aim(context)
    for notice in target.notices:
        yield notice
    watch = asyncio.create_task(heed(folder, context.control))
    try:
        with Store.open(folder) as store:
            async with target.client() as client:
                parts = (target.plan, target.profile, target.directory, client, store, context.control, rows)
                async with aclosing(repair(*parts)) as events:
                    async for event in events:
                        for item in convert.told(event):
                            yield item
    finally:
        watch.cancel()
        with suppress(asyncio.CancelledError):
            await watch
