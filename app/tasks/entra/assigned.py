"""Who is assigned to the app."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from app.entra.app_roles import DEFAULT_ACCESS
from app.entra.assignments import Assignment, list_assigned
from app.entra.service_principal import read_principal
from app.entra.whereabouts import find_job
from app.tasks.context import Context
from app.tasks.entra.reaching import graph_client
from app.tasks.entra_results import AssignedList, AssignedRow
from app.tasks.registry import Said

_GROUPS = " Groups need Microsoft Entra ID P1 or P2, and only their direct members are provisioned."


class Params(BaseModel):
    """Nothing to choose."""

    model_config = ConfigDict(extra="forbid")


async def run(context: Context, params: Params) -> Said:
    """Ask for them, and for the names of their roles."""
    async with graph_client(context) as client:
        facts = await find_job(client, context.state(), context.need_plan())
        principal = await read_principal(client, facts.service_principal)
        rows = await list_assigned(client, facts.service_principal)
    told = _GROUPS if any(each.kind == "group" for each in rows) else ""
    roles = {str(role["id"]): str(role.get("displayName") or "") for role in principal.get("appRoles") or []}
    yield AssignedList(
        rows=[_row(each) for each in sorted(rows, key=lambda each: (each.kind, each.name.casefold()))],
        roles={DEFAULT_ACCESS: "Default Access"} | roles,
        sentence=f"{len(rows)} are assigned.{told}",
    )


def _row(assignment: Assignment) -> AssignedRow:
    return AssignedRow(
        id=assignment.id,
        kind=assignment.kind,
        name=assignment.name,
        principal=assignment.principal,
        role=assignment.role,
    )
