"""Values for test users: one for every attribute that a plan maps."""

from __future__ import annotations

from app.connection.usage import Usage
from app.scim.dialect import ENTERPRISE_SCHEMA
from app.scim.path import Value

DEPARTMENT = f"{ENTERPRISE_SCHEMA}:department"
WORK_EMAIL = 'emails[type eq "work"].value'

# By the end of the path, the first that fits; some apps check what a country or a language looks like.
_VALUES: tuple[tuple[str, str], ...] = (
    ("preferredlanguage", "en-US"),
    ("locale", "en-US"),
    ("timezone", "Europe/Oslo"),
    ("country", "NO"),
    ("postalcode", "0150"),
    ("profileurl", "https://example.com/"),
    ("phonenumbers", "+4723000000"),
    ("name.givenname", "Rollcall"),
    ("name.familyname", "Check"),
    ("name.formatted", "Rollcall Check"),
    ("employeenumber", "0000"),
    ("roles", "User"),
)


def value_for(target: str, name: str) -> Value:
    """A harmless value for one mapped target of the test user with this name."""
    low = target.casefold()
    if low == "active":
        return True
    if low == "username" or low.startswith("emails"):
        return name
    if low == "externalid":
        return f"{name.partition('@')[0]}-external"
    return next((value for part, value in _VALUES if part in low), "Rollcall check")


def left_out(usage: Usage) -> str:
    """A mapped list element that the test user is made without, so that it can be added later."""
    lists = sorted(each for each in usage.targets if "[" in each and not each.startswith(("emails", "roles")))
    return lists[-1] if lists else ""


def plain_target(usage: Usage) -> str:
    """A mapped single attribute whose change harms nothing."""
    for target in ("displayName", "title", "nickName"):
        if target in usage.targets:
            return target
    return "name.givenName"


def whole_user(usage: Usage, name: str) -> dict[str, Value]:
    """What Entra might send for this plan and beyond: its mapped attributes and the usual ones."""
    usual = {"userName", "externalId", "active", "displayName", "title", "name.givenName", "name.familyName"}
    targets = sorted(usage.targets | usual | {WORK_EMAIL, DEPARTMENT})
    return _values(usage, targets, name)


def mapped_user(usage: Usage, name: str) -> dict[str, Value]:
    """What Entra sends for this plan."""
    targets = sorted(usage.targets | {"userName", "active"})
    return _values(usage, targets, name)


def _values(usage: Usage, targets: list[str], name: str) -> dict[str, Value]:
    later = left_out(usage)
    return {each: value_for(each, name) for each in targets if each != later and _at_creation(each)}


def _at_creation(target: str) -> bool:
    """The manager is set in a second pass; roles depend on the app's own list of them."""
    return not target.casefold().endswith(":manager") and not target.casefold().startswith("roles")
