"""Which permissions a call to Microsoft Graph needs, so that no more is asked for than is used.

Sources: Microsoft's permission tables of each call (``reference/entra.md``, sections 1.11, 2.1, 3 and 4).
"""

from __future__ import annotations

from typing import Final
from urllib.parse import unquote

READ: Final = frozenset({"User.Read", "Directory.Read.All", "Synchronization.Read.All", "AuditLog.Read.All"})
"""Asked for at sign-in: enough to look at everything, and to change nothing."""

WRITE: Final = frozenset(
    {"Application.ReadWrite.All", "Synchronization.ReadWrite.All", "AppRoleAssignment.ReadWrite.All"}
)
"""Asked for on top, when the first step comes that changes something."""

USES: Final[dict[str, str]] = {
    "User.Read": "know who you are and which roles you have",
    "Directory.Read.All": "read people, groups, apps and licences",
    "Synchronization.Read.All": "read the provisioning job, its mappings and its state",
    "AuditLog.Read.All": "read the provisioning log",
    "Application.ReadWrite.All": "add the app from the gallery and change it",
    "Synchronization.ReadWrite.All": "make, change and start the provisioning job, and save its credentials",
    "AppRoleAssignment.ReadWrite.All": "assign people and groups to the app",
}
"""What each is for, to be put behind "Rollcall needs this to ..."."""

_COVERS: Final[dict[str, frozenset[str]]] = {
    "Synchronization.ReadWrite.All": frozenset({"Synchronization.Read.All"}),
    "Directory.ReadWrite.All": frozenset({"Directory.Read.All"}),
    "Application.ReadWrite.All": frozenset({"Application.Read.All"}),
}
_READING_POSTS: Final = ("validateCredentials", "parseExpression", "discover")


def scopes_for(method: str, path: str) -> frozenset[str]:
    """The permissions that one call needs; ``path`` is behind ``/v1.0``, or a whole link of Graph's own."""
    parts = [unquote(part) for part in path.partition("?")[0].partition("/v1.0")[2 if "/v1.0" in path else 0]
             .strip("/").split("/")]  # fmt: skip
    changes = method.upper() not in {"GET", "HEAD"}
    if "synchronization" in parts:
        # Some POSTs only look, but are documented with the permission to write, as everything beside GET.
        return frozenset({"Synchronization.ReadWrite.All" if changes else "Synchronization.Read.All"})
    if parts[0] == "auditLogs":
        return frozenset({"AuditLog.Read.All"})
    if parts[0] == "me":
        return frozenset({"User.Read"})
    if "appRoleAssignedTo" in parts or "appRoleAssignments" in parts:
        if changes:
            return frozenset({"AppRoleAssignment.ReadWrite.All", "Directory.Read.All"})
        return frozenset({"Directory.Read.All"})
    if changes and parts[0] in {"applications", "servicePrincipals", "applicationTemplates"}:
        return frozenset({"Application.ReadWrite.All"})
    if parts[0] == "applicationTemplates":
        return frozenset({"User.Read"})  # the documents ask for nothing beyond a token
    return frozenset({"Directory.Read.All"})


def missing(needed: frozenset[str], granted: frozenset[str]) -> tuple[str, ...]:
    """Those of the needed permissions that were not granted, nor are part of one that was."""
    covered = granted | {inner for outer in granted for inner in _COVERS.get(outer, frozenset())}
    return tuple(sorted(needed - covered))


def is_looking(method: str, path: str) -> bool:
    """Whether a call changes nothing, so that it may be repeated whatever became of it."""
    return method.upper() in {"GET", "HEAD"} or path.rstrip("/").endswith(_READING_POSTS)
