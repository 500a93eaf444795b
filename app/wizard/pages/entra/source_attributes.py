"""Attributes that Microsoft Entra knows of its people, named as its provisioning schema names them.

Source: Microsoft, default attribute mappings of the provisioning service. The names are those of the old
directory interface, not those of Graph: ``mobile`` and not ``mobilePhone``.
"""

from __future__ import annotations

USER_ATTRIBUTES: tuple[str, ...] = (
    "accountEnabled",
    "alternateMail",
    "city",
    "companyName",
    "country",
    "department",
    "displayName",
    "employeeHireDate",
    "employeeId",
    "employeeType",
    "extensionAttribute1",
    "extensionAttribute2",
    "extensionAttribute3",
    "extensionAttribute4",
    "extensionAttribute5",
    "facsimileTelephoneNumber",
    "givenName",
    "IsSoftDeleted",
    "jobTitle",
    "mail",
    "mailNickname",
    "manager",
    "mobile",
    "objectId",
    "onPremisesSamAccountName",
    "physicalDeliveryOfficeName",
    "postalCode",
    "preferredLanguage",
    "SingleAppRoleAssignment",
    "state",
    "streetAddress",
    "surname",
    "telephoneNumber",
    "usageLocation",
    "userPrincipalName",
    "userType",
)
"""Names to choose from; others can be typed, and the service says whether it knows them."""
