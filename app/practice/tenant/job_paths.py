"""Synchronization templates, jobs and what is done with them. Source: entra.md, 1.3 to 1.5 and 1.9."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from app.practice.tenant import cycles
from app.practice.tenant.demand import heed_limit, on_demand
from app.practice.tenant.fault import GraphFault, bad_request, not_found
from app.practice.tenant.job import Job
from app.practice.tenant.request import NOTHING, Answer, Request, route
from app.practice.tenant.sample import NON_GALLERY, TENANT_ID
from app.practice.tenant.schema import default_schema
from app.practice.tenant.tenant import Tenant
from app.scim.errors import ScimProblem
from app.setup.plan import SetupPlan
from app.setup.problem import Problem

AT: Final = "/servicePrincipals/{principal}/synchronization"
_FIELDS: Final = [{"name": "baseaddress"}, {"name": "secrettoken", "secret": True}]
_LEGACY: Final = ("customappsso", "customappssoOutDelta", "customappssoRoleIn")


def templates_of(tenant: Tenant, principal: str) -> list[dict[str, Any]]:
    """The templates that an app offers: one for a gallery app with provisioning, several for one's own.

    Raises:
        GraphFault: 404.
    """
    app = tenant.principal(principal)
    gallery = next(each for each in tenant.templates if each["id"] == app["applicationTemplateId"])
    if gallery["id"] == NON_GALLERY:
        return [_template(name, gallery, default=False) for name in _LEGACY] + [
            _template("scim", gallery, default=False)
        ]
    if not gallery["supportedProvisioningTypes"]:
        return []
    return [_template(str(gallery["displayName"]).lower().replace(" ", ""), gallery, default=True)]


def _template(name: str, gallery: Mapping[str, Any], *, default: bool) -> dict[str, Any]:
    return {
        "id": name,
        "applicationId": gallery["id"],
        "default": default,
        "description": None,
        "discoverable": True,
        "factoryTag": name,
        "metadata": [
            {"key": "GalleryApplicationIdentifier", "value": gallery["id"]},
            {"key": "GalleryApplicationKey", "value": name},
            {"key": "ConfigurationFields", "value": json.dumps(_FIELDS)},
        ],
    }


def find_template(tenant: Tenant, principal: str, name: str) -> dict[str, Any]:
    """One of the templates of an app.

    Raises:
        GraphFault: 404.
    """
    found = next((each for each in templates_of(tenant, principal) if each["id"] == name), None)
    if found is None:
        raise not_found(name)
    return found


@route("GET", f"{AT}/templates", "provisioning")
def _templates(tenant: Tenant, request: Request, principal: str) -> Answer:
    return Answer(body={"value": templates_of(tenant, principal)})


@route("GET", f"{AT}/templates/{{template}}", "provisioning")
def _one_template(tenant: Tenant, request: Request, principal: str, template: str) -> Answer:
    return Answer(body=find_template(tenant, principal, template))


@route("GET", f"{AT}/jobs", "provisioning")
def _jobs(tenant: Tenant, request: Request, principal: str) -> Answer:
    tenant.principal(principal)
    return Answer(body={"value": [each.shown() for each in tenant.jobs.get(principal, {}).values()]})


@route("POST", f"{AT}/jobs", "provisioning")
def _create_job(tenant: Tenant, request: Request, principal: str) -> Answer:
    name = request.text("templateId")
    find_template(tenant, principal, name)
    app = tenant.principals[principal]
    job_id = f"{name}.{TENANT_ID.replace('-', '')}.{app['appId']}"
    if job_id in tenant.jobs.get(principal, {}):
        raise GraphFault(409, "JobAlreadyExists", f"The job '{job_id}' exists already.")
    job = Job(job_id, name, principal, default_schema(job_id, cycles.profile_of(name)))
    tenant.jobs.setdefault(principal, {})[job_id] = job
    return Answer(201, job.shown())


@route("POST", f"{AT}/jobs/validateCredentials", "provisioning")
async def _validate_before(tenant: Tenant, request: Request, principal: str) -> Answer:
    find_template(tenant, principal, request.text("templateId"))
    await _validate(tenant, principal, request)
    return NOTHING


@route("GET", f"{AT}/jobs/{{job}}", "provisioning")
def _job(tenant: Tenant, request: Request, principal: str, job: str) -> Answer:
    return Answer(body=tenant.job(principal, job).shown())


@route("DELETE", f"{AT}/jobs/{{job}}", "provisioning")
def _delete_job(tenant: Tenant, request: Request, principal: str, job: str) -> Answer:
    tenant.job(principal, job).end()
    del tenant.jobs[principal][job]
    return NOTHING


@route("POST", f"{AT}/jobs/{{job}}/validateCredentials", "provisioning")
async def _validate_job(tenant: Tenant, request: Request, principal: str, job: str) -> Answer:
    tenant.job(principal, job)
    await _validate(tenant, principal, request)
    return NOTHING


async def _validate(tenant: Tenant, principal: str, request: Request) -> None:
    """What the service does: look for somebody who is nobody, and expect an empty list."""
    body = request.object()
    given = dict(tenant.secrets.get(principal, {})) if body.get("useSavedCredentials") else {}
    given |= {str(each.get("key")): str(each.get("value")) for each in body.get("credentials") or []}
    plan = SetupPlan()
    plan.app.tenant_url = given.get("BaseAddress", "")
    try:
        async with cycles.client_with(plan.app.tenant_url, given.get("SecretToken", "")) as client:
            found = await client.find("Users", "userName", "00000000-0000-0000-0000-000000000000")
    except ScimProblem as problem:
        raise _unavailable(problem.what) from problem
    except Problem as problem:
        raise _unavailable(problem.what) from problem
    if found:
        raise _unavailable("The app found somebody who does not exist.")


def _unavailable(message: str) -> GraphFault:
    code = "CredentialValidationUnavailable"
    return GraphFault(400, code, message, inner={"code": f"SystemForCrossDomainIdentityManagement{code}"})


@route("POST", f"{AT}/jobs/{{job}}/start", "provisioning")
def _start(tenant: Tenant, request: Request, principal: str, job: str) -> Answer:
    cycles.start(tenant, tenant.job(principal, job))
    return NOTHING


@route("POST", f"{AT}/jobs/{{job}}/pause", "provisioning")
def _pause(tenant: Tenant, request: Request, principal: str, job: str) -> Answer:
    found = tenant.job(principal, job)
    found.schedule = "Paused"  # the running cycle still finishes
    found.wake.set()
    return NOTHING


@route("POST", f"{AT}/jobs/{{job}}/restart", "provisioning")
async def _restart(tenant: Tenant, request: Request, principal: str, job: str) -> Answer:
    found = tenant.job(principal, job)
    criteria = request.body.get("criteria") if isinstance(request.body, dict) else None
    scope = str((criteria or {}).get("resetScope") or "")
    if found.control is not None:
        found.control.stop()  # the running cycle is given up, for a new one
    async with found.busy:
        try:
            cycles.reset(found, scope)
        except Problem as problem:
            raise bad_request(problem.what) from problem
        if "ForceDeletes" in scope:
            found.quarantine = None
    cycles.start(tenant, found)
    return NOTHING


@route("POST", f"{AT}/jobs/{{job}}/provisionOnDemand", "provisioning")
async def _provision_on_demand(tenant: Tenant, request: Request, principal: str, job: str) -> Answer:
    found = tenant.job(principal, job)
    heed_limit(tenant)
    parameters = request.object().get("parameters")
    if not isinstance(parameters, list) or not parameters:
        raise bad_request("Property 'parameters' is required.")
    return Answer(body=await on_demand(tenant, found, parameters[0]))
