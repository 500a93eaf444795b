"""What the deletion guard holds back, for a person to look at."""

from __future__ import annotations

import asyncio
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from app.engine.state.staged import staged
from app.engine.state.store import Store
from app.tasks.context import Context
from app.tasks.engine_results import StagedDeletion, StagedDeletions
from app.tasks.registry import Said


class Params(BaseModel):
    """The plan of the request is meant."""

    model_config = ConfigDict(extra="forbid")


async def run(context: Context, params: Params) -> Said:
    """Read it, in a thread; also while a cycle runs."""
    yield await asyncio.to_thread(_list, context.state())


def _list(folder: Path) -> StagedDeletions:
    with Store.look(folder) as store:
        held = staged(store)
    rows = [
        StagedDeletion(
            id=each.id,
            kind=each.kind,
            name=each.name,
            action=each.action,
            reason=each.reason,
            since=each.since,
            decision=each.decision,
        )
        for each in held
    ]
    return StagedDeletions(rows=rows, sentence=_sentence(rows))


def _sentence(rows: list[StagedDeletion]) -> str:
    if not rows:
        return "The deletion guard holds nothing back."
    parts = {
        "wait for a decision": sum(row.decision == "" for row in rows),
        "are allowed and go with the next cycle": sum(row.decision == "allow" for row in rows),
        "are rejected and stay as they are": sum(row.decision == "reject" for row in rows),
    }
    told = ", ".join(f"{count:,} {words}" for words, count in parts.items() if count)
    return f"Of {len(rows):,} people and groups that are held back, {told}."
