"""Start the practice app and write its sample people. A second start makes a new, empty one."""

from __future__ import annotations

import asyncio
from typing import Literal

from pydantic import BaseModel, ConfigDict

from app.tasks import practising
from app.tasks.context import Context
from app.tasks.events import Progress
from app.tasks.registry import Said
from app.tasks.results import PracticeReady


class Params(BaseModel):
    """How strict it is: ``tolerant`` takes all that Microsoft Entra sends, ``strict`` what the RFC allows."""

    model_config = ConfigDict(extra="forbid")

    policy: Literal["tolerant", "strict"] = "tolerant"


async def run(context: Context, params: Params) -> Said:
    """Start it, keep its token for this session, and empty the state of the request's plan."""
    yield Progress(text="Starting the practice app")
    practice = await practising.start(context, params.policy)
    if context.plan_path is not None:
        await asyncio.to_thread(practising.begin_anew, context.state(), practice)
    files = await asyncio.to_thread(practising.sample_people)
    yield PracticeReady(
        tenant_url=practice.tenant_url, users_file=str(files.users), groups_file=str(files.groups)
    )
