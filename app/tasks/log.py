"""Part of the provisioning log, filtered, searched and sorted."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from app.engine.state.log import LogFilter
from app.engine.state.store import Store
from app.tasks import convert
from app.tasks.context import Context
from app.tasks.registry import Said
from app.tasks.results import LogPage


class Params(BaseModel):
    """Which part.

    Attributes:
        status: only rows with this status; empty means any.
        action: only rows with this action; empty means any.
        user: text anywhere in the name.
        cycle: only rows of this cycle; 0 means any.
        sort: the column to sort by.
    """

    model_config = ConfigDict(extra="forbid")

    status: str = ""
    action: str = ""
    user: str = ""
    cycle: int = Field(default=0, ge=0)
    sort: Literal["time", "name", "action", "status", "cycle"] = "time"
    descending: bool = True
    offset: int = Field(default=0, ge=0)
    limit: int = Field(default=100, ge=1, le=5000)


async def run(context: Context, params: Params) -> Said:
    """Ask the log, in a thread: a search in a million rows must not hold the other requests up."""
    yield await asyncio.to_thread(_page, context.state(), params)


def _page(folder: Path, params: Params) -> LogPage:
    wanted = LogFilter(params.status, params.action, params.user, params.cycle)
    with Store.look(folder) as store:
        found = store.log_page(
            wanted,
            sort=params.sort,
            descending=params.descending,
            offset=params.offset,
            limit=params.limit,
        )
    return LogPage(rows=[convert.entry(row) for row in found.rows], total=found.total, more=found.more)
