"""How a plan stands: what it does now, its last cycles, when the next one is due."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from app.engine.clock import passed, written
from app.engine.cycle.ending import in_numbers, what_is_open
from app.engine.events import CycleEnd
from app.engine.rules.epoch import next_cycle
from app.engine.state.cycles import Standing
from app.engine.state.cycles import standing as standing_of
from app.engine.state.lock import FolderLock
from app.engine.state.quarantine import Quarantine as Kept
from app.engine.state.quarantine import quarantine_of
from app.engine.state.schema import DATABASE_FILE
from app.engine.state.staged import waiting
from app.engine.state.store import Store
from app.setup.problem import Problem
from app.tasks import convert
from app.tasks.context import Context
from app.tasks.holding import DISABLED
from app.tasks.pausing import is_paused
from app.tasks.registry import Said
from app.tasks.results import Quarantine, StatusReport

CYCLE_EVERY = timedelta(minutes=40)
"""Microsoft: incremental cycles come about every 40 minutes."""


class Params(BaseModel):
    """How many of the last cycles to tell."""

    model_config = ConfigDict(extra="forbid")

    cycles: int = Field(default=10, ge=1, le=1000)


async def run(context: Context, params: Params) -> Said:
    """Read it, in a thread; also while a cycle runs."""
    yield await asyncio.to_thread(_report, context, context.state(), params.cycles)


def _report(context: Context, folder: Path, cycles: int) -> StatusReport:
    with Store.look(folder) as store:
        standing = standing_of(store, cycles)
        quarantine = quarantine_of(store)
        # The lock is only tried where a cycle did not end: trying it could turn away one that begins now.
        began = store.db.execute("SELECT count(*) FROM cycles WHERE state = 'running'").fetchone()[0]
        report = StatusReport(
            state="idle",
            sentence="",
            users=standing.users,
            groups=standing.groups,
            escrowed=standing.escrowed,
            staged=waiting(store),
            waiting=convert.waiting(standing.waiting),
            unread=convert.unread(standing.cycles[0].unread if standing.cycles else []),
            quarantine=_told(quarantine) if quarantine else None,
            last=convert.summary(standing.cycles[0]) if standing.cycles else None,
            cycles=[convert.summary(cycle) for cycle in standing.cycles],
            **_coming(context, store),
        )
    running = bool(began) and _locked(folder)
    return report.model_copy(update=_state(folder, standing, quarantine, running=running))


def _coming(context: Context, store: Store) -> dict[str, Any]:
    """What the next cycle will be; a plan that is not whole yet says of itself what it lacks, elsewhere."""
    if context.plan is None or not context.plan.app.tenant_url:
        return {}
    try:
        coming = next_cycle(store, context.plan, context.profile(), context.tenant_url().base)
    except Problem:
        return {}
    return {"next_kind": coming.kind, "next_why": coming.why}


def _told(kept: Kept) -> Quarantine:
    return Quarantine(
        reason=kept.reason,
        code=kept.code,
        meaning=kept.meaning,
        remedy=kept.remedy,
        since=kept.since,
        disables_on=kept.disables_on,
        next_try=kept.next_try,
    )


def _state(folder: Path, standing: Standing, quarantine: Kept | None, *, running: bool) -> dict[str, str]:
    if running:
        return {"state": "running", "sentence": "A cycle is running."}
    now = datetime.now(UTC)
    if quarantine is not None and quarantine.disabled(now):
        return {"state": "disabled", "sentence": f"{DISABLED.what} {DISABLED.remedy}"}
    if is_paused(folder):
        return {"state": "paused", "sentence": "Paused. No cycle begins until you resume."}
    if quarantine is not None:
        sentence = f"In quarantine, with one try a day. {quarantine.meaning} {quarantine.remedy}".strip()
        return {"state": "quarantined", "sentence": sentence, "next_run": quarantine.due(now)}
    if not standing.cycles:
        return {"state": "never-run", "sentence": "This plan has not run yet."}
    last = standing.cycles[0]
    next_run = _next(last.ended, now)
    return {"state": "idle", "sentence": _how_it_stands(standing, last), "next_run": next_run}


def _how_it_stands(standing: Standing, last: CycleEnd) -> str:
    """What the last cycle did, and who waits by now: on-demand provisioning may have changed that since."""
    still_open = what_is_open(last.unread, standing.waiting)
    if last.state in {"succeeded", "failures"}:
        return f"{in_numbers(last.counts, dry=False)} {still_open}".rstrip()
    return last.sentence if not still_open or still_open in last.sentence else f"{last.sentence} {still_open}"


def _next(ended: str, now: datetime) -> str:
    """When the next cycle is due while Rollcall is open, as the log writes times.

    A cycle that ended by a clock which was set back since keeps nobody waiting for longer than any other.
    """
    if not ended:
        return ""
    return written(passed(ended, now) + CYCLE_EVERY)


def _locked(folder: Path) -> bool:
    if not (folder / DATABASE_FILE).exists():
        return False
    try:
        FolderLock(folder).release()
    except Problem as problem:
        if problem.code != "STATE-IN-USE":
            raise
        return True
    return False
