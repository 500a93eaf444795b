"""Allow or reject what the deletion guard holds back, one by one or all of it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from app.engine.state.staged import decide
from app.engine.state.store import Store
from app.tasks.context import Context
from app.tasks.registry import Said
from app.tasks.results import Done


class Params(BaseModel):
    """What is decided: ids as ``staged`` lists them; ``all`` is about everybody else in the list."""

    model_config = ConfigDict(extra="forbid")

    allow: list[str] = Field(default_factory=list)
    reject: list[str] = Field(default_factory=list)
    all: Literal["", "allow", "reject"] = ""


async def run(context: Context, params: Params) -> Said:
    """Write the decision down, also while a cycle runs: it is heeded by the next one."""
    yield await asyncio.to_thread(_decide, context.state(), params)


def _decide(folder: Path, params: Params) -> Done:
    with Store.beside(folder) as store:
        allowed, rejected = decide(store, params.allow, params.reject, params.all)
        store.commit()
    parts = []
    if allowed:
        parts.append(f"{allowed:,} allowed: the next cycle sends them.")
    if rejected:
        parts.append(f"{rejected:,} rejected: they keep their access until you decide anew.")
    return Done(sentence=" ".join(parts) or "There was nothing to decide.")
