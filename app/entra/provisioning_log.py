"""The provisioning log of Microsoft's service: asked for page by page, whatever its length.

Source: Microsoft Graph, provisioningObjectSummary. Names are those of v1.0; the beta's differ.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from app.entra.graph import GraphClient, literal
from app.entra.reading import as_list, as_object, as_text
from app.entra.times import filter_time, one_of, read_time
from app.entra.why_skipped import scope_reasons

PAGE: Final = 500
"""Rows a page, as the portal asks for them."""

_MOST_LOOKED_AT: Final = 40
"""Pages that one question looks through at most, when what is searched for is rare."""

_ACTIONS: Final = ("other", "create", "delete", "disable", "update", "stagedDelete")
_STATUSES: Final = ("success", "failure", "skipped", "warning")
_STEP_TYPES: Final = ("import", "scoping", "matching", "processing", "referenceResolution", "export")


@dataclass(frozen=True, slots=True)
class LogStep:
    """One step. ``type`` and ``status`` are Graph's words, whatever letter case it wrote them in."""

    name: str
    type: str
    status: str
    text: str
    details: dict[str, str]


@dataclass(frozen=True, slots=True)
class LogChange:
    """A property before and after."""

    name: str
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True)
class Party:
    """The object on one side of a provisioning."""

    id: str
    name: str
    type: str
    details: dict[str, str]


@dataclass(frozen=True, slots=True)
class LogRow:
    """One row: one person or group in one cycle.

    Attributes:
        skipped_because: why, in sentences, where somebody was skipped and the steps tell.
    """

    id: str
    time: datetime | None
    job: str
    cycle: str
    change: str
    action: str
    status: str
    milliseconds: float
    source: Party
    target: Party
    initiator: str
    source_system: str
    target_system: str
    code: str
    reason: str
    category: str
    recommended: str
    steps: list[LogStep] = field(default_factory=list)
    changes: list[LogChange] = field(default_factory=list)
    skipped_because: list[str] = field(default_factory=list)

    @property
    def person(self) -> str:
        """What a person calls the object: user principal name, or the name it has."""
        for party in (self.source, self.target):
            if name := party.details.get("UserPrincipalName") or party.name:
                return name
        return self.source.id or self.target.id

    @property
    def is_group(self) -> bool:
        """Whether it is a group."""
        kinds = (self.source.details.get("odatatype", ""), self.source.type, self.target.type)
        return any(kind.casefold().endswith("group") for kind in kinds)


@dataclass(frozen=True, slots=True)
class LogQuery:
    """Which rows. Empty fields mean any.

    Attributes:
        job: id of the job.
        principal: object id of the service principal, where the job's id is not known.
        person: an object id, or part of a name or user principal name in any letter case.
    """

    job: str = ""
    principal: str = ""
    status: str = ""
    action: str = ""
    person: str = ""
    since: datetime | None = None
    until: datetime | None = None

    @property
    def filter(self) -> str:
        """What the service is asked to filter by. Names are looked through here: its filter is case-sensitive
        and does not reach user principal names."""
        parts = []
        if self.job:
            parts.append(f"jobId eq {literal(self.job)}")
        elif self.principal:
            parts.append(f"servicePrincipal/id eq {literal(self.principal)}")
        if self.status:
            parts.append(f"provisioningStatusInfo/status eq {literal(self.status)}")
        if self.action:
            parts.append(f"provisioningAction eq {literal(self.action)}")
        if self.since:
            parts.append(f"activityDateTime gt {filter_time(self.since)}")
        if self.until:
            parts.append(f"activityDateTime lt {filter_time(self.until)}")
        return " and ".join(parts)

    def has(self, row: LogRow) -> bool:
        """Whether a row is of the person that is looked for."""
        wanted = self.person.strip().casefold()
        if not wanted:
            return True
        texts = (row.person, row.source.id, row.source.name, row.target.id, row.target.name)
        return any(wanted in text.casefold() for text in texts)


