"""Who is assigned to an app: searched for, assigned with the right role, listed, removed.

Groups need Microsoft Entra ID P1 or P2, must be security enabled, and count with their direct members only.
Source: Microsoft Graph, appRoleAssignedTo; "Assign users and groups to an application".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from app.entra.graph import GraphClient, literal, path_to
from app.entra.graph_problem import GraphProblem
from app.entra.service_principal import principal_path
from app.entra.wish import is_guid
from app.setup.problem import Problem

EVENTUAL: Final = {"ConsistencyLevel": "eventual"}
"""Without this header a ``$search`` is refused."""

_USER_FIELDS: Final = "id,displayName,userPrincipalName,mail,accountEnabled"
_GROUP_FIELDS: Final = "id,displayName,description,securityEnabled"


@dataclass(frozen=True, slots=True)
class Principal:
    """A user or group of the tenant."""

    kind: Literal["user", "group"]
    id: str
    name: str
    detail: str = ""

    @classmethod
    def of(cls, kind: Literal["user", "group"], found: Mapping[str, Any]) -> Principal:
        """From Graph's object."""
        name, more = (
            str(found.get("displayName") or ""),
            "userPrincipalName" if kind == "user" else "description",
        )
        detail = str(found.get(more) or "")
        if kind == "user" and found.get("accountEnabled") is False:
            detail += " (blocked from signing in)"
        if kind == "group" and found.get("securityEnabled") is False:
            detail = "cannot be assigned: not a security group"
        return cls(kind, str(found.get("id") or ""), name or detail, detail)


@dataclass(frozen=True, slots=True)
class Assignment:
    """One assignment to an app. ``id`` is opaque text, no GUID."""

    id: str
    principal: str
    name: str
    kind: str
    role: str

    @classmethod
    def of(cls, found: Mapping[str, Any]) -> Assignment:
        """From Graph's object."""
        return cls(
            str(found.get("id") or ""),
            str(found.get("principalId") or ""),
            str(found.get("principalDisplayName") or ""),
            str(found.get("principalType") or "").casefold(),
            str(found.get("appRoleId") or ""),
        )


def assigned_path(service_principal: str, *more: str) -> str:
    """A path under the assignments of an app."""
    return principal_path(service_principal, "appRoleAssignedTo", *more)


async def list_assigned(client: GraphClient, service_principal: str) -> list[Assignment]:
    """Everybody who is assigned."""
    pages = client.pages(assigned_path(service_principal), {"$top": "999"})
    return [Assignment.of(each) async for each in pages]


def assignment(principal: str, service_principal: str, role: str) -> dict[str, str]:
    """The body that assigns."""
    return {"principalId": principal, "resourceId": service_principal, "appRoleId": role}


async def remove(client: GraphClient, service_principal: str, assignment_id: str) -> bool:
    """Take an assignment back; False when it was gone already."""
    return await client.delete(assigned_path(service_principal, assignment_id))


async def search(
    client: GraphClient, kind: Literal["user", "group"], text: str, top: int = 50
) -> tuple[list[Principal], int]:
    """People or groups whose names have words that begin with the text, and how many there are of them."""
    words = " ".join(text.replace('"', " ").replace("\\", " ").split())
    fields = ("displayName", "mail", "userPrincipalName") if kind == "user" else ("displayName", "mail")
    params = {
        "$select": _USER_FIELDS if kind == "user" else _GROUP_FIELDS,
        "$top": str(top),
        "$count": "true",
    }
    if words:
        params["$search"] = " OR ".join(f'"{field}:{words}"' for field in fields)
    page = await client.get("/users" if kind == "user" else "/groups", params, EVENTUAL)
    rows = [Principal.of(kind, each) for each in page.get("value") or []]
    counted = page.get("@odata.count")
    return rows, counted if isinstance(counted, int) else len(rows)


async def resolve(client: GraphClient, entry: str) -> Principal:
    """The user or group that an entry of the plan's scope names.

    Raises:
        Problem: there is none of that name, or several groups, or the group cannot be assigned.
    """
    kind, _, name = entry.partition(":")
    name = name.strip()
    if kind == "user":
        found = await _one(client, "users", "userPrincipalName", name, _USER_FIELDS)
        return Principal.of("user", found[0]) if found else _nobody(entry)
    groups = await _one(client, "groups", "displayName", name, _GROUP_FIELDS)
    if not groups:
        return _nobody(entry)
    if len(groups) > 1:
        raise Problem(
            "GROUP-SEVERAL",
            f"The tenant has {len(groups)} groups named {name}.",
            "Names of groups need not be unique.",
            "Put the group's object id into the plan in place of its name.",
            ", ".join(str(group.get("id")) for group in groups[:5]),
        )
    if groups[0].get("securityEnabled") is False:
        raise Problem(
            "GROUP-NOT-SECURITY",
            f"The group {name} cannot be assigned to an app.",
            "Only security groups can be; this one is for mail or collaboration only.",
            "Choose a security group, or assign its members.",
        )
    return Principal.of("group", groups[0])


async def _one(client: GraphClient, what: str, key: str, name: str, fields: str) -> list[dict[str, Any]]:
    if is_guid(name):
        try:
            return [await client.get(path_to(what, name), {"$select": fields})]
        except GraphProblem as problem:
            if problem.code == "GRAPH-NOT-FOUND":
                return []
            raise
    page = await client.get(f"/{what}", {"$filter": f"{key} eq {literal(name)}", "$select": fields})
    return list(page.get("value") or [])


def _nobody(entry: str) -> Principal:
    kind, _, name = entry.partition(":")
    raise Problem(
        "ASSIGN-NOBODY",
        f"The tenant has no {kind} named {name}.",
        "It was renamed or removed since it was put into the plan, or the plan was made for another tenant.",
        "Correct the list on the page Scope, then choose Resume. What was done so far stays.",
    )
