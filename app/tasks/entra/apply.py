"""Set the plan up in the tenant: the road, walked with whoever is signed in. Goes on where it was cut."""

from __future__ import annotations

import asyncio
from contextlib import aclosing

from pydantic import BaseModel, ConfigDict

from app.engine.state.lock import FolderLock
from app.entra import road
from app.entra.patience import Patience
from app.entra.road import RoadEvent
from app.entra.steps.step import Travel
from app.tasks.context import Context
from app.tasks.entra.leaving import LeavingCount
from app.tasks.entra.own_check import Own, disagreement, look
from app.tasks.entra.reaching import graph_client, signed_in
from app.tasks.entra.stopping import raise_stop, stopping
from app.tasks.entra.wishing import as_report, as_step, evaluate, wish_of
from app.tasks.registry import Said


class Params(BaseModel):
    """How to set it up.

    Attributes:
        resume: go on with a run that was cut.
        start: start the job at the end.
        touch_running: change a job that is running already.
        people_may_leave: take people out of scope who are provisioned so far, where the plan does so.
        own_check: ask the app from this computer first, to compare with what Microsoft finds.
        patience: seconds to wait for the tenant to come to know what was just made.
    """

    model_config = ConfigDict(extra="forbid")

    resume: bool = False
    start: bool = True
    touch_running: bool = False
    people_may_leave: bool = False
    own_check: bool = True
    patience: float = 120.0


async def run(context: Context, params: Params) -> Said:
    """Walk the road. A step that fails ends it with a report; resuming goes on from there."""
    wish = wish_of(
        context,
        start=params.start,
        touch_running=params.touch_running,
        people_may_leave=params.people_may_leave,
    )
    account = await signed_in(context)
    folder = context.state()
    with await asyncio.to_thread(FolderLock, folder):
        journal = road.open_journal(folder, wish, account.tenant, resume=params.resume)
        own: Own | None = await look(context, wish) if params.own_check else None
        async with graph_client(context, stopping(context)) as client:
            travel = Travel(client, wish, journal, Patience(total=params.patience), evaluate)
            travel.leavers = LeavingCount(client)
            async with aclosing(_walk(travel, own)) as said:
                async for item in said:
                    yield item


async def _walk(travel: Travel, own: Own | None) -> Said:
    async with aclosing(road.apply(travel)) as said:
        async for item in said:
            if not isinstance(item, RoadEvent):
                raise_stop(item)
                yield as_report(item, travel.facts)
                continue
            yield as_step(item)
            if own is not None and item.step == "connection" and item.state in {"done", "failed"}:
                notice = disagreement(own, item)
                if notice is not None:
                    yield notice
