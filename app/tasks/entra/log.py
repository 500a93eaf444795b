"""Part of the provisioning log of Microsoft's service, with the four tabs of each row."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from app.entra.graph import GraphClient
from app.entra.provisioning_log import LogQuery, read_part
from app.entra.times import read_time
from app.entra.whereabouts import find_job
from app.setup.problem import Problem
from app.tasks.context import Context
from app.tasks.entra.log_shown import log_row
from app.tasks.entra.reaching import graph_client, signed_in
from app.tasks.entra_results import EntraLogPage
from app.tasks.registry import Said

_ACTIONS = {"none": "other", "staged-delete": "stagedDelete"}


class Filters(BaseModel):
    """Which rows; empty means any.

    ``user`` is an object id or part of a name; ``since`` and ``until`` are moments as ISO 8601 has them.
    """

    model_config = ConfigDict(extra="forbid")

    status: str = ""
    action: str = ""
    user: str = ""
    since: str = ""
    until: str = ""


class Params(Filters):
    """Which part: ``after`` is that of the part before."""

    after: str = ""
    limit: int = Field(default=100, ge=1, le=5000)


async def run(context: Context, params: Params) -> Said:
    """Ask for it. Rows arrive with some delay after what they tell of."""
    await signed_in(context)
    async with graph_client(context) as client:
        query = await query_of(context, client, params)
        part = await read_part(client, query, after=params.after, most=params.limit)
    rows = [log_row(row) for row in part.rows]
    yield EntraLogPage(rows=rows, after=part.after, looked_at=part.looked_at)


async def query_of(context: Context, client: GraphClient, filters: Filters) -> LogQuery:
    """What is asked of the service.

    Raises:
        Problem: a moment cannot be read, or nothing is set up yet.
    """
    where = await find_job(client, context.state(), context.need_plan())
    return LogQuery(
        job=where.job,
        status=filters.status,
        action=_ACTIONS.get(filters.action, filters.action),
        person=filters.user,
        since=_moment(filters.since),
        until=_moment(filters.until),
    )


def _moment(text: str) -> datetime | None:
    if not text.strip():
        return None
    # A day alone is its beginning.
    found = read_time(text) or read_time(f"{text.strip()}T00:00:00Z")
    if found is None:
        raise Problem(
            "LOG-TIME",
            f"{text[:40]!r} is no point in time.",
            "Times are written as 2026-01-31 or 2026-01-31T08:00:00Z.",
            "Write it so, or leave it out.",
        )
    return found
