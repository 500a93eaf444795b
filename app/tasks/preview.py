"""A dry run: who would be created, updated, disabled or deleted. Only reads are sent."""

from __future__ import annotations

from collections import Counter
from contextlib import aclosing

from pydantic import BaseModel, ConfigDict, Field

from app.engine.dry_run import dry_run
from app.engine.events import LogEntry
from app.engine.rules.epoch import next_cycle
from app.engine.state.store import Store
from app.tasks import convert
from app.tasks.context import Context
from app.tasks.events import Notice
from app.tasks.registry import Said
from app.tasks.target import Target, aim


class Params(BaseModel):
    """How much to tell.

    Attributes:
        entries: the most rows told of each action and status, so that a window is not flooded; 0 means all.
            The summary always counts all.
    """

    model_config = ConfigDict(extra="forbid")

    entries: int = Field(default=200, ge=0)


async def run(context: Context, params: Params) -> Said:
    """Run it on a copy of the plan's state; a plan that is not saved yet has none, and is judged without."""
    target = await aim(context)
    for notice in target.notices:
        yield notice
    if context.plan_path is None:
        async with aclosing(_rehearse(context, params, target, None)) as said:
            async for item in said:
                yield item
        return
    with Store.look(context.state()) as store:
        coming = next_cycle(store, target.plan, target.profile, target.url.base)
        if coming.kind == "initial":
            text = f"The next cycle will be an initial one, which looks at everybody. {coming.why}"
            yield Notice(code="INITIAL-CYCLE", text=text)
        async with aclosing(_rehearse(context, params, target, store)) as said:
            async for item in said:
                yield item


async def _rehearse(context: Context, params: Params, target: Target, store: Store | None) -> Said:
    told: Counter[tuple[str, str]] = Counter()
    async with target.client() as client:
        events = dry_run(target.plan, target.profile, target.directory, client, store, context.control)
        async with aclosing(events):
            async for event in events:
                if isinstance(event, LogEntry):
                    kind = (event.action, event.status)
                    told[kind] += 1
                    if params.entries and told[kind] > params.entries:
                        continue
                for item in convert.told(event):
                    yield item
