"""Delta queries over users and groups. Source: entra.md, section 2.4."""

from __future__ import annotations

from typing import Any, Final

from app.practice.tenant.directory import Change, Kind
from app.practice.tenant.fault import GraphFault, bad_request
from app.practice.tenant.odata import link, read_token, select, token
from app.practice.tenant.request import Answer, Request, route
from app.practice.tenant.tenant import Tenant

_PAGE: Final = 100
_MEMBERS: Final = 200  # a page's members of one group; larger groups come in several parts
_REFUSED: Final = ("$top", "$orderby", "$expand", "$search", "$count")


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
    rows = state.get("rows")
    if rows is None:
        since = state["since"]
        rows = _all(tenant, kind) if since is None else _changed(tenant, kind, since)
        state["until"] = tenant.directory.number
        if since == "latest":
            rows = []
    names = [name.strip() for name in str(state["select"]).split(",") if name.strip()]
    page, rest = rows[:_PAGE], rows[_PAGE:]
    body: dict[str, Any] = {"value": [_shown(tenant, kind, row, names) for row in page]}
    if rest:
        body["@odata.nextLink"] = _link(request, "$skiptoken", {**state, "rows": rest})
    else:
        number = state["until"]
        body["@odata.deltaLink"] = _link(request, "$deltatoken", {"since": number, "select": state["select"]})
    return Answer(body=body)


def _state(tenant: Tenant, request: Request) -> dict[str, Any]:
    query = {name.lower(): value for name, value in request.query.items()}
    if query.get("$deltatoken") == "latest":
        return {"since": "latest", "select": query.get("$select", "")}
    given = query.get("$skiptoken") or query.get("$deltatoken")
    if not given:
        return {"since": None, "select": query.get("$select", "")}
    state = read_token(given)
    since = state.get("since")
    if isinstance(since, int) and since <= tenant.expired:
        raise GraphFault(
            410,
            "syncStateNotFound",
            "The sync state generation is not found.",
            headers={"Location": f"{request.url}?$deltatoken="},
        )
    return state


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
        if manager:
            shown["manager@delta"] = [{"@odata.type": "#microsoft.graph.user", "id": manager}]
    if kind == "group" and (not names or "members" in names):
        members = [_member(tenant, each) for each in row["joined"]]
        members += [{**_member(tenant, each), "@removed": {"reason": "deleted"}} for each in row["left"]]
        if members:
            shown["members@delta"] = members
    return shown


def _member(tenant: Tenant, object_id: str) -> dict[str, Any]:
    kind = "group" if object_id in tenant.directory.groups else "user"
    return {"@odata.type": f"#microsoft.graph.{kind}", "id": object_id}
