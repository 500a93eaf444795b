"""What follows a cycle in the same run: comparing when it is due, and mail. None of it can spoil it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

from app.engine.drift.kept import is_due
from app.engine.drift.rows import Comparison
from app.engine.events import CycleEnd
from app.engine.state.store import Store
from app.scim.client import ScimClient
from app.setup.problem import Problem
from app.tasks import convert
from app.tasks.context import Context
from app.tasks.drift import compared, in_words
from app.tasks.events import Event, Notice
from app.tasks.mailing import tell_of_end
from app.tasks.target import Target


async def after(
    context: Context, target: Target, store: Store, client: ScimClient, end: CycleEnd
) -> AsyncGenerator[Event, None]:
    """Do what is due after a cycle that ended so; what goes wrong is told in a notice."""
    if end.state in {"succeeded", "failures"}:
        async with aclosing(_compare(context, target, store, client)) as said:
            async for event in said:
                yield event
    for notice in await tell_of_end(context, target.plan, store, end):
        yield notice


async def _compare(
    context: Context, target: Target, store: Store, client: ScimClient
) -> AsyncGenerator[Event, None]:
    """Compare the app with what should be there, when the plan's own pace asks for it."""
    if not await asyncio.to_thread(is_due, store.folder, target.plan.safety.compare_every_days):
        return
    try:
        async with aclosing(compared(context, target, store, client)) as said:
            async for item in said:
                if isinstance(item, Comparison):
                    yield _told(item)
                else:
                    yield convert.progress(item)
    except Problem as problem:
        yield Notice(level="warning", code=problem.code, text=f"The comparison did not end: {problem}")


def _told(found: Comparison) -> Notice:
    if not found.total and not found.unread:
        return Notice(code="COMPARED", text=in_words(found))
    text = f"{in_words(found)} Look at them in the monitor, or with rollcall drift, and repair them there."
    return Notice(level="warning", code="DRIFT", text=text)
