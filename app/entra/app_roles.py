"""App roles: which one people are assigned with, and adding ones by writing the whole list.

Source: Microsoft Graph, appRole and application; "Add app roles to your application".
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping, Sequence
from typing import Any, Final

from app.entra.graph import Found, GraphClient
from app.entra.service_principal import application_path
from app.setup.problem import Problem

DEFAULT_ACCESS: Final = "00000000-0000-0000-0000-000000000000"
"""Right only where an app declares no role for users: else such a person is skipped by provisioning."""

NOT_A_ROLE: Final = "msiam_access"
"""A role of every gallery app that means nothing to provisioning."""

_SPACE: Final = uuid.UUID("5f0d3bde-6c0b-4a3f-8f54-2f9f3b8f5d11")
LONGEST_VALUE: Final = 120


def roles_for_users(owner: Mapping[str, Any]) -> list[Found]:
    """The enabled roles that users can have, of an application or a service principal."""
    return [
        role
        for role in owner.get("appRoles") or []
        if role.get("isEnabled") is not False and "User" in (role.get("allowedMemberTypes") or [])
    ]


def choose_role(principal: Mapping[str, Any], wanted: str = "") -> str:
    """The id of the role to assign with.

    Raises:
        Problem: the wanted one is not there.
    """
    roles = roles_for_users(principal)
    if wanted.strip():
        name = wanted.strip().casefold()
        for role in roles:
            if name in {str(role.get(key) or "").casefold() for key in ("id", "displayName", "value")}:
                return str(role["id"])
        raise _no_such_role(wanted, roles)
    for role in roles:
        if str(role.get("displayName") or "").casefold() == "user":
            return str(role["id"])
    plain = [role for role in roles if role.get("displayName") != NOT_A_ROLE]
    return str((plain or roles)[0]["id"]) if roles else DEFAULT_ACCESS


def _no_such_role(wanted: str, roles: Sequence[Mapping[str, Any]]) -> Problem:
    names = ", ".join(str(role.get("displayName")) for role in roles) or "none"
    return Problem(
        "ROLE-UNKNOWN",
        f"The app has no role named {wanted.strip()} that people can be given.",
        f"Its roles for people are: {names}. A role that was added moments ago takes a while to be known.",
        "Choose one of them on the page Scope, or add the role first.",
    )


def new_role(application: str, name: str) -> Found:
    """A role to add. Its id follows from app and name, so that adding twice adds once.

    Raises:
        Problem: the name cannot be made into a role's value.
    """
    value = re.sub(r"\s+", ".", name.strip()).lstrip(".")
    if not value or len(value) > LONGEST_VALUE:
        raise Problem(
            "ROLE-NAME",
            f"{name[:40]!r} cannot be the name of an app role.",
            f"Its value may have {LONGEST_VALUE} characters, no blanks, and no dot in front.",
            "Choose a shorter name that begins with a letter.",
        )
    return {
        "allowedMemberTypes": ["User"],
        "description": name.strip(),
        "displayName": name.strip(),
        "id": str(uuid.uuid5(_SPACE, f"{application.casefold()}/{value.casefold()}")),
        "isEnabled": True,
        "value": value,
    }


def with_added(roles: Sequence[Mapping[str, Any]], application: str, names: Sequence[str]) -> list[Found]:
    """The whole list to send. ``origin`` is read-only and left out."""
    kept = [{key: value for key, value in role.items() if key != "origin"} for role in roles]
    known = {str(role.get(key) or "").casefold() for role in kept for key in ("displayName", "value")}
    new = [new_role(application, name) for name in names if name.strip().casefold() not in known]
    return kept + [role for role in new if str(role["value"]).casefold() not in known]


async def read_roles(client: GraphClient, application: str) -> list[Found]:
    """The application's roles."""
    return list((await client.get(application_path(application))).get("appRoles") or [])


async def put_roles(client: GraphClient, application: str, roles: Sequence[Mapping[str, Any]]) -> None:
    """Replace the list."""
    await client.patch(application_path(application), {"appRoles": list(roles)})


async def remove_roles(client: GraphClient, application: str, ids: Sequence[str]) -> None:
    """Take roles out. Graph refuses to remove one that is enabled, so they are disabled first."""
    roles = with_added(await read_roles(client, application), application, ())
    gone = set(ids)
    if not any(role.get("id") in gone for role in roles):
        return
    if any(role.get("id") in gone and role.get("isEnabled") is not False for role in roles):
        disabled = [role | {"isEnabled": False} if role.get("id") in gone else role for role in roles]
        await put_roles(client, application, disabled)
    await put_roles(client, application, [role for role in roles if role.get("id") not in gone])
