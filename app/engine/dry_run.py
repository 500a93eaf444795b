"""A dry run: the same cycle on a copy of the state, with an app that is only read."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from pathlib import Path

from app.engine.control import Control
from app.engine.cycle.cycle import Cycle
from app.engine.events import CycleEvent
from app.engine.state import schema
from app.engine.state.store import Store
from app.people.record import Directory
from app.scim.client import ScimClient
from app.setup.plan import SetupPlan
from app.setup.profile import AppProfile


async def dry_run(
    plan: SetupPlan,
    profile: AppProfile,
    directory: Directory,
    client: ScimClient,
    store: Store | None,
    control: Control,
) -> AsyncGenerator[CycleEvent, None]:
    """Tell who would be created, updated, disabled and deleted. Only GETs are sent, and nothing is kept.

    Args:
        store: the plan's state, open for reading or for work; None for a plan that never ran.
    """
    copy = store.rehearsal() if store is not None else _empty()
    with copy:
        cycle = Cycle(plan, profile, directory, client, copy, control, dry=True)
        async with aclosing(cycle.run()) as events:
            async for event in events:
                yield event


def _empty() -> Store:
    db = schema.passing()
    return Store(Path(), db, db, None)
