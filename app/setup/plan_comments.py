"""The comments that a new plan file carries, so that a person can read and change it without a manual."""

from __future__ import annotations

from typing import Final

HEAD: Final = """\
# A Rollcall plan: every decision of one setup. Rollcall's window writes this file; you may edit it too, and
# your comments stay. Try it with "rollcall preview" and the name of this file: that changes nothing.
# No secret stands here: the secret token is kept in the system's keyring.
"""

SECTIONS: Final[dict[str, str]] = {
    "app": "Which app is provisioned, and where it is reached.",
    "run": "Where the work is done: this-computer, entra (Microsoft's own service), or practice.",
    "source": "Where people come from. Paths are relative to this file.",
    "scope": "Who is provisioned.",
    "mappings": (
        "Which attribute of the app gets which value, in Entra's expression language. Where a list is left\n"
        "# out, the app profile's own mappings hold. Rows with matching 1, 2, ... find people who are there\n"
        '# already; apply is "always" or "on-create".'
    ),
    "actions": "Which kinds of change may be sent.",
    "safety": "What keeps a mistake from emptying the app.",
    "notifications": "Who is told when provisioning fails.",
}

KEYS: Final[dict[str, str]] = {
    "app.profile": "a profile's name, or the path of a profile file",
    "app.tenant_url": "the SCIM API URL, with what the app asks to append",
    "source.kind": "csv or entra",
    "source.users": 'the admin center\'s "Download users" file',
    "source.groups": "columns groupId, groupDisplayName, memberId or memberUserPrincipalName",
    "scope.who": "assigned or all",
    "scope.assigned": 'such as "user:ann@contoso.com" or "group:Designers"',
    "safety.deletion_threshold": "stop when more people would be disabled or deleted; 0 turns this guard off",
    "safety.delete_after_days": "how long a person may be missing before being deleted for good",
    "notifications.on_failure": "send a mail when provisioning fails",
}

FILTERS: Final = "Several filters: any of them lets a person in. Several clauses: all of them must hold."
"""Stands above the scoping filters."""
