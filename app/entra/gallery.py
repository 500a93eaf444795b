"""The gallery of apps, and the enterprise apps that a tenant has already.

Source: Microsoft Graph, applicationTemplate and servicePrincipal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from app.entra.clouds import NON_GALLERY_TEMPLATE
from app.entra.graph import Found, GraphClient, literal, path_to
from app.setup.problem import Problem

ENTERPRISE_TAG: Final = "WindowsAzureActiveDirectoryIntegratedApp"
"""The tag by which the admin center knows an enterprise app from other service principals."""

_MOST: Final = 50


@dataclass(frozen=True, slots=True)
class GalleryApp:
    """An app as the gallery has it.

    Attributes:
        provisioning: whether it has automatic provisioning.
        deprecated: the day it was given up; empty for none.
        sso: the single sign-on modes it supports.
    """

    id: str
    name: str
    publisher: str = ""
    provisioning: bool = False
    deprecated: str = ""
    sso: tuple[str, ...] = ()
    home: str = ""
    description: str = ""

    @classmethod
    def of(cls, found: Mapping[str, Any]) -> GalleryApp:
        """From Graph's object."""
        return cls(
            id=str(found.get("id", "")),
            name=str(found.get("displayName") or ""),
            publisher=str(found.get("publisher") or ""),
            provisioning="sync" in (found.get("supportedProvisioningTypes") or []),
            deprecated=str(found.get("deprecationDate") or ""),
            sso=tuple(str(mode) for mode in found.get("supportedSingleSignOnModes") or []),
            home=str(found.get("homePageUrl") or ""),
            description=str(found.get("description") or ""),
        )


NON_GALLERY: Final = GalleryApp(
    NON_GALLERY_TEMPLATE,
    "An app that is not in the gallery",
    provisioning=True,
    description="Any app with a SCIM 2.0 interface.",
)
"""The template of *Create your own application*."""


@dataclass(frozen=True, slots=True)
class ExistingApp:
    """An enterprise app of the tenant. ``id`` is that of its service principal."""

    id: str
    app_id: str
    name: str
    template: str = ""
    enabled: bool = True
    sso: str = ""

    @classmethod
    def of(cls, found: Mapping[str, Any]) -> ExistingApp:
        """From Graph's object; old samples spell the id ``objectId``."""
        return cls(
            id=str(found.get("id") or found.get("objectId") or ""),
            app_id=str(found.get("appId") or ""),
            name=str(found.get("displayName") or ""),
            template=str(found.get("applicationTemplateId") or ""),
            enabled=found.get("accountEnabled") is not False,
            sso=str(found.get("preferredSingleSignOnMode") or ""),
        )


def by_name(name: str) -> str:
    """The filter that finds exactly this name."""
    return f"displayName eq {literal(name)}"


async def search_gallery(client: GraphClient, text: str) -> list[GalleryApp]:
    """Gallery apps of this name, else those that have it in their name; the plain ones first."""
    exact = await _templates(client, by_name(text))
    found = exact or await _templates(client, f"contains(displayName,{literal(text)})")
    return sorted(found, key=lambda app: (bool(app.deprecated), not app.provisioning, app.name.casefold()))


async def _templates(client: GraphClient, condition: str) -> list[GalleryApp]:
    page = await client.get("/applicationTemplates", {"$filter": condition, "$top": str(_MOST)})
    return [GalleryApp.of(each) for each in page.get("value") or []]


async def gallery_app(client: GraphClient, name: str) -> GalleryApp:
    """The one gallery app to add for a name; without a name, the template for apps that are not there.

    Raises:
        Problem: there is none, it cannot be provisioned, or several have that name.
    """
    if not name:
        return NON_GALLERY
    found = await _templates(client, by_name(name))
    usable = [app for app in found if app.provisioning and not app.deprecated]
    usable = usable or [app for app in found if app.provisioning]
    if not usable:
        raise _not_usable(name, bool(found))
    if len(usable) > 1:
        raise Problem(
            "GALLERY-SEVERAL",
            f"The gallery has {len(usable)} apps named {name}.",
            "Their publishers are " + ", ".join(app.publisher or "unknown" for app in usable) + ".",
            "Add the right one in the admin center, then choose it here as an existing app.",
        )
    return usable[0]


def _not_usable(name: str, there: bool) -> Problem:
    if there:
        return Problem(
            "GALLERY-NO-PROVISIONING",
            f"{name} is in the gallery, but without automatic provisioning.",
            "Its publisher has not brought a provisioning connector to the gallery.",
            "Use the app profile of an app that is not in the gallery (scim): the app's SCIM interface is "
            "reached the same way.",
        )
    return Problem(
        "GALLERY-MISSING",
        f"The gallery has no app named {name}.",
        "It was renamed or taken out, or this cloud's gallery does not have it: those of US Government and "
        "China are small.",
        "Choose an existing enterprise app, or use the app profile of an app that is not in the gallery "
        "(scim).",
    )


async def existing_apps(client: GraphClient, text: str) -> list[ExistingApp]:
    """Enterprise apps whose names begin with a text."""
    params = {
        "$select": "id,appId,displayName,applicationTemplateId,accountEnabled,preferredSingleSignOnMode,tags",
        "$top": str(_MOST),
    }
    if text.strip():
        params["$filter"] = f"startswith(displayName,{literal(text.strip())})"
    page = await client.get("/servicePrincipals", params)
    found = [each for each in page.get("value") or [] if ENTERPRISE_TAG in (each.get("tags") or [])]
    return sorted((ExistingApp.of(each) for each in found), key=lambda app: app.name.casefold())


async def apps_named(client: GraphClient, name: str) -> list[ExistingApp]:
    """Service principals of exactly this name."""
    page = await client.get("/servicePrincipals", {"$filter": by_name(name)})
    return [ExistingApp.of(each) for each in page.get("value") or []]


def instantiate_path(template: str) -> str:
    """Where an app is added from a template."""
    return path_to("applicationTemplates", template, "instantiate")


def ids_of_added(answer: Found | None) -> dict[str, str]:
    """The ids of an app that was just added; empty texts where the answer does not have them."""
    answer = answer or {}
    application, principal = answer.get("application") or {}, answer.get("servicePrincipal") or {}
    return {
        "application": str(application.get("id") or application.get("objectId") or ""),
        "app_id": str(application.get("appId") or principal.get("appId") or ""),
        "service_principal": str(principal.get("id") or principal.get("objectId") or ""),
    }
