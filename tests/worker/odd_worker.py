"""A worker process with tasks that no good task is like, for tests of the process itself."""

from __future__ import annotations

import asyncio
import sys
import time
from types import ModuleType
from typing import Literal

from pydantic import BaseModel

from app.tasks.context import Context
from app.tasks.events import Entry, Progress
from app.tasks.registry import TASKS, Said, Task
from app.tasks.results import Done
from app.worker import process


class Params(BaseModel):
    count: int = 0
    text: str = ""


async def boom(context: Context, params: Params) -> Said:
    yield Progress(text="about to fail")
    raise RuntimeError(f"nobody foresaw this: {params.text}")


async def compute(context: Context, params: Params) -> Said:
    """Computes for ever, with check-points."""
    yield Progress(text="computing")
    while True:
        sum(range(1000))
        await context.breathe()


async def stuck(context: Context, params: Params) -> Said:
    """Computes for ever, without."""
    yield Progress(text="stuck")
    while True:
        time.sleep(0.01)  # noqa: ASYNC251 - that is the point


async def gated(context: Context, params: Params) -> Said:
    """Counts as long as it may; ends in good order when told to stop."""
    count = 0
    while await context.control.gate():
        count += 1
        yield Progress(text="counting", done=count)
        await asyncio.sleep(0.02)
    yield Done(sentence=f"stopped at {count}")


async def progress(context: Context, params: Params) -> Said:
    for number in range(1, params.count + 1):
        yield Progress(text="going", done=number)
        await asyncio.sleep(0.001)
    yield Done()


async def entries(context: Context, params: Params) -> Said:
    for number in range(params.count):
        failed = number == params.count - 1
        yield Entry(
            action="create",
            status="failure" if failed else "success",
            name=f"person {number}",
            reason=params.text,
            cycle=1,
        )
        await context.breathe()
    yield Done()


async def planned(context: Context, params: Params) -> Said:
    for number in range(params.count):
        status: Literal["planned", "skipped"] = "skipped" if number % 2 else "planned"
        yield Entry(action="create", status=status, name=f"person {number}", reason="x" * 500)
    yield Done()


async def last_progress(context: Context, params: Params) -> Said:
    """Says something at once after something else, and then nothing for long."""
    yield Progress(text="first")
    yield Progress(text="second")
    await asyncio.sleep(60)
    yield Done()


async def noisy(context: Context, params: Params) -> Said:
    print("not a message")
    sys.stdout.flush()
    yield Done(sentence="said")


async def modules(context: Context, params: Params) -> Said:
    names = ("PySide6", "qtawesome", "app.engine.cycle.cycle", "aiohttp", "lark")
    yield Done(sentence=" ".join(name for name in names if name in sys.modules))


async def endless(context: Context, params: Params) -> Said:
    yield Progress(text="nothing to end with")


def register() -> None:
    for run in (
        boom, compute, stuck, gated, progress, entries, planned, last_progress, noisy, modules, endless
    ):  # fmt: skip
        name = run.__name__.replace("_", "-")
        module = ModuleType(f"odd_{run.__name__}")
        module.Params = Params  # type: ignore[attr-defined]
        module.run = run  # type: ignore[attr-defined]
        sys.modules[module.__name__] = module
        TASKS[name] = Task(name, module.__name__, ends_itself=name == "gated")


if __name__ == "__main__":
    register()
    sys.exit(process.main())
