"""Provision on demand, with the answer's two layers of JSON. Source: entra.md, section 1.9."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from contextlib import aclosing
from typing import TYPE_CHECKING, Any, Final

from app.engine.control import Control
from app.engine.on_demand.choose import choose_group, choose_person
from app.engine.on_demand.provision import Outcome, provision
from app.engine.state.store import Store
from app.practice.tenant import cycles
from app.practice.tenant.cycle_log import modified, steps, summary
from app.practice.tenant.fault import bad_request, ordered
from app.practice.tenant.log_codes import REDUNDANT, SKIPPED, job_code, log_code
from app.practice.tenant.people import TenantPeople
from app.practice.tenant.schema import RULE
from app.setup.problem import Problem

if TYPE_CHECKING:
    from app.practice.tenant.job import Job
    from app.practice.tenant.tenant import Tenant

_MEMBERS: Final = 5
_MOST: Final = 5
_WINDOW: Final = 10.0
STATUS_INFO: Final = "Microsoft.Identity.Health.CPP.Common.DataContracts.SyncFabric.StatusInfo"
_RESULTS: Final = {"success": "Success", "failure": "Failure", "skipped": "Skipped", "warning": "Warning"}


def heed_limit(tenant: Tenant) -> None:
    """Take at most five requests in ten seconds, by the real time.

    Raises:
        GraphFault: 429, with when to come again.
    """
    now = time.monotonic()
    tenant.demands = [each for each in tenant.demands if now - each < _WINDOW]
    if len(tenant.demands) >= _MOST:
        fault = ordered(429)
        fault.headers["Retry-After"] = f"{_WINDOW - (now - tenant.demands[0]):.3f}"
        raise fault
    tenant.demands.append(now)


async def on_demand(tenant: Tenant, job: Job, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Provision the subject of a request.

    Raises:
        GraphFault: 400, for a rule or subject that cannot be.
    """
    subjects = parameters.get("subjects") or []
    if parameters.get("ruleId") != RULE or len(subjects) != 1:
        raise bad_request("The rule is not known, or there is not exactly one subject.")
    subject = subjects[0]
    people = TenantPeople(tenant, job.principal_id)
    try:
        chosen = _choose(people, subject)
        plan = cycles.plan_of(tenant, job)
        async with job.busy:
            with Store.open(job.folder) as store:
                async with cycles.client_of(tenant, job, plan) as client:
                    control = Control(tenant.clock)
                    profile = cycles.profile_of(job.template_id)
                    run = provision(plan, profile, people, client, store, control, chosen)
                    async with aclosing(run) as said:
                        async for item in said:
                            if isinstance(item, Outcome):
                                return _answer(tenant, job, item)
    except Problem as problem:
        return _refused(tenant, problem)
    raise bad_request("Nothing came of it.")


def _choose(people: TenantPeople, subject: Mapping[str, Any]) -> Any:
    object_id = str(subject.get("objectId") or "")
    if subject.get("objectTypeName") == "User":
        return choose_person(people, object_id)
    links = (subject.get("links") or {}).get("members") or []
    if len(links) > _MEMBERS:
        raise bad_request(f"At most {_MEMBERS} members can be provisioned on demand.")
    return choose_group(people, object_id, [str(each.get("objectId")) for each in links])


def _answer(tenant: Tenant, job: Job, outcome: Outcome) -> dict[str, Any]:
    entry = outcome.entry
    tenant.log.append(summary(tenant, job, entry))
    status = "success" if entry.status == "planned" else entry.status
    details = {"errorCode": _code(outcome), "errorMessage": entry.reason or None}
    action = {"none": "Other", "staged-delete": "StagedDelete"}.get(entry.action, entry.action.capitalize())
    value = {
        "action": action,
        "provisioningSteps": steps(outcome.steps, entry.source_id),
        "modifiedProperties": modified(entry),
    }
    return _shaped(tenant, {"result": _RESULTS[status], "details": details}, value)


def _code(outcome: Outcome) -> str | None:
    """Why nothing was sent: the app has it all already, or the person is out of scope."""
    entry = outcome.entry
    if entry.code or entry.status != "skipped":
        return log_code(entry.code) if entry.code else None
    in_scope = all(step.status == "success" for step in outcome.steps if step.name == "scope")
    return REDUNDANT if in_scope else SKIPPED


def _refused(tenant: Tenant, problem: Problem) -> dict[str, Any]:
    details = {"errorCode": job_code(problem.code), "errorMessage": problem.what}
    value: dict[str, Any] = {"action": "Other", "provisioningSteps": [], "modifiedProperties": None}
    return _shaped(tenant, {"result": "Failure", "details": details}, value)


def _shaped(tenant: Tenant, key: dict[str, Any], value: dict[str, Any]) -> dict[str, Any]:
    """In one of the two shapes that were seen of the service: which one is a control's choice."""
    if tenant.demand_shape == 2:
        told = [
            {
                **step,
                "provisioningStepType": step["provisioningStepType"].capitalize(),
                "status": step["status"].capitalize(),
            }
            for step in value["provisioningSteps"]
        ]
        return {"key": STATUS_INFO, "value": json.dumps([{**value, "provisioningSteps": told}])}
    return {"key": json.dumps(key), "value": json.dumps(value)}
