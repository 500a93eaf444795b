"""How a plan stands: what it does now, its last cycles, when the next one is due."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from app.engine.state.lock import FolderLock
from app.engine.state.schema import DATABASE_FILE
from app.engine.state.store import Standing, Store
from app.setup.problem import Problem
from app.tasks import convert
from app.tasks.context import Context
from app.tasks.pausing import is_paused
from app.tasks.registry import Said
from app.tasks.results import StatusReport

CYCLE_EVERY = timedelta(minutes=40)
"""Microsoft: incremental cycles come about every 40 minutes."""


class Params(BaseModel):
    """How many of the last cycles to tell."""

    model_config = ConfigDict(extra="forbid")

    cycles: int = Field(default=10, ge=1, le=1000)


async def run(context: Context, params: Params) -> Said:
    """Read it, in a thread; also while a cycle runs."""
    yield await asyncio.to_thread(_report, context.state(), params.cycles)


def _report(folder: Path, cycles: int) -> StatusReport:
    with Store.look(folder) as store:
        standing = store.status(cycles)
        # The lock is only tried where a cycle did not end: trying it could turn away one that begins now.
        began = store.db.execute("SELECT count(*) FROM cycles WHERE state = 'running'").fetchone()[0]
    report = StatusReport(
        state="idle",
        sentence="",
        users=standing.users,
        groups=standing.groups,
        escrowed=standing.escrowed,
        last=convert.summary(standing.cycles[0]) if standing.cycles else None,
        cycles=[convert.summary(cycle) for cycle in standing.cycles],
    )
    return report.model_copy(update=_state(folder, standing, running=bool(began) and _locked(folder)))


def _state(folder: Path, standing: Standing, *, running: bool) -> dict[str, str]:
    if running:
        return {"state": "running", "sentence": "A cycle is running."}
    if is_paused(folder):
        return {"state": "paused", "sentence": "Paused. No cycle begins until you resume."}
    if standing.quarantine:
        return {"state": "quarantined", "sentence": standing.quarantine}
    if not standing.cycles:
        return {"state": "never-run", "sentence": "This plan has not run yet."}
    last = standing.cycles[0]
    next_run = _next(last.ended)
    return {"state": "idle", "sentence": last.sentence, "next_run": next_run}


def _next(ended: str) -> str:
    """When the next cycle is due while Rollcall is open, as the log writes times."""
    if not ended:
        return ""
    due = datetime.fromisoformat(ended.replace("Z", "+00:00")) + CYCLE_EVERY
    return due.isoformat(timespec="milliseconds").replace("+00:00", "Z")


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
