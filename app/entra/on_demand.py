"""Provision on demand: one person, or a group with a few members, now, with every step shown.

The answer is JSON inside text, in one of two shapes. It ignores the flag aadOptscim062020, so that what is
sent to the app here is in the older dialect. Source: Microsoft Graph, synchronizationJob: provisionOnDemand.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from app.entra.graph import Found, GraphClient
from app.entra.provisioning_log import LogChange, LogStep, read_row
from app.entra.reading import as_text
from app.entra.synchronization_job import jobs_path
from app.entra.times import one_of
from app.entra.why_skipped import scope_reasons
from app.setup.problem import Problem

MOST_MEMBERS: Final = 5
_RESULTS: Final = ("success", "skipped", "failure", "warning")
_SKIP: Final = "EntrySynchronizationSkip"


@dataclass(frozen=True, slots=True)
class OnDemand:
    """What came of it.

    Attributes:
        result: ``success``, ``skipped``, ``failure``, ``warning``, or Graph's own word for a new one.
        action: as the log has it.
        code: of the error or the reason to skip; may be empty.
        because: why somebody was skipped, in sentences.
    """

    result: str
    action: str
    code: str
    message: str
    steps: list[LogStep] = field(default_factory=list)
    changes: list[LogChange] = field(default_factory=list)
    because: list[str] = field(default_factory=list)
    target_id: str = ""


async def provision(
    graph: GraphClient,
    principal: str,
    job: str,
    object_id: str,
    kind: Literal["user", "group"] = "user",
    members: tuple[str, ...] = (),
) -> OnDemand:
    """Provision somebody now.

    Args:
        principal: object id of the service principal.
        object_id: of the user or group in the directory.
        members: object ids of users of the group, five at most.

    Raises:
        Problem: the job has no rule for this kind of object, or there are too many members.
        GraphProblem: Graph refused it; five requests in ten seconds are the limit.
    """
    if len(members) > MOST_MEMBERS:
        raise Problem(
            "ON-DEMAND-MEMBERS",
            f"At most {MOST_MEMBERS} members of a group can be provisioned on demand.",
            "Microsoft's service takes no more in one request.",
            f"Choose {MOST_MEMBERS} of them; the others come with the next cycle.",
        )
    rule = rule_for(await graph.get(jobs_path(principal, job, "schema")), kind)
    name = "User" if kind == "user" else "Group"
    subject: dict[str, Any] = {"objectId": object_id, "objectTypeName": name}
    if members:
        subject["links"] = {"members": [{"objectId": each, "objectTypeName": "User"} for each in members]}
    body = {"parameters": [{"ruleId": rule, "subjects": [subject]}]}
    answer = await graph.post(jobs_path(principal, job, "provisionOnDemand"), body)
    return read_answer(answer or {})


def rule_for(schema: Found, kind: Literal["user", "group"]) -> str:
    """The id of the rule that provisions this kind. It is read, never known: ids differ from app to app.

    Raises:
        Problem: no rule does, or its mapping is turned off.
    """
    for rule in schema.get("synchronizationRules") or []:
        for mapping in rule.get("objectMappings") or []:
            source = str(mapping.get("sourceObjectName") or "").casefold()
            if source == kind and mapping.get("enabled") is not False and rule.get("id"):
                return str(rule["id"])
    raise Problem(
        "ON-DEMAND-NO-RULE",
        f"This app does not provision {kind}s.",
        "Its mappings have none for them, or that mapping is turned off.",
        "Choose a person instead." if kind == "group" else "Look at the mappings of the app.",
    )


def read_answer(answer: Mapping[str, Any]) -> OnDemand:
    """What came of it, from either shape of the answer; what cannot be read is told as a warning."""
    status, value = _inside(answer.get("key")), _inside(answer.get("value"))
    told: Any = value[0] if isinstance(value, list) and value else value
    if not isinstance(told, dict):
        told = {}
    outcome = status if isinstance(status, dict) else _status_of(told)
    details = outcome.get("details")
    details = details if isinstance(details, dict) else {}
    row = read_row(
        {
            "provisioningAction": told.get("action") or told.get("provisioningAction"),
            "provisioningSteps": told.get("provisioningSteps"),
            "modifiedProperties": told.get("modifiedProperties"),
            "targetIdentity": told.get("targetIdentity"),
        }
    )
    result = one_of(outcome.get("result") or outcome.get("status"), _RESULTS) or _result_of(row.steps)
    code = as_text(details.get("errorCode") or outcome.get("errorCode"))
    because = scope_reasons([step.details for step in row.steps]) if result == "skipped" else []
    return OnDemand(
        result=result,
        action=row.action or "other",
        code="" if code.casefold() == "none" else code,
        message=as_text(
            details.get("errorMessage")
            or details.get("reason")
            or outcome.get("errorMessage")
            or outcome.get("reason")
        ),
        steps=row.steps,
        changes=row.changes,
        because=because,
        target_id=row.target.id,
    )


def _status_of(told: Mapping[str, Any]) -> dict[str, Any]:
    """The second shape has no status of its own beside the value; it may be inside."""
    info = told.get("statusInfo") or told.get("provisioningStatusInfo")
    if not isinstance(info, dict):
        return {}
    error = info.get("errorInformation") or info.get("details")
    return {"result": info.get("status") or info.get("result"), "details": error}


def _result_of(steps: list[LogStep]) -> str:
    """What the steps add up to, where nothing else says it."""
    if any(step.status == "failure" for step in steps):
        return "failure"
    if any(step.status == "skipped" or step.name.startswith(_SKIP) for step in steps):
        return "skipped"
    return "success" if steps else "warning"


def _inside(text: object) -> Any:
    """The JSON of a text; None for plain words, such as the name of a .NET type."""
    if not isinstance(text, str):
        return text
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
