"""The calls that setting the plan up would make, in order; nothing is sent, nobody needs to be signed in."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from app.entra.road import planned_calls
from app.entra.whereabouts import noted
from app.entra.wish import Facts
from app.tasks.context import Context
from app.tasks.entra.wishing import wish_of
from app.tasks.entra_results import CallList, PlannedCall
from app.tasks.registry import Said


class Params(BaseModel):
    """Whether the job is to be started at the end."""

    model_config = ConfigDict(extra="forbid")

    start: bool = True


async def run(context: Context, params: Params) -> Said:
    """Work them out from the plan, with the ids that are known from an earlier run."""
    wish = wish_of(context, token=False, start=params.start)
    facts = noted(context.state(), wish.plan) if context.plan_path is not None else Facts()
    rows = [
        PlannedCall(
            step=call.step,
            title=call.title,
            method=call.method,
            path=call.path,
            body=call.body,
            why=call.why,
            changes=call.changes,
            when=call.when,
        )
        for call in planned_calls(wish, facts)
    ]
    changing = sum(row.changes for row in rows)
    yield CallList(
        rows=rows,
        sentence=f"{len(rows)} calls, {changing} of which change something. Nothing was sent.",
    )
