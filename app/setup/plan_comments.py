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
    "notifications": "Who is told when provisioning fails, and by which mail server.",
    "entra": "Where Microsoft's own service is set up; needed only where the work is done in entra.",
}

KEYS: Final[dict[str, str]] = {
    "app.profile": "a profile's name, or the path of a profile file",
    "app.tenant_url": "the SCIM API URL, with what the app asks to append",
    "source.kind": "csv or entra",
    "source.users": 'the admin center\'s "Download users" file',
    "source.groups": "columns groupId, groupDisplayName, memberId or memberUserPrincipalName",
    "scope.who": "assigned or all",
    "scope.assigned": 'such as "user:ann@contoso.com" or "group:Designers"',
    "actions.skip_out_of_scope_deletions": "leave those alone who leave the scope; Entra's name for it",
    "safety.deletion_threshold": (
        'stop when more would be disabled or deleted: a number, "10 %" of those linked, "fitting"; 0: never'
    ),
    "safety.delete_after_days": "how long a person may be missing before being deleted for good",
    "safety.compare_every_days": (
        "how often the app is compared with what should be there; 0: only when asked"
    ),
    "safety.keep_log_days": "how long rows of the provisioning log are kept; 0: for ever",
    "notifications.email": "who gets the mail; several with commas between them",
    "notifications.on_failure": "send a mail when provisioning fails",
    "notifications.on_quarantine": "send one when the plan goes into quarantine",
    "notifications.on_guard": "send one when the deletion guard stops a cycle",
    "notifications.smtp_host": "the mail server; empty sends no mail",
    "notifications.smtp_security": "starttls, tls, or none for a server on this computer",
    "notifications.smtp_user": "its password is in the system's keyring",
    "notifications.from": "empty: the user above, or the receiver",
    "entra.cloud": "global, us-l4, us-l5, china, or practice",
    "entra.tenant": "the tenant's id or a domain of it; empty: that of whoever signs in",
    "entra.client_id": "empty: Microsoft Graph Command Line Tools",
    "entra.application": "object id of an enterprise app's service principal; empty adds a new app",
    "entra.application_name": "what a new enterprise app is called",
    "entra.graph": "the Graph URL of a practice tenant on this computer",
    "entra.role": "the app role to assign with; empty: the app's own for users",
    "entra.add_roles": "app roles to add to the application",
}

FILTERS: Final = "Several filters: any of them lets a person in. Several clauses: all of them must hold."
"""Stands above the scoping filters."""
