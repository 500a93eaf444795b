"""People and groups of the tenant, searched for as one types."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from app.entra.assignments import Principal, search
from app.tasks.context import Context
from app.tasks.entra.reaching import graph_client
from app.tasks.registry import Said
from app.tasks.results import PeoplePage, PersonRow


class Params(BaseModel):
    """What is typed, and whether people or groups are meant; empty means both."""

    model_config = ConfigDict(extra="forbid")

    text: str = ""
    kind: Literal["", "user", "group"] = ""
    limit: int = Field(default=50, ge=1, le=999)


async def run(context: Context, params: Params) -> Said:
    """Ask for them. Those that the plan assigns are marked."""
    assigned = set(context.plan.scope.assigned) if context.plan is not None else set()
    kinds: list[Literal["user", "group"]] = [params.kind] if params.kind else ["user", "group"]
    rows: list[PersonRow] = []
    total = 0
    async with graph_client(context) as client:
        for kind in kinds:
            found, count = await search(client, kind, params.text, params.limit)
            total += count
            rows += [_row(each, assigned) for each in found]
    yield PeoplePage(rows=rows, total=total)


def _row(principal: Principal, assigned: set[str]) -> PersonRow:
    names = (principal.id, principal.name, principal.detail)
    return PersonRow(
        kind=principal.kind,
        id=principal.id,
        name=principal.name,
        detail=principal.detail,
        assigned=any(f"{principal.kind}:{name}" in assigned for name in names),
    )
