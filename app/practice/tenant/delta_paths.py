"""Delta queries over users and groups. Source: entra.md, section 2.4."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any, Final

from app.practice.tenant.directory import Change, Kind
from app.practice.tenant.fault import GraphFault, bad_request
from app.practice.tenant.odata import link, read_token, select, token
from app.practice.tenant.request import Answer, Request, route
from app.practice.tenant.tenant import Tenant

_PAGE: Final = 100
_MEMBERS: Final = 200  # a page's members of one group; larger groups come in several parts
_REFUSED: Final = ("$top", "$orderby", "$expand", "$search", "$count")
_LIVES: Final = timedelta(days=7)
_READINGS: Final = 200


@route("GET", "/users/delta")
def _users_delta(tenant: Tenant, request: Request) -> Answer:
    return _delta(tenant, request, "user")


@route("GET", "/groups/delta")
def _groups_delta(tenant: Tenant, request: Request) -> Answer:
    return _delta(tenant, request, "group")


def _delta(tenant: Tenant, request: Request, kind: Kind) -> Answer:
    for name in _REFUSED:
        if name in request.query:
            raise bad_request(f"The query option '{name}' is not supported by delta.", "Request_BadRequest")
    state = _state(tenant, request)
    if "reading" not in state:
        state = _begin(tenant, kind, state)
    rows, at = tenant.readings.get(state["reading"]), state["at"]
    if rows is None or not isinstance(at, int):
        raise _gone(request)
    names = [name.strip() for name in str(state["select"]).split(",") if name.strip()]
    body: dict[str, Any] = {"value": [_shown(tenant, kind, row, names) for row in rows[at : at + _PAGE]]}
    if at + _PAGE < len(rows):
        body["@odata.nextLink"] = _link(request, "$skiptoken", {**state, "at": at + _PAGE})
    else:
        mark = {"since": state["until"], "select": state["select"], "from": tenant.now()}
        body["@odata.deltaLink"] = _link(request, "$deltatoken", mark)
    return Answer(body=body)


def _begin(tenant: Tenant, kind: Kind, state: dict[str, Any]) -> dict[str, Any]:
    """Note what this reading is about: it stays so, however often a page of it is asked for again."""
    since = state["since"]
    rows: list[dict[str, Any]] = []
    if since is None:
        rows = _all(tenant, kind)
    elif since != "latest":
        rows = _changed(tenant, kind, since)
    name = uuid.uuid4().hex
    tenant.readings[name] = rows
    while len(tenant.readings) > _READINGS:
        tenant.readings.pop(next(iter(tenant.readings)))
    return {"reading": name, "at": 0, "select": state["select"], "until": tenant.directory.number}


def _state(tenant: Tenant, request: Request) -> dict[str, Any]:
    query = {name.lower(): value for name, value in request.query.items()}
    if query.get("$deltatoken") == "latest":
        return {"since": "latest", "select": query.get("$select", "")}
    given = query.get("$skiptoken") or query.get("$deltatoken")
    if not given:
        return {"since": None, "select": query.get("$select", "")}
    state = read_token(given)
    since = state.get("since")
    if isinstance(since, int) and (since <= tenant.expired or _too_old(tenant, state)):
        raise _gone(request)
    return state


def _too_old(tenant: Tenant, state: dict[str, Any]) -> bool:
    return tenant.clock.now() - datetime.fromisoformat(str(state.get("from"))) > _LIVES


def _gone(request: Request) -> GraphFault:
    return GraphFault(
        410,
        "syncStateNotFound",
        "The sync state generation is not found.",
        headers={"Location": f"{request.url}?$deltatoken="},
    )


def _link(request: Request, name: str, values: dict[str, Any]) -> str:
    return link(request.url, {name: token(values)})


def _all(tenant: Tenant, kind: Kind) -> list[dict[str, Any]]:
    """One row an object; a group's members in parts, each with the group again."""
    rows: list[dict[str, Any]] = []
    for each in tenant.directory.living(kind):
        members = tenant.directory.members.get(each["id"], []) if kind == "group" else []
        parts = [members[at : at + _MEMBERS] for at in range(0, len(members), _MEMBERS)] or [[]]
        rows += [{"id": each["id"], "joined": part, "left": []} for part in parts]
    return rows


def _changed(tenant: Tenant, kind: Kind, since: Any) -> list[dict[str, Any]]:
    rows: dict[str, dict[str, Any]] = {}
    for change in tenant.directory.changes:
        if change.kind == kind and isinstance(since, int) and change.number > since:
            _add(rows.setdefault(change.id, {"id": change.id, "joined": [], "left": []}), change)
    return list(rows.values())


def _add(row: dict[str, Any], change: Change) -> None:
    row["joined"] = [each for each in row["joined"] if each not in change.left] + list(change.joined)
    row["left"] = [each for each in row["left"] if each not in change.joined] + list(change.left)


def _shown(tenant: Tenant, kind: Kind, row: dict[str, Any], names: list[str]) -> dict[str, Any]:
    found = tenant.directory.of(kind).get(row["id"])
    if found is None:
        return {"id": row["id"], "@removed": {"reason": "deleted"}}
    if found.get("deletedDateTime"):
        return {"id": row["id"], "@removed": {"reason": "changed"}}
    shown = select(found, names) if names else dict(found)
    if kind == "user" and (not names or "manager" in names):
        manager = tenant.directory.managers.get(row["id"])
        managers = [_member(tenant, manager)] if manager else []
        managers += [_left(tenant, each) for each in row["left"] if each != manager]
        if managers:
            shown["manager@delta"] = managers
    if kind == "group" and (not names or "members" in names):
        members = [_member(tenant, each) for each in row["joined"]]
        members += [_left(tenant, each) for each in row["left"]]
        if members:
            shown["members@delta"] = members
    return shown


def _member(tenant: Tenant, object_id: str) -> dict[str, Any]:
    kind = "group" if object_id in tenant.directory.groups else "user"
    return {"@odata.type": f"#microsoft.graph.{kind}", "id": object_id}


def _left(tenant: Tenant, object_id: str) -> dict[str, Any]:
    return {**_member(tenant, object_id), "@removed": {"reason": "deleted"}}
