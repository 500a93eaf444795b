"""The practice app of this process: started when first needed, ended with the process.

What it holds is gone when it ends. A plan's state that speaks of an older one would make the engine look for
people who are no longer there, so a new practice app always begins with an empty state.
"""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

from app.engine.state.lock import FolderLock
from app.engine.state.schema import DATABASE_FILE
from app.practice.app import Policy, PracticeApp
from app.practice.people import SampleFiles, write_people
from app.setup.folders import data_folder
from app.setup.tenant_url import TenantUrl
from app.tasks.context import Context

_MARK = "practice-app"


async def start(context: Context, policy: Policy) -> PracticeApp:
    """Start a practice app in place of the one that runs, and keep its token for this session."""
    shared = context.shared
    async with shared.starting:
        if shared.practice is not None:
            await asyncio.to_thread(shared.practice.stop)
            shared.practice = None
        starting = asyncio.ensure_future(asyncio.to_thread(PracticeApp.start, policy))
        try:
            # A cancel must not lose sight of a process that is about to run: it is waited for, and ended.
            practice = await asyncio.shield(starting)
        except asyncio.CancelledError:
            (await starting).stop()
            raise
        shared.practice = practice
        context.tokens.remember(TenantUrl.parse(practice.tenant_url), practice.token)
    return practice


async def current(context: Context, url: TenantUrl | None) -> PracticeApp | None:
    """The running practice app a plan means, None when it means a server that somebody else runs.

    Started when there is none yet.
    """
    practice = context.shared.practice
    if practice is not None and practice.running:
        return practice
    if practice is None and url is not None and context.tokens.get(url) is not None:
        return None
    return await start(context, practice.policy if practice is not None else "tolerant")


def sample_people() -> SampleFiles:
    """Write the sample people into the data folder, as they were made."""
    return write_people(data_folder() / "practice")


def begin_anew(folder: Path, practice: PracticeApp) -> bool:
    """Empty a plan's state folder when it speaks of another practice app; says whether it did.

    Raises:
        Problem: a cycle of this plan is running.
    """
    mark = folder / _MARK
    if mark.exists() and mark.read_text(encoding="ascii") == practice.instance:
        return False
    lock = FolderLock(folder)
    try:
        for name in (f"{DATABASE_FILE}-wal", f"{DATABASE_FILE}-shm", DATABASE_FILE):
            _remove(folder / name)
        mark.write_text(practice.instance, encoding="ascii")
    finally:
        lock.release()
    return True


def _remove(path: Path) -> None:
    # Windows refuses while somebody reads; a reader of ours is done within milliseconds.
    for _ in range(20):
        try:
            path.unlink(missing_ok=True)
        except PermissionError:
            time.sleep(0.05)
        else:
            return
    path.unlink(missing_ok=True)
