"""The words of the pipe between window and worker: one JSON object a line, one model for each kind.

To the worker go a request, a cancel or a pause; back come events, and for each request exactly one end, a
result or an error. Lines are pure ASCII, so that no code page of any system can touch them. The events and
results are re-exported: windows import them from here and never from the tasks.
"""

from __future__ import annotations

import json
from typing import Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.setup.plan import SetupPlan
from app.setup.problem import Problem
from app.tasks.engine_results import (
    CyclePoint,
    CyclePoints,
    DriftReport,
    DriftRow,
    OnDemandReport,
    PasswordState,
    ScheduleFile,
    ScheduleReport,
    StagedDeletion,
    StagedDeletions,
)
from app.tasks.entra_results import (
    AppChoices,
    AssignedList,
    AssignedRow,
    CallList,
    EntraLogPage,
    EntraLogRow,
    EntraStep,
    ExistingChoice,
    GalleryChoice,
    JobExecution,
    JobStatus,
    Pair,
    PlannedCall,
    PracticeTenantReady,
    Prerequisite,
    Prerequisites,
    RoadReport,
    SignedIn,
    Troubleshooting,
)
from app.tasks.events import Change, CheckOutcome, Entry, Event, Notice, Progress, RoadStep, Step
from app.tasks.results import (
    CheckVerdict,
    ColumnRow,
    CycleSummary,
    Done,
    Exported,
    ExpressionReport,
    FaultRow,
    FunctionList,
    FunctionRow,
    LogPage,
    MappedValue,
    PeoplePage,
    PeopleSummary,
    PersonPreview,
    PersonRow,
    PlanChange,
    PracticeReady,
    Quarantine,
    ReportComparison,
    ReportDifference,
    Result,
    ScopeCount,
    ScopePerson,
    StatusReport,
    TokenState,
    WaitingRow,
)

__all__ = [
    "Answer",
    "AppChoices",
    "AssignedList",
    "AssignedRow",
    "BadMessage",
    "CallList",
    "Cancel",
    "Change",
    "CheckOutcome",
    "CheckVerdict",
    "CyclePoint",
    "CyclePoints",
    "CycleSummary",
    "Done",
    "DriftReport",
    "DriftRow",
    "EntraLogPage",
    "EntraLogRow",
    "EntraStep",
    "Entry",
    "ErrorBody",
    "ErrorMessage",
    "Event",
    "EventMessage",
    "ExistingChoice",
    "Exported",
    "ExpressionReport",
    "ColumnRow",
    "FaultRow",
    "FunctionList",
    "FunctionRow",
    "GalleryChoice",
    "Incoming",
    "JobExecution",
    "JobStatus",
    "LogPage",
    "MappedValue",
    "Notice",
    "OnDemandReport",
    "Pair",
    "PasswordState",
    "Pause",
    "PeoplePage",
    "PeopleSummary",
    "PersonPreview",
    "PersonRow",
    "PlanChange",
    "PlannedCall",
    "PracticeReady",
    "PracticeTenantReady",
    "Prerequisite",
    "Prerequisites",
    "Progress",
    "Quarantine",
    "ReportComparison",
    "ReportDifference",
    "Request",
    "Result",
    "ResultMessage",
    "RoadReport",
    "RoadStep",
    "ScheduleFile",
    "ScheduleReport",
    "ScopeCount",
    "ScopePerson",
    "SignedIn",
    "StagedDeletion",
    "StagedDeletions",
    "StatusReport",
    "Step",
    "TokenState",
    "Troubleshooting",
    "WaitingRow",
    "encode",
    "read_answer",
    "read_incoming",
]

CANCELLED = "CANCELLED"
"""The code of the error that ends a request which was cancelled."""


class BadMessage(Problem):
    """A line that is no message.

    Attributes:
        id: the request's id where the line still had one, so that its sender hears about it.
    """

    def __init__(self, details: str, id: str | None = None) -> None:  # noqa: A002 - the message's own word
        super().__init__(
            "BAD-MESSAGE",
            "The window and its worker did not understand each other.",
            "The two are most likely of different versions.",
            "Close Rollcall and start it again. If it happens again, install it anew.",
            details,
        )
        self.id = id


