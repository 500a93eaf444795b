"""What the practice tenant holds when it starts: 300 users, 20 groups, roles, licences, a gallery.

The same at every start, ids included. Names of properties are Graph's (entra.md, section 2.3).
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from typing import Any, Final

from app.practice.people import DOMAIN, EXTRA, sample_users

USERS: Final = 300
TENANT_ID: Final = "5b1f2d8c-3f0e-4a57-9a51-2f6f3c1b7e90"
TENANT_NAME: Final = "Contoso practice"
NON_GALLERY: Final = "8adf8e6e-67b2-4cf2-a259-e3dc5476c621"
P1: Final = "41781fb2-bc02-4b7c-bd55-b576c07bb09d"
MADE: Final = "2026-01-05T10:00:00Z"
_NAMESPACE: Final = uuid.UUID("0d6a8e4e-5b0f-4c59-8a4e-7a0f0a2c9d11")

ROLES: Final = {
    "Application Administrator": "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3",
    "Cloud Application Administrator": "158c047a-c907-4556-b7ef-446551a6b5f7",
    "Global Administrator": "62e90394-69f5-4237-9190-012177145e10",
    "Global Reader": "f2ef992c-3afb-46b9-b7cf-a126ee74c451",
    "Reports Reader": "4a5d8f65-41da-4de4-8968-e035b65339cf",
    "Security Reader": "5d6b6bb7-de71-4623-b4af-96380a352509",
}
"""Role template ids. Source: Microsoft, "Microsoft Entra built-in roles"."""

_GRAPH_NAMES: Final = {
    "physicalDeliveryOfficeName": "officeLocation",
    "mobile": "mobilePhone",
    "objectId": "id",
}
_LANGUAGES: Final = {"France": "fr-FR", "Norway": "nb-NO"}
_DROPPED: Final = frozenset({"telephoneNumber", "accountEnabled", EXTRA})


def stable_id(kind: str, name: str) -> str:
    """The id of a thing that is there at every start."""
    return str(uuid.uuid5(_NAMESPACE, f"{kind}-{name}"))


def users() -> Iterator[tuple[dict[str, Any], str]]:
    """Each user as Graph has them, with the manager's id or an empty text."""
    for number, row in enumerate(sample_users(USERS)):
        user: dict[str, Any] = {
            _GRAPH_NAMES.get(name, name): value or None for name, value in row.items() if name not in _DROPPED
        }
        user["businessPhones"] = [row["telephoneNumber"]] if row["telephoneNumber"] else []
        user["accountEnabled"] = row["accountEnabled"] == "True"
        user["mailNickname"] = row["userPrincipalName"].partition("@")[0]
        user["employeeId"] = f"{1000 + number}"
        user["companyName"] = "Contoso"
        user["preferredLanguage"] = {"France": "fr-FR", "Norway": "nb-NO"}.get(
            row.get("country", ""), "en-US"
        )
        user["createdDateTime"] = MADE
        user["deletedDateTime"] = None
        user["faxNumber"] = None
        yield user, row.get(EXTRA, "")


def groups(people: list[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], list[str]]]:
    """Each group with the ids of its direct members; one holds another group, one cannot be assigned."""
    choices: list[tuple[str, Callable[[dict[str, Any]], bool]]] = [
        ("All staff", lambda user: user["userType"] == "Member"),
        ("Guests", lambda user: user["userType"] == "Guest"),
        ("InVision pilot", lambda user: str(user["jobTitle"]).startswith("Head")),
        (
            "Heads and leads",
            lambda user: str(user["jobTitle"]).startswith("Head") or "Lead" in user["jobTitle"],
        ),
    ]
    for name in sorted({str(user["department"]) for user in people if user["department"]}):
        choices.append((name, lambda user, name=name: user["department"] == name))  # type: ignore[misc]
    for name in sorted({str(user["city"]) for user in people if user["city"]}):
        choices.append((f"Office {name}", lambda user, name=name: user["city"] == name))  # type: ignore[misc]
    made = [new_group(name) for name, _ in choices[:18]]
    for group, (_, belongs) in zip(made, choices, strict=False):
        yield group, [user["id"] for user in people if belongs(user)]
    yield new_group("Designers and pilots"), [made[2]["id"], people[3]["id"]]
    yield {**new_group("Newsletter"), "securityEnabled": False, "mailEnabled": True}, [people[1]["id"]]
    for number in range(len(made) + 2, 20):
        yield new_group(f"Project {number}"), [user["id"] for user in people[number::37]]


