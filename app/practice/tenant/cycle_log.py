"""Rows of the engine's log as Graph's provisioning log has them. Source: entra.md, section 4."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, Final

from app.engine.events import LogEntry, Step
from app.practice.tenant.log_codes import log_code
from app.practice.tenant.sample import TENANT_ID
from app.practice.tenant.schema import GROUP_OBJECT, USER_OBJECT

if TYPE_CHECKING:
    from app.practice.tenant.job import Job
    from app.practice.tenant.tenant import Tenant

_ACTIONS: Final = {"staged-delete": "stagedDelete", "none": "other"}
_TYPES: Final = {
    "import": ("EntryImport", "import"),
    "scope": ("EntrySynchronizationScoping", "scoping"),
    "match": ("EntryImportMatch", "matching"),
    "export": ("EntryExport", "export"),
    "reference": ("EntryReferenceResolution", "referenceResolution"),
}
_SOURCE_SYSTEM: Final = "9a1f5c1e-7c0c-4b11-9c55-1f6a34a4d001"
_TARGET_SYSTEM: Final = "9a1f5c1e-7c0c-4b11-9c55-1f6a34a4d002"


def summary(tenant: Tenant, job: Job, entry: LogEntry, cycle_id: str = "") -> dict[str, Any]:
    """One row, as Graph answers it."""
    principal = tenant.principals[job.principal_id]
    return {
        "id": str(uuid.uuid4()),
        "activityDateTime": entry.time or tenant.now(),
        "tenantId": TENANT_ID,
        "jobId": job.id,
        "cycleId": cycle_id or str(uuid.uuid5(uuid.NAMESPACE_OID, f"{job.id}-{entry.cycle}")),
        "changeId": str(uuid.uuid4()),
        "provisioningAction": _ACTIONS.get(entry.action, entry.action),
        "durationInMilliseconds": round(entry.milliseconds),
        "initiatedBy": {"id": "", "displayName": "Azure AD Provisioning Service", "initiatorType": "system"},
        "servicePrincipal": {"id": job.principal_id, "displayName": principal["displayName"]},
        "sourceSystem": {"id": _SOURCE_SYSTEM, "displayName": "Azure Active Directory", "details": {}},
        "targetSystem": {
            "id": _TARGET_SYSTEM,
            "displayName": principal["displayName"],
            "details": {
                "ApplicationId": principal["appId"],
                "ServicePrincipalId": job.principal_id,
                "ServicePrincipalDisplayName": principal["displayName"],
            },
        },
        "sourceIdentity": _source(entry),
        "targetIdentity": _target(entry),
        "provisioningSteps": steps(entry.steps, entry.source_id),
        "modifiedProperties": modified(entry),
        "provisioningStatusInfo": {
            "status": "success" if entry.status == "planned" else entry.status,
            "errorInformation": _error(entry),
        },
    }


def steps(told: list[Step], source_id: str) -> list[dict[str, Any]]:
    """The steps, with the names that the portal shows."""
    return [
        {
            "name": _TYPES[step.name][0],
            "provisioningStepType": _TYPES[step.name][1],
            "status": step.status,
            "description": step.text,
            "details": {**({"objectId": source_id} if step.name == "import" else {}), **step.details},
        }
        for step in told
    ]


def modified(entry: LogEntry) -> list[dict[str, Any]]:
    """Values before and after."""
    return [
        {"displayName": change.target, "oldValue": change.old, "newValue": change.new}
        for change in entry.changes
    ]


def _source(entry: LogEntry) -> dict[str, Any]:
    kind = "User" if entry.kind == "user" else "Group"
    details = {"odatatype": kind}
    if entry.kind == "user":
        details["UserPrincipalName"] = entry.name
    return {"id": entry.source_id, "displayName": entry.name, "identityType": kind, "details": details}


def _target(entry: LogEntry) -> dict[str, Any]:
    """Without an id before the app has given one."""
    return {
        "id": entry.target_id,
        "displayName": entry.name if entry.target_id else "",
        "identityType": USER_OBJECT if entry.kind == "user" else GROUP_OBJECT,
        "details": {},
    }


def _error(entry: LogEntry) -> dict[str, Any] | None:
    if not entry.code and not entry.reason:
        return None
    return {
        "errorCode": log_code(entry.code),
        "reason": entry.reason,
        "additionalDetails": None,
        "errorCategory": "failure" if entry.status == "failure" else "nonServiceFailure",
        "recommendedAction": entry.remedy,
    }
