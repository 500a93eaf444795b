"""The source attributes that no directory holds: the provisioning service computes them for each person."""

from __future__ import annotations

from app.engine.rules.scoping import is_active
from app.people.record import Record, Value


def source_attributes(record: Record, in_scope: bool) -> dict[str, Value]:
    """The record's attributes with those that the service computes.

    ``IsSoftDeleted`` is ``"True"`` out of scope and for disabled accounts. A B2B guest's
    ``userPrincipalName`` is sent as ``alias@theirdomain``; ``originalUserPrincipalName`` keeps the raw form.
    """
    source = dict(record.attributes)
    source["IsSoftDeleted"] = "False" if in_scope and is_active(record) else "True"
    if "objectId" not in source:
        source["objectId"] = record.id
    name = source.get("userPrincipalName")
    if isinstance(name, str):
        source["originalUserPrincipalName"] = name
        if "#" in name:
            source["userPrincipalName"] = guest_name(name)
    return source


def guest_name(user_principal_name: str) -> str:
    """The home address in a guest's user principal name; any other name as it is.

    ``ann_fabrikam.com#EXT#@contoso.onmicrosoft.com`` is ``ann@fabrikam.com``: a domain has no underscore, so
    the last one stands for the at sign.
    """
    marker = user_principal_name.upper().find("#EXT#")
    if marker < 0:
        return user_principal_name
    alias, underscore, domain = user_principal_name[:marker].rpartition("_")
    return f"{alias}@{domain}" if underscore else user_principal_name[:marker]
