"""Who is signed in to Microsoft Entra, and to which tenant."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from app.entra.sign_in import Account
from app.entra.sign_in_problem import SignInProblem
from app.setup.problem import Problem
from app.tasks.context import Context
from app.tasks.entra.reaching import cloud_of, graph_client, sign_in_of
from app.tasks.entra_results import SignedIn
from app.tasks.registry import Said


class Params(BaseModel):
    """The plan says where."""

    model_config = ConfigDict(extra="forbid")


async def run(context: Context, params: Params) -> Said:
    """Tell it. Raises SignInProblem when nobody is signed in."""
    account = await sign_in_of(context).account()
    if account is None:
        raise SignInProblem("SIGN-IN-NEEDED", cloud_of(context))
    yield await shown(context, account)


async def shown(context: Context, account: Account) -> SignedIn:
    """Somebody as they are shown, with the tenant's name where it can be read."""
    name = ""
    try:
        async with graph_client(context) as client:
            found = await client.get("/organization", {"$select": "id,displayName"})
        tenants = found.get("value") or []
        name = str(tenants[0].get("displayName") or "") if tenants else ""
    except Problem:
        name = ""  # the name is a courtesy: whoever is signed in, is
    return SignedIn(user=account.user, tenant=account.tenant, tenant_name=name, scopes=sorted(account.scopes))
