"""What the tasks that speak to Graph need: the cloud, whoever is signed in, a client."""

from __future__ import annotations

from app.entra.clouds import Cloud, cloud_named
from app.entra.graph import GraphClient, OnCall
from app.entra.practice_sign_in import PracticeSignIn
from app.entra.sign_in import Account, SignIn
from app.entra.sign_in_problem import SignInProblem
from app.entra.token_cache import sign_in_store
from app.setup.plan import SetupPlan
from app.tasks.context import Context


def cloud_of(context: Context) -> Cloud:
    """The cloud of the plan's tenant; without a plan, Microsoft's global one.

    Raises:
        Problem: there is no such cloud, or a practice tenant's address is not one of this computer.
    """
    entra = _plan(context).entra
    return cloud_named(entra.cloud, entra.graph)


def sign_in_of(context: Context) -> SignIn | PracticeSignIn:
    """The sign-in for the plan's tenant: one for all requests of this process, read once."""
    entra, cloud, shared = _plan(context).entra, cloud_of(context), context.shared
    if shared.sign_in_store is None:
        shared.sign_in_store = sign_in_store()
    key = (cloud.graph, entra.tenant.strip().casefold(), entra.client_id.strip())
    found = shared.sign_ins.get(key)
    if found is None:
        store = shared.sign_in_store
        if cloud.is_practice:
            found = PracticeSignIn(cloud, store)
        else:
            found = SignIn(cloud, store, tenant=entra.tenant, client_id=entra.client_id)
        shared.sign_ins[key] = found
    return found


def graph_client(context: Context, on_call: OnCall | None = None) -> GraphClient:
    """A client of the plan's tenant, for use as a context manager."""
    return GraphClient(cloud_of(context), sign_in_of(context), on_call=on_call)


async def signed_in(context: Context) -> Account:
    """Whoever is signed in; in a practice tenant somebody always is.

    Raises:
        SignInProblem: nobody is.
    """
    sign_in = sign_in_of(context)
    account = await sign_in.account()
    if account is None and isinstance(sign_in, PracticeSignIn) and sign_in_store_is_memory(context):
        account = await sign_in.sign_in(write=True)
    if account is None:
        raise SignInProblem("SIGN-IN-NEEDED", cloud_of(context))
    return account


def sign_in_store_is_memory(context: Context) -> bool:
    """Whether sign-ins end with this process, so that a command cannot find one of an earlier command."""
    store = context.shared.sign_in_store
    return store is not None and store.where == "memory"


def _plan(context: Context) -> SetupPlan:
    return context.plan if context.plan is not None else SetupPlan()
