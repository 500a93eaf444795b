"""Provision on demand, with the answer's two layers of JSON. Source: entra.md, section 1.9."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import aclosing
from typing import TYPE_CHECKING, Any, Final

from app.engine.control import Control
from app.engine.on_demand.choose import choose_group, choose_person
from app.engine.on_demand.provision import Outcome, provision
from app.engine.state.store import Store
from app.practice.tenant import cycles
from app.practice.tenant.cycle_log import modified, steps, summary
from app.practice.tenant.fault import bad_request
from app.practice.tenant.people import TenantPeople
from app.practice.tenant.schema import RULE
from app.setup.problem import Problem

if TYPE_CHECKING:
    from app.practice.tenant.job import Job
    from app.practice.tenant.tenant import Tenant

_MEMBERS: Final = 5
_RESULTS: Final = {"success": "Success", "failure": "Failure", "skipped": "Skipped", "warning": "Warning"}


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
        return _refused(problem)
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
    details = {"errorCode": entry.code or None, "errorMessage": entry.reason or None}
    status = "success" if entry.status == "planned" else entry.status
    action = {"none": "Other", "staged-delete": "StagedDelete"}.get(entry.action, entry.action.capitalize())
    return {
        "key": json.dumps({"result": _RESULTS[status], "details": details}),
        "value": json.dumps(
            {
                "action": action,
                "provisioningSteps": steps(outcome.steps),
                "modifiedProperties": modified(entry),
            }
        ),
    }


def _refused(problem: Problem) -> dict[str, Any]:
    details = {"errorCode": problem.code, "errorMessage": problem.what}
    return {
        "key": json.dumps({"result": "Failure", "details": details}),
        "value": json.dumps({"action": "Other", "provisioningSteps": [], "modifiedProperties": None}),
    }
