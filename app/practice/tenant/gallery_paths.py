"""The gallery, applications, service principals, assignments. Sources: entra.md, sections 1.1, 1.2 and 2."""

from __future__ import annotations

from typing import Any

from app.practice.tenant.directory_paths import listed
from app.practice.tenant.fault import bad_request, not_found
from app.practice.tenant.odata import select
from app.practice.tenant.request import NOTHING, Answer, Request, route
from app.practice.tenant.sample import NON_GALLERY
from app.practice.tenant.tenant import NOBODYS_ROLE, Tenant


@route("GET", "/applicationTemplates")
def _templates(tenant: Tenant, request: Request) -> Answer:
    return listed(request, [each for each in tenant.templates if each["id"] != NON_GALLERY])


@route("GET", "/applicationTemplates/{template}")
def _template(tenant: Tenant, request: Request, template: str) -> Answer:
    return Answer(body=_find_template(tenant, template))


def _find_template(tenant: Tenant, template_id: str) -> dict[str, Any]:
    found = next((each for each in tenant.templates if each["id"] == template_id), None)
    if found is None:
        raise not_found(template_id)
    return found


@route("POST", "/applicationTemplates/{template}/instantiate")
def _instantiate(tenant: Tenant, request: Request, template: str) -> Answer:
    name = request.text("displayName")
    application, principal = tenant.add_app(_find_template(tenant, template), name, request.who.user)
    return Answer(201, {"application": application, "servicePrincipal": principal})


@route("GET", "/applications")
def _applications(tenant: Tenant, request: Request) -> Answer:
    return listed(request, tenant.applications.values())


@route("GET", "/applications/{application}")
def _application(tenant: Tenant, request: Request, application: str) -> Answer:
    return _one(request, tenant.application(application))


@route("PATCH", "/applications/{application}")
def _change_application(tenant: Tenant, request: Request, application: str) -> Answer:
    found, values = tenant.application(application), request.object()
    if "appRoles" in values:
        roles = _new_roles(found["appRoles"], values["appRoles"])
        for each in tenant.principals.values():
            if each["appId"] == found["appId"]:
                each["appRoles"] = [dict(role) for role in roles]
        values = {**values, "appRoles": roles}
    found.update({name: value for name, value in values.items() if name in found and name != "id"})
    return NOTHING


def _new_roles(before: list[dict[str, Any]], given: Any) -> list[dict[str, Any]]:
    """The list is replaced whole; only a disabled role may be left out."""
    if not isinstance(given, list) or not all(isinstance(role, dict) and role.get("id") for role in given):
        raise bad_request("Property 'appRoles' is invalid.", "Request_BadRequest")
    kept = {role["id"] for role in given}
    if any(role["isEnabled"] for role in before if role["id"] not in kept):
        raise bad_request(
            "Property value cannot be deleted unless it is disabled first.", "CannotDeleteOrUpdate"
        )
    for role in given:
        value = role.get("value")
        if value is not None and (len(str(value)) > 120 or " " in str(value) or str(value).startswith(".")):
            raise bad_request("Property 'value' of an app role is invalid.", "Request_BadRequest")
    return [{**role, "origin": "Application"} for role in given]


@route("DELETE", "/applications/{application}")
def _delete_application(tenant: Tenant, request: Request, application: str) -> Answer:
    found = tenant.application(application)
    for each in [each for each in tenant.principals.values() if each["appId"] == found["appId"]]:
        tenant.remove_principal(each["id"])
    del tenant.applications[application]
    return NOTHING


@route("GET", "/servicePrincipals")
def _principals(tenant: Tenant, request: Request) -> Answer:
    return listed(request, tenant.principals.values())


@route("GET", "/servicePrincipals(appId='{app_id}')")
def _principal_by_app(tenant: Tenant, request: Request, app_id: str) -> Answer:
    found = next((each for each in tenant.principals.values() if each["appId"] == app_id), None)
    if found is None:
        raise not_found(app_id)
    return _one(request, tenant.principal(found["id"]))


@route("GET", "/servicePrincipals/{principal}")
def _principal(tenant: Tenant, request: Request, principal: str) -> Answer:
    return _one(request, tenant.principal(principal))


@route("PATCH", "/servicePrincipals/{principal}")
def _change_principal(tenant: Tenant, request: Request, principal: str) -> Answer:
    found, values = tenant.principal(principal), request.object()
    found.update({name: value for name, value in values.items() if name in found and name != "id"})
    return NOTHING


@route("DELETE", "/servicePrincipals/{principal}")
def _delete_principal(tenant: Tenant, request: Request, principal: str) -> Answer:
    tenant.principal(principal)
    tenant.remove_principal(principal)
    return NOTHING


@route("GET", "/servicePrincipals/{principal}/owners")
def _owners(tenant: Tenant, request: Request, principal: str) -> Answer:
    tenant.principal(principal)
    found = [tenant.directory.users[each] for each in tenant.owners.get(principal, [])]
    return Answer(body={"value": [{"@odata.type": "#microsoft.graph.user", **each} for each in found]})


def _one(request: Request, row: dict[str, Any]) -> Answer:
    names = request.query.get("$select", "")
    return Answer(body=select(row, [name.strip() for name in names.split(",")]) if names else row)


@route("GET", "/servicePrincipals/{principal}/appRoleAssignedTo")
def _assigned(tenant: Tenant, request: Request, principal: str) -> Answer:
    tenant.principal(principal)
    return listed(request, tenant.assigned_to(principal))


@route("POST", "/servicePrincipals/{principal}/appRoleAssignedTo")
def _assign(tenant: Tenant, request: Request, principal: str) -> Answer:
    app = tenant.principal(principal)
    who, role = request.text("principalId"), request.text("appRoleId")
    if request.text("resourceId") != principal:
        raise bad_request("The resource id must be that of the service principal.", "Request_BadRequest")
    roles = {each["id"] for each in app["appRoles"] if each["isEnabled"]}
    if role not in roles and (role != NOBODYS_ROLE or roles):
        raise bad_request("Permission being assigned was not found on application.", "Request_BadRequest")
    row = _assignable(tenant, who)
    if any(
        each["principalId"] == who and each["appRoleId"] == role for each in tenant.assigned_to(principal)
    ):
        raise bad_request("Permission being assigned already exists on the object.", "Request_BadRequest")
    return Answer(201, tenant.assign(app, row, role))


def _assignable(tenant: Tenant, object_id: str) -> dict[str, Any]:
    if object_id in tenant.directory.users:
        return tenant.directory.user(object_id)
    group = tenant.directory.group(object_id)
    if not group["securityEnabled"]:
        raise bad_request("The group is not security enabled, and cannot be assigned.", "Request_BadRequest")
    return group


@route("GET", "/servicePrincipals/{principal}/appRoleAssignedTo/{assignment}")
def _assignment(tenant: Tenant, request: Request, principal: str, assignment: str) -> Answer:
    return Answer(body=_find_assignment(tenant, principal, assignment))


@route("DELETE", "/servicePrincipals/{principal}/appRoleAssignedTo/{assignment}")
def _unassign(tenant: Tenant, request: Request, principal: str, assignment: str) -> Answer:
    _find_assignment(tenant, principal, assignment)
    del tenant.assignments[assignment]
    return NOTHING


def _find_assignment(tenant: Tenant, principal: str, assignment: str) -> dict[str, Any]:
    tenant.principal(principal)
    found = tenant.assignments.get(assignment)
    if found is None or found["resourceId"] != principal:
        raise not_found(assignment)
    return found