class _Message(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class Request(_Message):
    """Do a task. ``plan`` is the plan as it stands in the window, ``plan_path`` where it is saved."""

    id: str
    task: str
    plan: SetupPlan | None = None
    plan_path: str | None = None
    params: dict[str, Any] = Field(default_factory=dict)


class Cancel(_Message):
    """End the request of this id; its end still comes, as a result or as the error ``CANCELLED``."""

    id: str
    cancel: Literal[True] = True


class Pause(_Message):
    """Hold the request of this id before its next step, or let it go on."""

    id: str
    pause: bool


Incoming: TypeAlias = Request | Cancel | Pause


class EventMessage(_Message):
    """A task said something. The event stands apart from ``id``: a check has an id of its own."""

    id: str
    event: Event


class ResultMessage(_Message):
    """A task ended well. ``kind`` is the result's class name."""

    id: str
    kind: str
    result: dict[str, Any]

    def typed(self) -> Result:
        """The result as its model.

        Raises:
            BadMessage: the kind is unknown here, or its fields are not as this version has them.
        """
        model = RESULTS.get(self.kind)
        if model is None:
            raise BadMessage(f"unknown kind of result: {self.kind}", self.id)
        try:
            return model.model_validate(self.result)
        except ValidationError as error:
            raise BadMessage(_faults(error), self.id) from error


class ErrorBody(_Message):
    """A :class:`Problem` as it goes over the pipe and out of ``--json``."""

    code: str
    what: str
    why: str = ""
    remedy: str = ""
    details: str = ""

    @classmethod
    def of(cls, problem: Problem) -> ErrorBody:
        """The body of a problem."""
        return cls(
            code=problem.code,
            what=problem.what,
            why=problem.why,
            remedy=problem.remedy,
            details=problem.details,
        )

    def problem(self) -> Problem:
        """The problem again, to show or to raise."""
        return Problem(self.code, self.what, self.why, self.remedy, self.details)


class ErrorMessage(_Message):
    """A task, or the reading of a line, ended in a problem. ``id`` is None where no request is meant."""

    id: str | None
    error: ErrorBody


Answer: TypeAlias = EventMessage | ResultMessage | ErrorMessage

RESULTS: dict[str, type[Result]] = {model.__name__: model for model in Result.__subclasses__()}
_ANSWERS: tuple[tuple[str, type[Answer]], ...] = (("event", EventMessage), ("result", ResultMessage))


def encode(message: Incoming | Answer) -> bytes:
    """One line, with its line end."""
    return json.dumps(message.model_dump(), separators=(",", ":")).encode("ascii") + b"\n"


def read_incoming(line: bytes) -> Incoming:
    """What the window said.

    Raises:
        BadMessage: the line is no message to a worker.
    """
    body = _object(line)
    model: type[Request | Cancel | Pause]
    if "cancel" in body:
        model = Cancel
    elif "pause" in body:
        model = Pause
    else:
        model = Request
    try:
        return model.model_validate(body)
    except ValidationError as error:
        raise BadMessage(_faults(error), _id_of(body)) from error


def read_answer(line: bytes) -> Answer:
    """What the worker said.

    Raises:
        BadMessage: the line is no message of a worker.
    """
    body = _object(line)
    try:
        return next((model for key, model in _ANSWERS if key in body), ErrorMessage).model_validate(body)
    except ValidationError as error:
        raise BadMessage(_faults(error), _id_of(body)) from error


def _object(line: bytes) -> dict[str, Any]:
    try:
        body = json.loads(line)
    # RecursionError: ten thousand opening brackets are garbage too.
    except (ValueError, RecursionError) as error:
        raise BadMessage(f"not JSON: {type(error).__name__}") from error
    if not isinstance(body, dict):
        raise BadMessage(f"a JSON {type(body).__name__} where an object was expected")
    return body


def _id_of(body: dict[str, Any]) -> str | None:
    found = body.get("id")
    return found if isinstance(found, str) else None


def _faults(error: ValidationError) -> str:
    """What pydantic found, without the input: a token may be in it."""
    return "; ".join(
        f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}"
        for fault in error.errors(include_input=False, include_url=False, include_context=False)
    )
