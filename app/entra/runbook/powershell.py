"""A script for Microsoft's PowerShell module Microsoft.Graph. Run again, it looks before it makes.

The script itself is ``resources/runbook/provisioning.ps1``: ``<<name>>`` is filled in from the plan, and
lines between ``#? part`` and ``#?`` stay only where the plan has that part.
"""

from __future__ import annotations

import json
import re
from typing import Final

from app.entra.clouds import NON_GALLERY_TEMPLATE
from app.entra.credentials import notification_settings
from app.entra.runbook.quoting import one_line, ps
from app.entra.schema_scope import Operators, scope_of
from app.entra.schema_sources import direct
from app.entra.wish import Wish, is_guid
from app.setup.folders import resource
from app.setup.plan import AttributeMapping

ENVIRONMENTS: Final = {"global": "Global", "us-l4": "USGov", "us-l5": "USGovDoD", "china": "China"}
_MARK = re.compile(r"<<([a-z-]+)>>")


def powershell(wish: Wish) -> str:
    """The script."""
    parts, values = _parts(wish), _values(wish)
    lines, kept = [], True
    for line in resource("runbook", "provisioning.ps1").read_text(encoding="utf-8").splitlines():
        if line.startswith("#?"):
            name = line.removeprefix("#?").strip()
            kept = not name or name in parts
        elif kept:
            lines.append(_MARK.sub(lambda found: values[found[1]], line))
    return "\n".join(lines) + "\n"


def _parts(wish: Wish) -> set[str]:
    parts = {"groups" if wish.groups() else "no-groups"}
    if wish.plan.entra.application:
        parts.add("existing")
    else:
        parts |= {"new", "gallery" if wish.gallery_name else "non-gallery"}
    if wish.new_roles:
        parts.add("roles")
    if not wish.everybody:
        parts.add("assigned")
    if wish.start:
        parts.add("start")
    return parts


def _values(wish: Wish) -> dict[str, str]:
    entra, mappings = wish.plan.entra, wish.plan.mappings
    kind = "".join(each for each in wish.gallery_name.casefold() if each.isalnum()) or "scim"
    return {
        "app": one_line(wish.profile.title),
        "environment": ENVIRONMENTS.get(entra.cloud, "Global"),
        "tenant": f" -TenantId {ps(entra.tenant.strip())}" if entra.tenant.strip() else "",
        "application": ps(entra.application),
        "name": ps(wish.application_name),
        "gallery": _inside_filter(wish.gallery_name),
        "non-gallery-template": NON_GALLERY_TEMPLATE,
        "kind": ps(kind),
        "url": ps(wish.base_address),
        "notifications": ps(notification_settings(wish)),
        "sync-all": ps("true" if wish.everybody else "false"),
        "user-rows": _rows(wish.users()),
        "users-whole": _truth(mappings.users is not None),
        "group-rows": _rows(wish.groups()),
        "groups-whole": _truth(mappings.groups is not None),
        "flow": ps(_flow(wish)),
        "scope": _scope(wish),
        "roles": "@(" + ", ".join(map(ps, wish.new_roles)) + ")",
        "role": _role(wish),
        "assignments": "\n".join(map(_assignment, wish.assigned)),
    }


def _truth(value: bool) -> str:
    return "$true" if value else "$false"


def _flow(wish: Wish) -> str:
    actions = wish.plan.actions
    words = (("Add", actions.create), ("Update", actions.update), ("Delete", actions.delete))
    return ",".join(word for word, on in words if on) or "None"


def _scope(wish: Wish) -> str:
    scope = scope_of(wish.plan.scope.filters, Operators())
    return "$null" if scope is None else f"({ps(json.dumps(scope, ensure_ascii=False))} | ConvertFrom-Json)"


def _rows(rows: list[AttributeMapping]) -> str:
    return "\n".join(map(_row, rows))


def _row(row: AttributeMapping) -> str:
    values = {
        "target": ps(row.target),
        "expression": ps(row.source),
        "attribute": ps(direct(row.source)),
        "matching": str(row.matching),
        "flow": ps("ObjectAddOnly" if row.apply == "on-create" else "Always"),
        "default": "$null" if row.default is None else ps(row.default),
    }
    return "  @{ " + "; ".join(f"{name} = {value}" for name, value in values.items()) + " }"


def _role(wish: Wish) -> str:
    name = wish.plan.entra.role.strip()
    if name:
        same = " -or ".join(f"$_.{key} -eq {ps(name)}" for key in ("DisplayName", "Value", "Id"))
        return f"@($usable | Where-Object {{ {same} }})[0]"
    plain = "$usable | Where-Object { $_.DisplayName -ne 'msiam_access' }"
    return f"@(@($usable | Where-Object {{ $_.DisplayName -eq 'User' }}) + @({plain}))[0]"


def _assignment(entry: str) -> str:
    kind, _, name = entry.partition(":")
    name = name.strip()
    command, key = ("Get-MgUser", "userPrincipalName") if kind == "user" else ("Get-MgGroup", "displayName")
    if is_guid(name):
        found = f"{command} -{'UserId' if kind == 'user' else 'GroupId'} {ps(name)}"
    else:
        found = f'{command} -Filter "{key} eq {_inside_filter(name)}"'
    return f"Add-Assignment {ps(name)} @({found})"


def _inside_filter(text: str) -> str:
    """An OData text inside a PowerShell text in double quotes."""
    doubled = text.replace("'", "''")
    # PowerShell takes typographic double quotes for the plain one.
    special = '`$"\u201c\u201d\u201e'
    return "'" + "".join(f"`{each}" if each in special else each for each in doubled) + "'"
