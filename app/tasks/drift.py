"""Drift: the app compared with what should be there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

from pydantic import BaseModel, ConfigDict, Field

from app.engine.cycle.ending import what_is_open
from app.engine.cycle.opening import doubt_in_words
from app.engine.drift.compare import compare
from app.engine.drift.kept import keep, last_comparison
from app.engine.drift.repair import choose_rows
from app.engine.drift.rows import Comparison
from app.engine.events import CycleProgress
from app.engine.state.store import Store
from app.scim.client import ScimClient
from app.tasks import convert
from app.tasks.context import Context
from app.tasks.engine_results import DriftReport, DriftRow
from app.tasks.registry import Said
from app.tasks.target import Target, aim


class Params(BaseModel):
    """How much to tell.

    Attributes:
        rows: the most rows told; all are counted.
        last: tell the comparison made last, and compare nothing.
    """

    model_config = ConfigDict(extra="forbid")

    rows: int = Field(default=1000, ge=1, le=10_000)
    last: bool = False


async def run(context: Context, params: Params) -> Said:
    """Compare, and keep what was found for a repair. Nothing is sent but GETs."""
    if params.last:
        comparison = await asyncio.to_thread(last_comparison, context.state())
        choose_rows(comparison, [], everything=True)  # refuses where there is none
        yield report(comparison or Comparison(), params.rows)
        return
    target = await aim(context)
    for notice in target.notices:
        yield notice
    with Store.open(context.state()) as store:
        async with target.client() as client, aclosing(compared(context, target, store, client)) as said:
            async for item in said:
                yield convert.progress(item) if isinstance(item, CycleProgress) else report(item, params.rows)


async def compared(
    context: Context, target: Target, store: Store, client: ScimClient
) -> AsyncGenerator[CycleProgress | Comparison, None]:
    """Compare under a lock that is held already; the last item is the comparison, which is kept."""
    events = compare(target.plan, target.profile, target.directory, client, store, context.control)
    async with aclosing(events) as said:
        async for item in said:
            if isinstance(item, Comparison):
                await asyncio.to_thread(keep, store.folder, item)
            yield item


def report(found: Comparison, rows: int) -> DriftReport:
    """A comparison as it is told."""
    return DriftReport(
        compared=found.compared,
        rows=[
            DriftRow(
                id=row.id, kind=row.kind, name=row.name, what=row.what, changes=convert.changes(row.changes)
            )
            for row in found.rows[:rows]
        ],
        sentence=in_words(found),
        total=found.total,
        failures=found.failures,
        requests=found.requests,
        seconds=found.seconds,
        at=found.at,
        listed=found.listed,
        unread=convert.unread(found.unread),
    )


def in_words(found: Comparison) -> str:
    """A comparison in one or two sentences."""
    people = f"{found.compared:,} object{'' if found.compared == 1 else 's'} compared"
    if not found.total and found.unread:
        text = f"{people}: no difference was found."
    elif not found.total:
        text = f"{people}: all are as they should be."
    elif found.total == 1:
        text = f"{people}: 1 is not as it should be."
    else:
        text = f"{people}: {found.total:,} are not as they should be."
    if found.failures:
        text += f" {found.failures:,} could not be compared; the provisioning log of a cycle says why."
    if found.unread:
        text += f" {what_is_open(found.unread, [])} What they ask for is not known."
    if found.list_doubt:
        text += f" {doubt_in_words(found.list_doubt)}"
    return text
