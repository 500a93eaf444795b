"""What should be in the app, worked out independently of the engine, and compared object by object."""

from __future__ import annotations

from typing import Any
from unittest.mock import ANY

from tests.engine.conftest import People
from tests.servers.real_scim import RealScim

# Null is never sent, so a manager that the source no longer names stays: ANY.
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"


def expected(people: People, gone: frozenset[str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Users by name and groups by name, as they should be. ``gone``: names that left and are disabled."""
    users: dict[str, Any] = {}
    names = {key: str(held["userPrincipalName"]) for key, held in people.persons.items()}
    active = {key for key, held in people.persons.items() if held["accountEnabled"]}
    for key, held in people.persons.items():
        manager = held.get("manager")
        users[names[key]] = {
            "active": key in active,
            "displayName": held["displayName"],
            "department": held["department"],
            "mail": held["mail"],
            "manager": names.get(str(manager)) if manager else ANY,
        }
    for name in gone:
        users[name] = None
    groups = {
        title: {names[member] for member in members if member in active}
        for title, members in people.teams.values()
    }
    return users, groups


def found(server: RealScim) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the app has. Two objects of one name are an error at once."""
    users: dict[str, Any] = {}
    listed = server.state("User")
    names = {each["id"]: each["userName"] for each in listed}
    assert len(set(names.values())) == len(listed), "somebody was created twice"
    for each in listed:
        extra = each.get(ENTERPRISE) or {}
        users[each["userName"]] = {
            "active": each["active"],
            "displayName": each.get("displayName"),
            "department": extra.get("department"),
            "mail": each["emails"][0]["value"] if each.get("emails") else None,
            "manager": names.get((extra.get("manager") or {}).get("value")),
        }
    listed = server.state("Group")
    assert len({each["displayName"] for each in listed}) == len(listed), "a group was created twice"
    groups = {
        each["displayName"]: {names[member["value"]] for member in each.get("members") or []}
        for each in listed
    }
    return users, groups


def compare(server: RealScim, people: People, gone: set[str] | None = None) -> None:
    """Fail unless the app has exactly what it should have; of those who left only that they are disabled."""
    wanted_users, wanted_groups = expected(people, frozenset(gone or ()))
    users, groups = found(server)
    assert set(users) == set(wanted_users)
    for name, wanted in wanted_users.items():
        if wanted is None:
            assert users[name]["active"] is False, name
        else:
            assert users[name] == wanted, f"{name}: {users[name]} is not {wanted}"
    for name in {*groups, *wanted_groups}:
        assert groups.get(name) == wanted_groups.get(name), name
