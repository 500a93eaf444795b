"""Start the practice tenant, and the practice app beside it. A second start makes new, empty ones."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from app.entra.road_journal import FILE as ROAD
from app.practice.app import PracticeApp
from app.practice.tenant.process import PracticeTenant
from app.setup.plan import Place
from app.tasks import practising
from app.tasks.context import Context
from app.tasks.entra_results import PracticeTenantReady
from app.tasks.events import Progress
from app.tasks.registry import Said


class Params(BaseModel):
    """How strict the app is: ``tolerant`` takes all that Entra sends, ``strict`` what the RFC allows."""

    model_config = ConfigDict(extra="forbid")

    policy: Literal["tolerant", "strict"] = "tolerant"


async def run(context: Context, params: Params) -> Said:
    """Start both; they end with this process. The app's token is kept for this session."""
    yield Progress(text="Starting the practice tenant")
    shared = context.shared
    async with shared.starting:
        if shared.tenant is not None:
            await asyncio.to_thread(shared.tenant.stop)
            shared.tenant = None
        starting = asyncio.ensure_future(asyncio.to_thread(PracticeTenant.start))
        try:
            # A cancel must not lose sight of a process that is about to run: it is waited for, and ended.
            shared.tenant = await asyncio.shield(starting)
        except asyncio.CancelledError:
            (await starting).stop()
            raise
    practice = await practising.start(context, params.policy)
    # A plan that only reads people there has an app of its own, and remembers what it did in that.
    own_app = context.plan is not None and context.plan.run.where == Place.THIS_COMPUTER
    if context.plan_path is not None and not own_app:
        await asyncio.to_thread(_begin_anew, context.state(), practice)
    yield PracticeTenantReady(graph=shared.tenant.graph_url, tenant_url=practice.tenant_url)


def _begin_anew(folder: Path, practice: PracticeApp) -> None:
    """Forget what was set up in the practice tenant of the last time: it is gone, and so is its app."""
    practising.begin_anew(folder, practice)
    (folder / ROAD).unlink(missing_ok=True)
