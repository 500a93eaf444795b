"""The tenant as the source of a plan's people: changes are kept on this computer, assignments read anew.

What speaks to Graph is imported when a plan needs it: lists of files' people begin without it.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Final

from app.tasks.events import Notice

if TYPE_CHECKING:
    from app.entra.directory import EntraDirectory
    from app.people.record import Directory
    from app.tasks.context import Context

_MARK: Final = "people-of"
"""The file in the state folder that says whose people the copy holds: Graph's address and the tenant."""


def copy_of(context: Context) -> EntraDirectory:
    """The plan's copy of the tenant's people; one for the process, so that nobody reads it half-changed.

    Raises:
        Problem: the plan is not saved, or the copy cannot be opened.
    """
    from app.entra.directory import EntraDirectory
    from app.tasks.entra.reaching import graph_client

    folder, held = context.state(), context.shared.tenant_people
    if folder not in held:
        held[folder] = EntraDirectory(folder)
    # Each request brings its own: the plan may name another tenant by now.
    held[folder].open_graph = lambda: graph_client(context)
    return held[folder]


async def people(context: Context) -> Directory:
    """The plan's people; those of a tenant are caught up with first where that was not done lately.

    Raises:
        Problem: nobody is signed in, or the tenant cannot be read.
    """
    if context.need_plan().source.kind != "entra":
        return context.directory()
    from app.tasks.entra.reaching import cloud_of, signed_in

    account = await signed_in(context)
    directory = copy_of(context)
    mark, whose = context.state() / _MARK, f"{cloud_of(context).graph} {account.tenant}"
    if await asyncio.to_thread(_read, mark) == whose:
        await directory.be_fresh()
    else:
        await directory.begin_anew()
        await asyncio.to_thread(mark.write_text, whose, encoding="utf-8")
    return directory


def _read(mark: Path) -> str:
    return mark.read_text(encoding="utf-8") if mark.exists() else ""


async def take_assignments(context: Context) -> list[Notice]:
    """Add whoever is assigned to the plan's enterprise app to those whom the plan assigns itself.

    Only where people come from the tenant, the plan names the app and provisions those assigned. The plan in
    the window is not touched.
    """
    plan = context.need_plan()
    app = plan.entra.application.strip()
    if plan.source.kind != "entra" or plan.scope.who != "assigned" or not app:
        return []
    from app.entra.assignments import list_assigned
    from app.tasks.entra.reaching import graph_client

    async with graph_client(context) as client:
        found = await list_assigned(client, app)
    entries = [f"{each.kind}:{each.principal}" for each in found if each.kind in {"user", "group"}]
    plan = plan.model_copy(deep=True)
    plan.scope.assigned = list(dict.fromkeys([*plan.scope.assigned, *entries]))
    context.plan = plan
    text = f"{len(entries):,} assignments of the enterprise app were taken over from the tenant."
    return [Notice(code="ASSIGNMENTS", text=text)]
