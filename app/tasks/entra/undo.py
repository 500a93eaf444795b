"""Take back what setting the plan up made in the tenant, newest first."""

from __future__ import annotations

import asyncio
from contextlib import aclosing

from pydantic import BaseModel, ConfigDict

from app.engine.state.lock import FolderLock
from app.entra import road
from app.entra.patience import Patience
from app.entra.road import RoadEvent
from app.entra.road_journal import Journal
from app.entra.steps.step import Travel
from app.setup.problem import Problem
from app.tasks.context import Context
from app.tasks.entra.reaching import graph_client, signed_in
from app.tasks.entra.stopping import raise_stop, stopping
from app.tasks.entra.wishing import as_report, as_step, wish_of
from app.tasks.registry import Said


class Params(BaseModel):
    """How long to wait, in seconds, for the tenant to come to know what was removed."""

    model_config = ConfigDict(extra="forbid")

    patience: float = 120.0


async def run(context: Context, params: Params) -> Said:
    """Take it back. What this plan did not make stays as it is."""
    wish = wish_of(context, token=False)
    account = await signed_in(context)
    folder = context.state()
    with await asyncio.to_thread(FolderLock, folder):
        journal = await asyncio.to_thread(Journal.read, folder)
        if journal is None or journal.state == "undone":
            raise Problem(
                "NOTHING-TO-UNDO",
                "This plan has set nothing up in a tenant from this computer.",
                "It was never applied here, or was taken back already.",
                "Look in the admin center if you expected something there.",
            )
        if journal.choice.get("tenant") not in {"", account.tenant} and account.tenant:
            raise Problem(
                "OTHER-TENANT",
                "You are signed in to another tenant than the one this plan was set up in.",
                f"It was set up in {journal.choice['tenant']}, and you are in {account.tenant}.",
                "Sign in to that tenant, then choose Undo once more.",
            )
        async with graph_client(context, stopping(context)) as client:
            travel = Travel(client, wish, journal, Patience(total=params.patience))
            async with aclosing(road.undo(travel)) as said:
                async for item in said:
                    if isinstance(item, RoadEvent):
                        yield as_step(item)
                    else:
                        raise_stop(item)
                        yield as_report(item, journal.facts)
