"""Who is assigned to an app: searched for, assigned with the right role, listed, removed.

Groups need Microsoft Entra ID P1 or P2, must be security enabled, and count with their direct members only.
Source: Microsoft Graph, appRoleAssignedTo; "Assign users and groups to an application".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal
from urllib.parse import quote

from app.entra.batch import BatchCall
from app.entra.graph import GraphClient, literal, path_to
from app.entra.graph_problem import GraphProblem
from app.entra.service_principal import principal_path
from app.entra.wish import is_guid
from app.setup.problem import Problem

EVENTUAL: Final = {"ConsistencyLevel": "eventual"}
"""Without this header a ``$search`` is refused."""

FEW: Final = 3
"""So many are looked up one by one."""

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


async def resolve_all(client: GraphClient, entries: Sequence[str]) -> list[Principal]:
    """The users and groups that entries of the plan's scope name, in their order; many are asked for at once.

    Raises:
        Problem: there is none of a name, or several groups, or a group cannot be assigned.
    """
    if len(entries) <= FEW:
        return [await resolve(client, entry) for entry in entries]
    lookups = [_lookup(entry) for entry in entries]
    answers = await client.batch([BatchCall("GET", f"{path}?{_query(params)}") for path, params in lookups])
    found = []
    for entry, answer in zip(entries, answers, strict=True):
        if answer.status == 200 and isinstance(answer.body, dict):
            found.append(_judged(entry, _rows(answer.body)))
        else:
            # Asked for alone, a fault comes with its sentences.
            found.append(await resolve(client, entry))
    return found


async def resolve(client: GraphClient, entry: str) -> Principal:
    """The user or group that one entry names. Raises as `resolve_all`."""
    path, params = _lookup(entry)
    try:
        return _judged(entry, _rows(await client.get(path, params)))
    except GraphProblem as problem:
        if problem.code == "GRAPH-NOT-FOUND":
            return _nobody(entry)
        raise


def _lookup(entry: str) -> tuple[str, dict[str, str]]:
    kind, _, name = entry.partition(":")
    name = name.strip()
    what, key, fields = (
        ("users", "userPrincipalName", _USER_FIELDS)
        if kind == "user"
        else ("groups", "displayName", _GROUP_FIELDS)
    )
    if is_guid(name):
        return path_to(what, name), {"$select": fields}
    return f"/{what}", {"$filter": f"{key} eq {literal(name)}", "$select": fields}


def _query(params: Mapping[str, str]) -> str:
    return "&".join(f"{name}={quote(value, safe='')}" for name, value in params.items())


def _rows(answer: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    rows = answer.get("value", [answer])
    return list(rows) if isinstance(rows, list) else []


def _judged(entry: str, found: list[Mapping[str, Any]]) -> Principal:
    kind, _, name = entry.partition(":")
    if not found:
        return _nobody(entry)
    if kind == "user":
        return Principal.of("user", found[0])
    if len(found) > 1:
        raise Problem(
            "GROUP-SEVERAL",
            f"The tenant has {len(found)} groups named {name.strip()}.",
            "Names of groups need not be unique.",
            "Put the group's object id into the plan in place of its name.",
            ", ".join(str(group.get("id")) for group in found[:5]),
        )
    if found[0].get("securityEnabled") is False:
        raise Problem(
            "GROUP-NOT-SECURITY",
            f"The group {name.strip()} cannot be assigned to an app.",
            "Only security groups can be; this one is for mail or collaboration only.",
            "Choose a security group, or assign its members.",
        )
    return Principal.of("group", found[0])


def _nobody(entry: str) -> Principal:
    kind, _, name = entry.partition(":")
    raise Problem(
        "ASSIGN-NOBODY",
        f"The tenant has no {kind} named {name}.",
        "It was renamed or removed since it was put into the plan, or the plan was made for another tenant.",
        "Correct the list on the page Scope, then choose Resume. What was done so far stays.",
    )
