"""What has to be in place before provisioning is set up: looked up, never a gate."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from app.entra.prerequisites import look
from app.entra.whereabouts import noted
from app.tasks.context import Context
from app.tasks.entra.reaching import graph_client, signed_in
from app.tasks.entra_results import Pair, Prerequisite, Prerequisites
from app.tasks.registry import Said


class Params(BaseModel):
    """The plan says it all."""

    model_config = ConfigDict(extra="forbid")


async def run(context: Context, params: Params) -> Said:
    """Look it up, with the values that single sign-on with SAML takes."""
    await signed_in(context)
    async with graph_client(context) as client:
        found = await look(client, app_of(context))
    rows = [
        Prerequisite(id=row.id, title=row.title, state=row.state, reason=row.reason, link=row.link)
        for row in found.rows
    ]
    yield Prerequisites(rows=rows, sso=found.sso, saml=saml_values(context))


def app_of(context: Context) -> str:
    """The object id of the plan's enterprise app; empty while there is none."""
    plan = context.need_plan()
    if context.plan_path is None:
        return plan.entra.application.strip()
    return noted(context.state(), plan).service_principal


def saml_values(context: Context) -> list[Pair]:
    """The profile's values for SAML, with the tenant's own name in them where its address has one."""
    host = context.need_plan().app.tenant_url.partition("://")[2].partition("/")[0].partition(":")[0]
    first, dot, _ = host.partition(".")
    name = first if dot and not first.isdigit() else "<SUBDOMAIN>"
    return [
        Pair(name=pair.name, value=pair.value.replace("<SUBDOMAIN>", name)) for pair in context.profile().saml
    ]
