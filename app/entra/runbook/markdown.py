"""A runbook to read: every call in order, with what it is for."""

from __future__ import annotations

import json
from itertools import groupby

from app.entra.planned_call import SECRET, PlannedCall
from app.entra.road import planned_calls
from app.entra.wish import Wish

_HEAD = """\
# Provisioning to {app} with Microsoft Entra

Made by Rollcall from a plan. It is the whole setup as calls to Microsoft Graph, in order; nothing here has
been sent. Base address: `{graph}/v1.0`.

- App: {app} ({where})
- Tenant URL: `{url}`
- Who is provisioned: {who}
- Words in braces, such as `{{service-principal}}`, are ids that an earlier call gives.
- `{secret}` is the app's secret token. It is not in this document: take it from your vault.
- Permissions (delegated): `Application.ReadWrite.All`, `Synchronization.ReadWrite.All`,
  `AppRoleAssignment.ReadWrite.All`, `Directory.Read.All`. Role: Cloud Application Administrator or
  Application Administrator.
- A new app is not known everywhere at once: in its first minute 404, and now and then 401, 403 or 409, are
  normal. Wait and repeat.
- `PUT .../secrets` replaces the whole set: send again what the `GET` before it showed, but never a `*`.
"""


def markdown(wish: Wish, graph: str) -> str:
    """The document."""
    parts = [
        _HEAD.format(
            app=_plain(wish.profile.title),
            where=_where(wish),
            url=_code(wish.base_address),
            who=_who(wish),
            graph=graph,
            secret=SECRET,
        )
    ]
    number = 0
    for title, calls in groupby(planned_calls(wish), key=lambda call: call.title):
        parts.append(f"## {title}\n")
        for call in calls:
            number += 1
            parts.append(_call(number, call))
    return "\n".join(parts)


def _where(wish: Wish) -> str:
    if wish.plan.entra.application:
        return f"existing enterprise app {_plain(wish.plan.entra.application)}"
    return f"a new enterprise app named {_plain(wish.application_name)}"


def _who(wish: Wish) -> str:
    filters = len(wish.plan.scope.filters)
    narrowed = f", narrowed by {filters} scoping filter{'s' if filters > 1 else ''}" if filters else ""
    if wish.everybody:
        return f"all users and groups{narrowed}"
    return f"those assigned to the app ({len(wish.assigned)} named in the plan){narrowed}"


def _call(number: int, call: PlannedCall) -> str:
    about = call.why + (f" Only {call.when}." if call.when else "")
    text = f"{number}. {_plain(about)}\n\n   ```http\n   {call.method} {_code(call.path)}\n"
    if call.body is not None:
        body = json.dumps(call.body, indent=2, ensure_ascii=False)
        text += "   Content-Type: application/json\n\n" + "".join(
            f"   {line}\n" for line in body.splitlines()
        )
    return text + "   ```\n"


def _plain(text: str) -> str:
    """A name within Markdown: what would be markup is escaped."""
    return "".join(f"\\{each}" if each in "\\`*_[]<>|#" else each for each in " ".join(text.split()))


def _code(text: str) -> str:
    """Text within code, where only a backquote ends it."""
    return " ".join(text.split()).replace("`", "'")
