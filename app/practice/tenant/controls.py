"""What a person or a test does to the practice tenant from outside, under ``/practice``; not Graph's.

==================  ======================================================================================
path                body
==================  ======================================================================================
sign-in             role, write: gives access_token, expires_in, user, tenant
reset               nothing: everything is as at the start; tokens stay out
clock               speed, and minutes to put it forward
trouble             method, path (a regular expression), status, times, body, headers: what the next calls get
throttle            times, seconds ("2.128" if not given; empty for no Retry-After), path: 429 for the next
revoke              nothing: all tokens are worthless
revoke-app          nothing: the app takes none of the stored secret tokens any more; new ones can be put
demand              shape: 1 or 2, which of its two shapes provision on demand answers in
assign              who (a user or group), app (id or name; not needed with one), remove
claims              claims: the next call asks for them, until somebody signs in again
lag                 times: how often a new app answers 404 at first
expire-delta        nothing: all delta links are too old
licence             on: whether the tenant has Microsoft Entra ID P1
fill                users, groups: how many more to add
user                user (id or name), values to change, manager, delete ("bin" or "gone")
group               group (id) or new (a display name), members
cycle               nothing: every active job begins a cycle now
==================  ======================================================================================
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Final, TypeAlias

from app.practice.tenant import sample
from app.practice.tenant.directory import TenantDirectory
from app.practice.tenant.fault import bad_request, not_found
from app.practice.tenant.sign_in import LASTS
from app.practice.tenant.tenant import NOBODYS_ROLE, Tenant, Trouble

Control: TypeAlias = Callable[[Tenant, Mapping[str, Any]], "dict[str, Any] | None"]


def control(tenant: Tenant, name: str, body: Mapping[str, Any]) -> dict[str, Any] | None:
    """Do what a control is for.

    Raises:
        GraphFault: there is no such control, or its body is wrong.
    """
    found = CONTROLS.get(name)
    if found is None:
        raise not_found(f"practice/{name}")
    try:
        return found(tenant, body)
    except (KeyError, TypeError, ValueError) as error:
        raise bad_request(f"The body of practice/{name} is wrong: {error}") from error


def _sign_in(tenant: Tenant, body: Mapping[str, Any]) -> dict[str, Any]:
    user = next(iter(tenant.directory.users.values()))
    role = str(body.get("role") or "Application Administrator")
    token = tenant.tokens.give(user["id"], role, write=bool(body.get("write")))
    return {
        "access_token": token,
        "expires_in": int(LASTS.total_seconds()),
        "user": user["userPrincipalName"],
        "tenant": sample.TENANT_ID,
        "tenant_name": sample.TENANT_NAME,
    }


def _reset(tenant: Tenant, body: Mapping[str, Any]) -> None:
    tokens = tenant.tokens
    tenant.end()
    tenant.__init__()  # type: ignore[misc]
    tenant.tokens = tokens


def _clock(tenant: Tenant, body: Mapping[str, Any]) -> None:
    speed = float(body.get("speed", tenant.clock.speed))
    if not 0 < speed <= 100_000:
        raise ValueError("the speed must be between 0 and 100,000")
    tenant.clock.run(speed, timedelta(minutes=float(body.get("minutes", 0))))
    _cycle(tenant, body)


def _trouble(tenant: Tenant, body: Mapping[str, Any]) -> None:
    tenant.troubles.append(
        Trouble(
            method=str(body.get("method", "")),
            path=str(body.get("path", "")),
            status=int(body["status"]),
            times=int(body.get("times", 1)),
            body=str(body.get("body", "")),
            headers={str(name): str(value) for name, value in dict(body.get("headers") or {}).items()},
        )
    )


def _throttle(tenant: Tenant, body: Mapping[str, Any]) -> None:
    wait = str(body.get("seconds", "2.128"))
    headers = {"Retry-After": wait} if wait else {}
    times = int(body.get("times", 1))
    tenant.troubles.append(Trouble("", str(body.get("path", "")), 429, times, headers=headers))


def _revoke_app(tenant: Tenant, body: Mapping[str, Any]) -> None:
    for kept in tenant.secrets.values():
        if kept.get("SecretToken"):
            kept["SecretToken"] = "revoked"


def _demand(tenant: Tenant, body: Mapping[str, Any]) -> None:
    if body["shape"] not in {1, 2}:
        raise ValueError("the shape is 1 or 2")
    tenant.demand_shape = body["shape"]


def _assign(tenant: Tenant, body: Mapping[str, Any]) -> dict[str, Any]:
    wanted = body.get("app")
    apps = [each for each in tenant.principals.values() if wanted in {None, each["id"], each["displayName"]}]
    if len(apps) != 1:
        raise ValueError(f"{len(apps)} apps are called so")
    app, directory = apps[0], tenant.directory
    people = [*directory.living("user"), *directory.living("group")]
    who = next(
        (
            each
            for each in people
            if body["who"] in {each["id"], each.get("userPrincipalName"), each["displayName"]}
        ),
        None,
    )
    if who is None:
        raise not_found(str(body["who"]))
    if body.get("remove"):
        gone = [each["id"] for each in tenant.assigned_to(app["id"]) if each["principalId"] == who["id"]]
        for each in gone:
            del tenant.assignments[each]
        return {"removed": len(gone)}
    role = next((each["id"] for each in app["appRoles"] if each["isEnabled"]), NOBODYS_ROLE)
    return {"id": tenant.assign(app, who, role)["id"]}


def _revoke(tenant: Tenant, body: Mapping[str, Any]) -> None:
    tenant.tokens.revoke()


def _claims(tenant: Tenant, body: Mapping[str, Any]) -> None:
    tenant.tokens.claims = str(body["claims"])


def _lag(tenant: Tenant, body: Mapping[str, Any]) -> None:
    tenant.lag = int(body["times"])


def _expire_delta(tenant: Tenant, body: Mapping[str, Any]) -> None:
    tenant.expired = tenant.directory.number


def _licence(tenant: Tenant, body: Mapping[str, Any]) -> None:
    tenant.licences = sample.licences() if body["on"] else []


def _user(tenant: Tenant, body: Mapping[str, Any]) -> dict[str, Any]:
    directory = tenant.directory
    found = next(
        (
            each
            for each in directory.users.values()
            if body["user"] in {each["id"], each["userPrincipalName"]}
        ),
        None,
    )
    if found is None:
        raise not_found(str(body["user"]))
    if values := dict(body.get("values") or {}):
        directory.update("user", found["id"], values)
    if "manager" in body:
        directory.set_manager(found["id"], str(body["manager"] or ""))
    if body.get("delete") in {"bin", "gone"}:
        directory.delete("user", found["id"], tenant.now(), for_good=body["delete"] == "gone")
    return {"id": found["id"]}


def _group(tenant: Tenant, body: Mapping[str, Any]) -> dict[str, Any]:
    directory = tenant.directory
    if "new" in body:
        made = sample.new_group(str(body["new"]), str(uuid.uuid4()))
        directory.groups[made["id"]] = made
        directory.members[made["id"]] = []
        directory.changed("group", made["id"])
        group_id = made["id"]
    else:
        group_id = str(directory.group(str(body["group"]))["id"])
    if "members" in body:
        directory.set_members(group_id, [str(each) for each in body["members"]])
    return {"id": group_id}


def _cycle(tenant: Tenant, body: Mapping[str, Any]) -> None:
    for jobs in tenant.jobs.values():
        for job in jobs.values():
            job.wake.set()


def fill(directory: TenantDirectory, users: int, groups: int) -> None:
    """Add so many more people and groups, to see how large tenants behave."""
    template = next(iter(directory.users.values()))
    for number in range(users):
        name = f"extra{number:05d}"
        made = {
            **template,
            "id": str(uuid.uuid5(uuid.NAMESPACE_OID, name)),
            "userPrincipalName": f"{name}@contoso.example",
            "mail": f"{name}@contoso.example",
            "displayName": f"Extra {number:05d}",
            "mailNickname": name,
        }
        directory.users[made["id"]] = made
    for number in range(groups):
        group = sample.new_group(
            f"Extra group {number:04d}", str(uuid.uuid5(uuid.NAMESPACE_OID, f"g{number}"))
        )
        directory.groups[group["id"]] = group
        directory.members[group["id"]] = []


def _fill(tenant: Tenant, body: Mapping[str, Any]) -> None:
    fill(tenant.directory, int(body.get("users", 0)), int(body.get("groups", 0)))


CONTROLS: Final[dict[str, Control]] = {
    "sign-in": _sign_in,
    "reset": _reset,
    "clock": _clock,
    "trouble": _trouble,
    "throttle": _throttle,
    "revoke": _revoke,
    "revoke-app": _revoke_app,
    "demand": _demand,
    "assign": _assign,
    "claims": _claims,
    "lag": _lag,
    "expire-delta": _expire_delta,
    "licence": _licence,
    "user": _user,
    "group": _group,
    "cycle": _cycle,
    "fill": _fill,
}