@dataclass(frozen=True, slots=True)
class LogPart:
    """Part of the log, newest first.

    Attributes:
        after: where the next part begins, to be handed back as it is; empty at the end.
        looked_at: how many rows were looked through.
    """

    rows: list[LogRow]
    after: str
    looked_at: int


async def read_part(graph: GraphClient, query: LogQuery, *, after: str = "", most: int = PAGE) -> LogPart:
    """The next rows, at least ``most`` of them unless the log ends or many pages hold none.

    Args:
        after: of the part before; empty for the newest rows.
        most: how many rows are wanted; a page is never cut, so there may be more.
    """
    rows: list[LogRow] = []
    looked_at, link = 0, after
    params: dict[str, str] | None = None
    if not after:
        params = {"$top": str(max(1, min(most, PAGE))), "$orderby": "activityDateTime desc"}
        if query.filter:
            params["$filter"] = query.filter
    for _ in range(_MOST_LOOKED_AT):
        page = await graph.get(link or "/auditLogs/provisioning", params)
        params = None
        found = [read_row(each) for each in page.get("value") or [] if isinstance(each, dict)]
        looked_at += len(found)
        rows += [row for row in found if query.has(row)]
        following = page.get("@odata.nextLink")
        link = following if isinstance(following, str) and following != link else ""
        if not link or len(rows) >= most:
            break
    return LogPart(rows, link, looked_at)


def read_row(given: Mapping[str, Any]) -> LogRow:
    """A row as Graph answers it; the beta's names of the same fields are read too."""
    status = as_object(given.get("provisioningStatusInfo") or given.get("statusInfo"))
    error = as_object(status.get("errorInformation"))
    steps = [_step(as_object(each)) for each in as_list(given.get("provisioningSteps"))]
    result = one_of(status.get("status"), _STATUSES)
    took = given.get("durationInMilliseconds")
    by = as_object(given.get("initiatedBy"))
    return LogRow(
        id=as_text(given.get("id")),
        time=read_time(given.get("activityDateTime")),
        job=as_text(given.get("jobId")),
        cycle=as_text(given.get("cycleId")),
        change=as_text(given.get("changeId")),
        action=one_of(given.get("provisioningAction") or given.get("action"), _ACTIONS),
        status=result,
        milliseconds=float(took) if isinstance(took, int | float) else 0.0,
        source=_party(given.get("sourceIdentity")),
        target=_party(given.get("targetIdentity")),
        initiator=as_text(by.get("displayName"))
        or as_text(by.get("initiatorType") or by.get("initiatingType")),
        source_system=as_text(as_object(given.get("sourceSystem")).get("displayName")),
        target_system=as_text(as_object(given.get("targetSystem")).get("displayName")),
        code=as_text(error.get("errorCode")),
        reason=as_text(error.get("reason")) or as_text(error.get("additionalDetails")),
        category=as_text(error.get("errorCategory")),
        recommended=as_text(error.get("recommendedAction")),
        steps=steps,
        changes=[_change(as_object(each)) for each in as_list(given.get("modifiedProperties"))],
        skipped_because=scope_reasons([step.details for step in steps]) if result == "skipped" else [],
    )


def _step(given: Mapping[str, Any]) -> LogStep:
    return LogStep(
        name=as_text(given.get("name")),
        type=one_of(given.get("provisioningStepType") or given.get("type"), _STEP_TYPES),
        status=one_of(given.get("status"), _STATUSES),
        text=as_text(given.get("description")),
        details=_details(given.get("details")),
    )


def _change(given: Mapping[str, Any]) -> LogChange:
    return LogChange(
        as_text(given.get("displayName")), _value(given.get("oldValue")), _value(given.get("newValue"))
    )


def _party(given: object) -> Party:
    told = as_object(given)
    return Party(
        as_text(told.get("id")),
        as_text(told.get("displayName")),
        as_text(told.get("identityType")),
        _details(told.get("details")),
    )


def _details(given: object) -> dict[str, str]:
    return {str(name): _value(value) or "" for name, value in as_object(given).items()}


def _value(given: object) -> str | None:
    if given is None or isinstance(given, str):
        return given
    return str(given)
