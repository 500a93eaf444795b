"""What the tasks that speak to Microsoft Entra end with."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from app.tasks.events import RoadStep
from app.tasks.results import Result


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
