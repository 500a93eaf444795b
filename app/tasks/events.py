"""What a task says while it works. The same models go over the worker's pipe and out of ``--json``."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field


class _Event(BaseModel):
    # Built on first use: both processes start quicker by 60 ms.
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class Progress(_Event):
    """How far a task is. ``total`` is None while unknown; ``counts`` by action (create, update, ...)."""

    event: Literal["progress"] = "progress"
    text: str
    done: int = 0
    total: int | None = None
    counts: dict[str, int] = Field(default_factory=dict)
    seconds_left: float | None = None


class Notice(_Event):
    """One sentence a person should read while the task goes on; ``details`` for whoever asks for them."""

    event: Literal["notice"] = "notice"
    level: Literal["info", "warning", "error"] = "info"
    code: str = ""
    text: str
    details: str = ""


class CheckOutcome(_Event):
    """One check of *Test connection* that has ended. Ids are the catalogue's (``C-URL``, ...).

    ``code`` says which of the check's outcomes it was; stable, for comparing reports. ``fact`` is the page
    where the fact behind it is written down.
    """

    event: Literal["check"] = "check"
    id: str
    title: str
    group: str = ""
    verdict: Literal["pass", "warning", "fail", "skipped"]
    severity: Literal["blocker", "major", "minor", "info"]
    outcome: str
    code: str = ""
    remedy: str = ""
    sent: str = ""
    answered: str = ""
    seconds: float = 0.0
    fact: str = ""


class Change(_Event):
    """One attribute of one object, before and after. Values as the person reads them."""

    target: str
    old: str | None = None
    new: str | None = None


class Step(_Event):
    """One step of the provisioning log: import, scope, match, export (or reference)."""

    name: Literal["import", "scope", "match", "export", "reference"]
    status: Literal["success", "failure", "skipped", "warning"]
    text: str
    details: dict[str, str] = Field(default_factory=dict)


class Entry(_Event):
    """One row of the provisioning log, or of a dry run: one person or group in one cycle.

    ``answer`` is what the app itself said of a refusal: status, scimType and detail, cut and cleaned.
    """

    event: Literal["entry"] = "entry"
    time: str = ""
    cycle: int = 0
    kind: Literal["user", "group"] = "user"
    action: Literal["create", "update", "disable", "delete", "none", "staged-delete", "other"]
    status: Literal["success", "failure", "skipped", "warning", "planned"]
    name: str
    source_id: str = ""
    target_id: str = ""
    steps: list[Step] = Field(default_factory=list)
    changes: list[Change] = Field(default_factory=list)
    code: str = ""
    reason: str = ""
    remedy: str = ""
    milliseconds: float = 0.0
    row: int = 0
    answer: str = ""


class RoadStep(_Event):
    """A step of setting up Microsoft Entra began, said something, or ended.

    ``text`` is what it said; ``code`` is stable where there is one, and ``level`` says how much it matters.
    """

    event: Literal["road-step"] = "road-step"
    step: str
    title: str
    state: Literal["waiting", "running", "done", "failed", "skipped"]
    text: str = ""
    level: Literal["info", "warning"] = "info"
    code: str = ""


Event: TypeAlias = Annotated[
    Progress | Notice | CheckOutcome | Entry | RoadStep, Field(discriminator="event")
]
