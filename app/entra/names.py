"""Names of attributes: Graph's, and those of the provisioning schema, which are older.

The mappings, the scoping filters and the admin center's CSV all use the older names. Source: the renames from
Azure AD Graph to Microsoft Graph; those not named here are the same in both.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from app.people.record import Value

GRAPH_NAMES: Final[dict[str, str]] = {
    "physicalDeliveryOfficeName": "officeLocation",
    "telephoneNumber": "businessPhones",
    "facsimileTelephoneNumber": "faxNumber",
    "mobile": "mobilePhone",
    "alternateEmailAddress": "otherMails",
    "dirSyncEnabled": "onPremisesSyncEnabled",
    "immutableId": "onPremisesImmutableId",
}
"""Graph's name by the older one."""

USER_ATTRIBUTES: Final = (
    "userPrincipalName",
    "displayName",
    "surname",
    "mail",
    "givenName",
    "userType",
    "jobTitle",
    "department",
    "accountEnabled",
    "usageLocation",
    "streetAddress",
    "state",
    "country",
    "physicalDeliveryOfficeName",
    "city",
    "postalCode",
    "telephoneNumber",
    "mobile",
    "facsimileTelephoneNumber",
    "alternateEmailAddress",
    "mailNickname",
    "preferredLanguage",
    "employeeId",
    "companyName",
    "proxyAddresses",
)
"""The source attributes that are read of every user, beside objectId and manager."""

GROUP_ATTRIBUTES: Final = ("displayName", "mail", "mailNickname", "description", "securityEnabled")

_OLD_NAMES: Final = {new: old for old, new in GRAPH_NAMES.items()}
_SEVERAL: Final = frozenset({"proxyAddresses", "alternateEmailAddress"})
"""Hold several values in the provisioning schema too; of other lists the first value counts."""


def select_of(attributes: tuple[str, ...]) -> str:
    """What ``$select`` asks for, to get these."""
    return ",".join(("id", *(GRAPH_NAMES.get(name, name) for name in attributes)))


def translated(found: Mapping[str, Any]) -> dict[str, Value]:
    """The attributes of an object as the provisioning schema names them; null takes a value away.

    Annotations, links and objects within the object are left out.
    """
    values: dict[str, Value] = {}
    for name, value in found.items():
        if name == "id" or "@" in name or isinstance(value, dict):
            continue
        old = _OLD_NAMES.get(name, name)
        if isinstance(value, list):
            texts = [str(each) for each in value if each is not None and not isinstance(each, dict | list)]
            values[old] = texts if old in _SEVERAL else (texts[0] if texts else None)
        elif value is None or isinstance(value, str | bool | int):
            values[old] = value
        else:
            values[old] = str(value)
    return values
