"""One cycle: users, then groups, then memberships are brought in step with the directory."""

from __future__ import annotations

import asyncio
from contextlib import aclosing, suppress
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from app.engine.cycle.cycle import Cycle
from app.engine.events import CycleEnd
from app.engine.state.store import Store
from app.setup.problem import Problem
from app.tasks import convert
from app.tasks.after_cycle import after
from app.tasks.context import Context
from app.tasks.events import Notice
from app.tasks.holding import hold
from app.tasks.mailing import tell_of_problem
from app.tasks.pausing import heed, is_paused
from app.tasks.registry import Said
from app.tasks.results import CycleSummary
from app.tasks.target import Target, aim


class Params(BaseModel):
    """The plan says it all. ``scheduled``: nobody asked for this cycle, so that quarantine puts it off."""

    model_config = ConfigDict(extra="forbid")

    scheduled: bool = False


async def run(context: Context, params: Params) -> Said:
    """Run it, heeding the request's control and the plan's pause mark."""
    folder = context.state()
    if is_paused(folder):
        raise Problem(
            "PLAN-PAUSED",
            "This plan is paused.",
            "Somebody paused it in the monitor.",
            "Open the monitor and choose Resume, then run it again.",
        )
    try:
        if held := await asyncio.to_thread(hold, folder, scheduled=params.scheduled):
            yield Notice(level="warning", code="QUARANTINE-WAITS", text=held)
            yield CycleSummary(kind="incremental", state="stopped", sentence=held)
            return
        async with aclosing(_run(context, folder)) as said:
            async for item in said:
                yield item
    except Problem as problem:
        # What happens within a cycle is part of its end; this one could not begin.
        for notice in await tell_of_problem(context, context.need_plan(), folder, problem):
            yield notice
        raise


async def _run(context: Context, folder: Path) -> Said:
    target = await aim(context)
    for notice in target.notices:
        yield notice
    watch = asyncio.create_task(heed(folder, context.control))
    try:
        with Store.open(folder) as store:
            async with aclosing(_cycle(context, target, store)) as said:
                async for item in said:
                    yield item
    finally:
        watch.cancel()
        with suppress(asyncio.CancelledError):
            await watch


async def _cycle(context: Context, target: Target, store: Store) -> Said:
    async with target.client() as client:
        cycle = Cycle(target.plan, target.profile, target.directory, client, store, context.control)
        async with aclosing(cycle.run()) as events:
            async for event in events:
                if isinstance(event, CycleEnd):
                    async with aclosing(after(context, target, store, client, event)) as more:
                        async for item in more:
                            yield item
                for told in convert.told(event):
                    yield told
