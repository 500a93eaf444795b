"""Users, groups, the signed-in person, the tenant, roles, licences. Sources: entra.md, sections 2.3 and 3."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from app.practice.tenant.fault import GraphFault, bad_request, not_found
from app.practice.tenant.odata import compile_filter, compile_search, one_page, select
from app.practice.tenant.request import Answer, Request, route
from app.practice.tenant.sample import ROLES, organization, stable_id
from app.practice.tenant.tenant import Tenant

USER_DEFAULTS: Final = (
    "businessPhones",
    "displayName",
    "givenName",
    "id",
    "jobTitle",
    "mail",
    "mobilePhone",
    "officeLocation",
    "preferredLanguage",
    "surname",
    "userPrincipalName",
)
"""What a user is shown with where nothing is selected."""
_TYPES: Final = {"user": "#microsoft.graph.user", "group": "#microsoft.graph.group"}


def listed(request: Request, rows: Iterable[dict[str, Any]], defaults: Iterable[str] = ()) -> Answer:
    """A collection as the query wants it.

    Raises:
        GraphFault: 400, for what is not supported without the header or at all.
    """
    query = request.query
    if "$search" in query:
        if not request.eventual:
            raise bad_request(
                "Request with $search query parameter only works through MSGraph with a special request "
                "header: 'ConsistencyLevel: eventual'",
                "Request_UnsupportedQuery",
            )
        found = compile_search(query["$search"])
        rows = [row for row in rows if found(row)]
    if "$filter" in query:
        compiled = compile_filter(query["$filter"])
        advanced = compiled.advanced or "$orderby" in query
        if advanced and not (request.eventual and query.get("$count") == "true"):
            raise bad_request("Unsupported Query.", "Request_UnsupportedQuery")
        rows = [row for row in rows if compiled.test(row)]
    rows = list(rows)
    if "$orderby" in query:
        name, _, direction = query["$orderby"].partition(" ")
        rows.sort(key=lambda row: str(row.get(name) or "").casefold(), reverse=direction == "desc")
    counted = dict(query)
    if not request.eventual:
        counted.pop("$count", None)  # ignored silently without the header
    page = one_page(rows, counted, request.url)
    names = query["$select"].split(",") if "$select" in query else list(defaults)
    if names:
        page["value"] = [select(row, [name.strip() for name in names]) for row in page["value"]]
    return Answer(body=page)


def _single(request: Request, row: dict[str, Any], defaults: Iterable[str] = ()) -> Answer:
    names = request.query["$select"].split(",") if "$select" in request.query else list(defaults)
    return Answer(body=select(row, names) if names else row)


@route("GET", "/users")
def _users(tenant: Tenant, request: Request) -> Answer:
    return listed(request, tenant.directory.living("user"), USER_DEFAULTS)


@route("GET", "/users/{user}")
def _user(tenant: Tenant, request: Request, user: str) -> Answer:
    return _single(request, tenant.directory.user(user), USER_DEFAULTS)


@route("GET", "/users/{user}/manager")
def _manager(tenant: Tenant, request: Request, user: str) -> Answer:
    found = tenant.directory.managers.get(tenant.directory.user(user)["id"], "")
    if not found or found not in tenant.directory.users:
        raise not_found("manager")
    row = {"@odata.type": _TYPES["user"], **tenant.directory.users[found]}
    return _single(request, row, USER_DEFAULTS)


@route("GET", "/users/{user}/memberOf")
def _member_of(tenant: Tenant, request: Request, user: str) -> Answer:
    found = tenant.directory.groups_of(tenant.directory.user(user)["id"])
    return listed(request, [{"@odata.type": _TYPES["group"], **each} for each in found])


@route("GET", "/users/{user}/appRoleAssignments")
def _user_assignments(tenant: Tenant, request: Request, user: str) -> Answer:
    object_id = tenant.directory.user(user)["id"]
    return listed(request, [each for each in tenant.assignments.values() if each["principalId"] == object_id])


@route("GET", "/groups")
def _groups(tenant: Tenant, request: Request) -> Answer:
    return listed(request, tenant.directory.living("group"))


@route("GET", "/groups/{group}")
def _group(tenant: Tenant, request: Request, group: str) -> Answer:
    return _single(request, tenant.directory.group(group))


@route("GET", "/groups/{group}/members")
def _members(tenant: Tenant, request: Request, group: str) -> Answer:
    tenant.directory.group(group)
    return listed(request, _people(tenant, tenant.directory.members[group]), ["@odata.type", *USER_DEFAULTS])


@route("GET", "/groups/{group}/members/microsoft.graph.user")
def _user_members(tenant: Tenant, request: Request, group: str) -> Answer:
    tenant.directory.group(group)
    found = [each for each in tenant.directory.members[group] if each in tenant.directory.users]
    return listed(request, _people(tenant, found), ["@odata.type", *USER_DEFAULTS])


@route("GET", "/groups/{group}/transitiveMembers")
def _transitive_members(tenant: Tenant, request: Request, group: str) -> Answer:
    tenant.directory.group(group)
    found = _people(tenant, tenant.directory.transitive(group))
    return listed(request, found, ["@odata.type", *USER_DEFAULTS])


@route("GET", "/groups/{group}/appRoleAssignments")
def _group_assignments(tenant: Tenant, request: Request, group: str) -> Answer:
    tenant.directory.group(group)
    return listed(request, [each for each in tenant.assignments.values() if each["principalId"] == group])


def _people(tenant: Tenant, ids: Iterable[str]) -> list[dict[str, Any]]:
    found = []
    for each in ids:
        kind = "user" if each in tenant.directory.users else "group"
        row = tenant.directory.of("user" if kind == "user" else "group").get(each)
        if row is not None and not row.get("deletedDateTime"):
            found.append({"@odata.type": _TYPES[kind], **row})
    return found


@route("GET", "/me")
def _me(tenant: Tenant, request: Request) -> Answer:
    return _single(request, tenant.directory.user(request.who.user), USER_DEFAULTS)


@route("GET", "/me/memberOf")
@route("GET", "/me/transitiveMemberOf")
def _my_memberships(tenant: Tenant, request: Request) -> Answer:
    groups = [
        {"@odata.type": _TYPES["group"], **each} for each in tenant.directory.groups_of(request.who.user)
    ]
    roles = [{"@odata.type": "#microsoft.graph.directoryRole", **each} for each in _roles(request)]
    return listed(request, [*roles, *groups])


@route("GET", "/me/memberOf/microsoft.graph.directoryRole")
@route("GET", "/me/transitiveMemberOf/microsoft.graph.directoryRole")
def _my_roles(tenant: Tenant, request: Request) -> Answer:
    if not request.eventual:
        raise bad_request("The specified cast needs advanced query capabilities.", "Request_UnsupportedQuery")
    return listed(request, _roles(request))


def _roles(request: Request) -> list[dict[str, Any]]:
    name = request.who.role
    if name not in ROLES:
        return []
    return [
        {
            "id": stable_id("role", name),
            "deletedDateTime": None,
            "displayName": name,
            "description": name,
            "roleTemplateId": ROLES[name],
        }
    ]


@route("GET", "/directoryRoleTemplates")
def _role_templates(tenant: Tenant, request: Request) -> Answer:
    rows = [
        {"id": template, "deletedDateTime": None, "displayName": name, "description": name}
        for name, template in ROLES.items()
    ]
    return Answer(body={"value": rows})


@route("GET", "/organization")
def _organizations(tenant: Tenant, request: Request) -> Answer:
    return Answer(body={"value": [organization()]})


@route("GET", "/organization/{name}")
def _one_organization(tenant: Tenant, request: Request, name: str) -> Answer:
    if name != organization()["id"]:
        raise GraphFault(404, "Request_ResourceNotFound", f"Resource '{name}' does not exist.")
    return Answer(body=organization())


@route("GET", "/subscribedSkus")
def _subscribed_skus(tenant: Tenant, request: Request) -> Answer:
    return Answer(body={"value": tenant.licences})
