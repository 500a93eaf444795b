"""What the tasks that speak to Microsoft Entra end with."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from app.tasks.events import Change, Entry, RoadStep
from app.tasks.results import Quarantine, Result


class SignedIn(Result):
    """Who is signed in to Microsoft Entra, where, and what was consented to. Never a token."""

    user: str
    tenant: str
    tenant_name: str = ""
    scopes: list[str] = Field(default_factory=list)


class Prerequisite(Result):
    """Something that has to be in place, looked up instead of asked: advice, never a gate.

    ``reason`` says what was seen, or why nothing could be.
    """

    id: str
    title: str
    state: Literal["met", "not-met", "unknown"]
    reason: str = ""
    link: str = ""


class Pair(Result):
    """A named value to copy."""

    name: str
    value: str


class Prerequisites(Result):
    """What has to be in place, and how single sign-on stands; ``saml`` are the values the app asks for."""

    rows: list[Prerequisite]
    sso: str = ""
    saml: list[Pair] = Field(default_factory=list)


class PracticeTenantReady(Result):
    """The practice tenant runs, and the practice app beside it, whose token is in the worker's memory."""

    graph: str
    tenant_url: str


class GalleryChoice(Result):
    """An app of the gallery. ``deprecated`` is the day it was given up; empty for none."""

    id: str
    name: str
    publisher: str = ""
    provisioning: bool = False
    deprecated: str = ""
    sso: list[str] = Field(default_factory=list)
    home: str = ""
    description: str = ""


class ExistingChoice(Result):
    """An enterprise app of the tenant; ``id`` is what the plan's ``application`` takes."""

    id: str
    app_id: str
    name: str
    template: str = ""
    enabled: bool = True
    sso: str = ""


class AppChoices(Result):
    """Which app to set up: added from the gallery, or one that is there. ``advice`` is the tutorial's."""

    gallery: list[GalleryChoice] = Field(default_factory=list)
    existing: list[ExistingChoice] = Field(default_factory=list)
    advice: str = ""


class PlannedCall(Result):
    """One call to Graph before it is made. ``body`` is JSON with secrets blanked; None for none.

    ``changes`` says whether it changes something in the tenant, ``when`` under which condition it is made.
    """

    step: str
    title: str
    method: str
    path: str
    body: Any = None
    why: str = ""
    changes: bool = False
    when: str = ""


class CallList(Result):
    """Every call of the road, in order. Nothing was sent."""

    rows: list[PlannedCall]
    sentence: str = ""


class RoadReport(Result):
    """How setting up, or taking back, ended.

    ``steps`` are the last words of each step; ``created`` is what this plan has made and not taken back, in
    words. ``code`` and ``remedy`` are filled when it failed; then resuming goes on from there.
    """

    state: Literal["done", "failed", "undone"]
    steps: list[RoadStep] = Field(default_factory=list)
    created: list[str] = Field(default_factory=list)
    sentence: str = ""
    why: str = ""
    remedy: str = ""
    code: str = ""
    details: str = ""
    service_principal: str = ""
    job: str = ""


class AssignedRow(Result):
    """Somebody who is assigned to the app. ``id`` is what removing takes."""

    id: str
    kind: str
    name: str
    principal: str
    role: str = ""


class AssignedList(Result):
    """Who is assigned to the app, and what to know of it."""

    rows: list[AssignedRow] = Field(default_factory=list)
    roles: dict[str, str] = Field(default_factory=dict)
    sentence: str = ""


class JobExecution(Result):
    """One cycle of Microsoft's service. ``activity`` is what its support asks for."""

    state: str
    sentence: str = ""
    began: str = ""
    ended: str = ""
    seconds: float = 0.0
    counts: dict[str, int] = Field(default_factory=dict)
    activity: str = ""
    code: str = ""
    message: str = ""
    remedy: str = ""


class JobStatus(Result):
    """How a job of Microsoft's service stands, as the portal shows it and further.

    Attributes:
        kind: of the running or next cycle.
        percent: of the running cycle by pages; None while nothing tells.
        counts: users and groups in the connector's data store; they do not fall when some are deleted.
        next_run: about when; empty where it is not known.
        minutes_left: from and to, by Microsoft's estimate for the initial cycle; empty where there is none.
        poll_after: seconds after which asking again makes sense; longer while nothing goes on.
        state_word: Graph's own word where this version does not know it.
    """

    state: Literal["not-configured", "never-run", "active", "paused", "quarantined", "disabled", "unknown"]
    sentence: str
    kind: Literal["initial", "incremental"] = "initial"
    running: bool = False
    percent: float | None = None
    pages_done: int = 0
    pages_total: int = 0
    counts: dict[str, int] = Field(default_factory=dict)
    last: JobExecution | None = None
    last_good: JobExecution | None = None
    initial_done: str = ""
    next_run: str = ""
    interval_minutes: float = 0.0
    minutes_left: list[float] = Field(default_factory=list)
    people: int = 0
    quarantine: Quarantine | None = None
    failures_in_a_row: int = 0
    job: str = ""
    service_principal: str = ""
    support: str = ""
    state_word: str = ""
    poll_after: float = 60.0


class EntraStep(Result):
    """One step of a row, as the tab *Steps* shows it. ``kind`` is Graph's word, such as ``scoping``."""

    name: str
    kind: str
    status: str
    text: str = ""
    details: dict[str, str] = Field(default_factory=dict)


class Troubleshooting(Result):
    """The tab *Troubleshooting and recommendations*.

    ``why`` answers "why was this person skipped?"; ``again``: whether the service tries again by itself.
    """

    code: str = ""
    reason: str = ""
    category: str = ""
    cause: str = ""
    fix: str = ""
    recommended: str = ""
    again: bool | None = None
    why: list[str] = Field(default_factory=list)


class EntraLogRow(Result):
    """One row of the service's log with its four tabs; ``entry`` is the row as Rollcall's own log has it."""

    id: str
    entry: Entry
    action: str = ""
    status: str = ""
    steps: list[EntraStep] = Field(default_factory=list)
    troubleshooting: Troubleshooting = Field(default_factory=Troubleshooting)
    changes: list[Change] = Field(default_factory=list)
    summary: list[Pair] = Field(default_factory=list)


class EntraLogPage(Result):
    """Part of the service's log, newest first. ``after`` asks for the next part; empty at the end.

    ``looked_at`` is how many rows were looked through to find these.
    """

    rows: list[EntraLogRow]
    after: str = ""
    looked_at: int = 0
