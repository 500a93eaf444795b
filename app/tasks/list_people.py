"""Part of the list of users and groups, searched, as the page Scope shows it."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from app.tasks.context import Context
from app.tasks.people_index import Known, people_of
from app.tasks.registry import Said
from app.tasks.results import PeoplePage, PersonRow


class Params(BaseModel):
    """Which part.

    Attributes:
        search: words, each of which stands in the name, the display name, the department, the mail or the id,
            upper or lower case alike.
        kind: users, groups, or both.
    """

    model_config = ConfigDict(extra="forbid")

    search: str = ""
    kind: Literal["user", "group", "all"] = "all"
    offset: int = Field(default=0, ge=0)
    limit: int = Field(default=100, ge=1, le=5000)


async def run(context: Context, params: Params) -> Said:
    """Search in the names that are kept from one question to the next."""
    index = await people_of(context)
    words = params.search.casefold().split()
    found: list[Known] = []
    total = 0
    for known in index.rows:
        if params.kind not in ("all", known.kind) or not all(word in known.sought for word in words):
            continue
        if params.offset <= total < params.offset + params.limit:
            found.append(known)
        total += 1
        await context.breathe()
    assigned = {text.casefold() for text in context.need_plan().scope.assigned}
    rows = [
        PersonRow(
            kind=known.kind,
            id=known.id,
            name=known.name,
            detail=known.detail,
            assigned=not assigned.isdisjoint(
                (f"{known.kind}:{known.id}".casefold(), f"{known.kind}:{known.name}".casefold())
            ),
        )
        for known in found
    ]
    yield PeoplePage(rows=rows, total=total)
