"""The synchronization template and the job made from it.

Source: Microsoft, "Configure provisioning using Microsoft Graph APIs".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from app.entra.graph import Found, GraphClient
from app.entra.service_principal import principal_path
from app.setup.problem import Problem

SCIM: Final = "scim"
"""The template of Microsoft's current SCIM client."""

LEGACY: Final = "customappsso"
"""The 2018 client: it appends /scim to the address and speaks an older dialect. With its variants for role
import and delta, never chosen."""


def jobs_path(service_principal: str, *more: str) -> str:
    """A path under the jobs of an app."""
    return principal_path(service_principal, "synchronization", "jobs", *more)


def templates_path(service_principal: str) -> str:
    """Where the templates of an app are."""
    return principal_path(service_principal, "synchronization", "templates")


@dataclass(frozen=True, slots=True)
class Template:
    """A synchronization template; ``fields`` are the boxes of its credentials, as far as it says."""

    id: str
    default: bool = False
    tag: str = ""

    @classmethod
    def of(cls, found: Mapping[str, Any]) -> Template:
        """From Graph's object."""
        return cls(
            str(found.get("id") or ""), found.get("default") is True, str(found.get("factoryTag") or "")
        )


def choose_template(found: list[Template], gallery_name: str) -> Template:
    """The template to make the job from: the app's own, or ``scim``; never a legacy one.

    Raises:
        Problem: there is none that can be used, or more than one and nothing to tell them apart.
    """
    usable = [each for each in found if each.id and not each.id.casefold().startswith(LEGACY)]
    if not usable:
        raise Problem(
            "NO-SYNC-TEMPLATE",
            "This enterprise app has no automatic provisioning.",
            "It was made by registering an application, or only the outdated SCIM client of 2018 is offered "
            "for it."
            if not found
            else "Only the outdated SCIM client of 2018 is offered for it.",
            "Add the app from the gallery, or as an app that is not in the gallery, beside this one: leave "
            "the existing app empty in the plan.",
            ", ".join(each.id for each in found),
        )
    if len(usable) == 1:
        return usable[0]
    by_id = {each.id.casefold(): each for each in usable}
    if not gallery_name and SCIM in by_id:
        return by_id[SCIM]
    named = by_id.get(_squeezed(gallery_name))
    own = [each for each in usable if gallery_name and _squeezed(each.tag) == _squeezed(gallery_name)]
    default = [each for each in usable if each.default]
    for choice in ([named] if named else [], own, default, [by_id[SCIM]] if SCIM in by_id else []):
        if len(choice) == 1:
            return choice[0]
    raise Problem(
        "SEVERAL-SYNC-TEMPLATES",
        "This app offers several ways of provisioning, and none of them is marked as the usual one.",
        "The choices are " + ", ".join(each.id for each in usable) + ".",
        "Turn provisioning on once in the admin center: Rollcall then uses the job that is there.",
    )


def _squeezed(name: str) -> str:
    return "".join(each for each in name.casefold() if each.isalnum())


async def read_templates(client: GraphClient, service_principal: str) -> list[Template]:
    """The templates of an app."""
    page = await client.get(templates_path(service_principal))
    return [Template.of(each) for each in page.get("value") or []]


async def read_jobs(client: GraphClient, service_principal: str) -> list[Found]:
    """The jobs of an app."""
    page = await client.get(jobs_path(service_principal))
    return [each for each in page.get("value") or [] if isinstance(each, dict) and each.get("id")]


def jobs_of(jobs: list[Found], template: str) -> list[Found]:
    """Those made from a template. There is one as a rule; ids begin with the template's too."""
    return [
        job for job in jobs if job.get("templateId") == template or str(job["id"]).startswith(f"{template}.")
    ]


def is_running(job: Mapping[str, Any]) -> bool:
    """Whether a job was started and not paused."""
    schedule = job.get("schedule") or {}
    return str(schedule.get("state") or "").casefold() == "active"


def counts_of(job: Mapping[str, Any]) -> str:
    """How many objects a job takes care of today, in words; empty where it does not say."""
    status = job.get("status") or {}
    parts = [
        f"{each['value']:,} of type {str(each.get('key') or 'unknown').split(' to ')[0]}"
        for each in status.get("synchronizedEntryCountByType") or []
        if isinstance(each, dict) and isinstance(each.get("value"), int)
    ]
    return " and ".join(parts)


def running_problem(job: Mapping[str, Any]) -> Problem:
    """Nothing may be changed in a running job unasked."""
    counts = counts_of(job)
    return Problem(
        "JOB-RUNNING",
        "Provisioning of this app is running already.",
        "Going on changes its credentials, mappings and scope while it works"
        + (f"; it takes care of {counts} today" if counts else "")
        + ". A change of mappings or filters makes its next cycle an initial one, over everybody.",
        "If that is meant, say so: tick the box on the page, or use --touch-running. Otherwise pause it "
        "first, or choose another app.",
        str(job.get("id") or ""),
    )
