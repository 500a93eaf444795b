"""The enterprise app itself: the service principal that provisioning hangs on, and its application.

Source: Microsoft Graph, servicePrincipal and application.
"""

from __future__ import annotations

from app.entra.gallery import by_name
from app.entra.graph import Found, GraphClient, literal, path_to
from app.entra.graph_problem import GraphProblem
from app.setup.problem import Problem


def principal_path(service_principal: str, *more: str) -> str:
    """A path under the service principal."""
    return path_to("servicePrincipals", service_principal, *more)


def application_path(application: str) -> str:
    """The path of an application."""
    return path_to("applications", application)


async def read_principal(client: GraphClient, service_principal: str) -> Found:
    """The service principal. Raises GraphProblem ``GRAPH-NOT-FOUND`` where there is none."""
    return await client.get(principal_path(service_principal))


async def application_of(client: GraphClient, app_id: str) -> str:
    """The object id of the application with this client id; empty where the tenant does not own it."""
    page = await client.get(
        "/applications", {"$filter": f"appId eq {literal(app_id)}", "$select": "id,appId"}
    )
    return next((str(each["id"]) for each in page.get("value") or [] if each.get("id")), "")


async def can_be_read(client: GraphClient, service_principal: str, application: str) -> bool:
    """Whether both can be read by now."""
    try:
        await client.get(principal_path(service_principal))
        if application:
            await client.get(application_path(application))
    except GraphProblem as problem:
        if problem.code in {"GRAPH-NOT-FOUND", "GRAPH-DENIED", "GRAPH-SIGNED-OUT", "GRAPH-CONFLICT"}:
            return False
        raise
    return True


async def is_gone(client: GraphClient, path: str) -> bool:
    """Whether nothing is at a path any more."""
    try:
        await client.get(path)
    except GraphProblem as problem:
        if problem.code == "GRAPH-NOT-FOUND":
            return True
        raise
    return False


def name_taken(name: str, ids: list[str]) -> Problem:
    """There is an app of this name already, and it is not of this run."""
    return Problem(
        "APP-NAME-TAKEN",
        f"The tenant already has an enterprise app named {name}.",
        "Somebody added it before, perhaps for single sign-on, or an earlier setup of another plan did.",
        "Choose it as the existing app to use, or give the new one another name (a separate app is what "
        "Microsoft advises for first tests).",
        f"{by_name(name)}: {', '.join(ids[:5])}",
    )