def new_group(name: str, group_id: str = "") -> dict[str, Any]:
    """A security group; without an id of its own it gets the one that its name always has."""
    return {
        "id": group_id or stable_id("group", name),
        "displayName": name,
        "description": f"{name} at Contoso",
        "mailNickname": name.replace(" ", "").lower(),
        "mail": None,
        "mailEnabled": False,
        "securityEnabled": True,
        "groupTypes": [],
        "createdDateTime": MADE,
        "deletedDateTime": None,
        "membershipRule": None,
        "visibility": None,
    }


def gallery() -> list[dict[str, Any]]:
    """The application templates: InVision, neighbours, a deprecated one, and the one for one's own apps."""
    rows: list[tuple[str, str, list[str], list[str], str, str | None]] = [
        ("InVision", "InVision", ["sync"], ["saml"], "https://www.invisionapp.com/", None),
        ("InVision Team Workspace", "Fabrikam", [], ["saml"], "https://www.fabrikam.example/", None),
        ("Contoso Boards", "Contoso", ["sync"], ["saml", "password"], "https://boards.example/", None),
        ("Fabrikam Files", "Fabrikam", ["sync"], ["saml"], "https://files.example/", "2025-06-30T00:00:00Z"),
        ("Woodgrove Payroll", "Woodgrove", [], ["password"], "https://pay.example/", None),
    ]
    made = [
        _template(stable_id("template", name), name, publisher, sync, sign_on, home, deprecated)
        for name, publisher, sync, sign_on, home, deprecated in rows
    ]
    own = _template(NON_GALLERY, "Custom", "", [], ["saml", "password", "external"], None, None)
    return [*made, own]


def _template(
    template_id: str,
    name: str,
    publisher: str,
    provisioning: list[str],
    sign_on: list[str],
    home: str | None,
    deprecated: str | None,
) -> dict[str, Any]:
    return {
        "id": template_id,
        "displayName": name,
        "homePageUrl": home,
        "supportedSingleSignOnModes": sign_on,
        "supportedProvisioningTypes": provisioning,
        "logoUrl": None,
        "categories": ["collaboration"] if provisioning else ["other"],
        "publisher": publisher,
        "description": f"{name} in the practice gallery.",
        "deprecationDate": deprecated,
    }


def licences() -> list[dict[str, Any]]:
    """One subscription, with Microsoft Entra ID P1 among its service plans."""
    return [
        {
            "id": f"{TENANT_ID}_{stable_id('sku', 'E3')}",
            "skuId": stable_id("sku", "E3"),
            "skuPartNumber": "PRACTICE_E3",
            "appliesTo": "User",
            "capabilityStatus": "Enabled",
            "consumedUnits": 298,
            "prepaidUnits": {"enabled": 320, "suspended": 0, "warning": 0},
            "servicePlans": [
                {
                    "servicePlanId": P1,
                    "servicePlanName": "AAD_PREMIUM",
                    "provisioningStatus": "Success",
                    "appliesTo": "User",
                }
            ],
        }
    ]


def organization() -> dict[str, Any]:
    """The tenant itself."""
    return {
        "id": TENANT_ID,
        "displayName": TENANT_NAME,
        "createdDateTime": MADE,
        "deletedDateTime": None,
        "tenantType": "AAD",
        "verifiedDomains": [
            {"name": DOMAIN, "isDefault": True, "isInitial": True, "type": "Managed", "capabilities": ""}
        ],
    }
