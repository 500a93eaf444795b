"""The engine's codes as the provisioning log spells them.

Source: Microsoft, "How to analyze the Microsoft Entra provisioning logs" (error codes); the connection codes
carry the connector's name in front (entra.md, section 9.2).
"""

from __future__ import annotations

from typing import Final

CONNECTOR: Final = "SystemForCrossDomainIdentityManagement"

_CODES: Final = {
    "ANSWER-TIMEOUT": "Timeout",
    "CONNECT-TIMEOUT": "Timeout",
    "BAD-REQUEST": f"{CONNECTOR}BadRequest",
    "CONFLICT": "EntryConflict",
    "CREDENTIALS": "Unauthorized",
    "DUPLICATE-SOURCE-ENTRIES": "DuplicateSourceEntries",
    "DUPLICATE-TARGET-ENTRIES": "DuplicateTargetEntries",
    "EXPRESSION": "InternalError",
    "FORBIDDEN": "InsufficientRights",
    "METHOD": "MethodNotAllowed",
    "NO-MATCHING-VALUE": "ImportSkipped",
    "NOT-FOUND": "InvalidAnchor",
    "RATE-LIMIT": "TooManyRequests",
    "SERVER-ERROR": "InternalServerError",
    "STAGED-DELETE": "StagedAction",
    "UNEXPECTED-STATUS": "UnprocessableEntity",
}
_UNREADABLE: Final = ("ANSWER-", "LISTING-", "FILTER-", "EMPTY-LIST", "MEDIA-TYPE")
SKIPPED: Final = "EntrySynchronizationSkipped"
REDUNDANT: Final = "RedundantExport"
_PROTOCOL: Final = "WebExceptionProtocolError"


def log_code(code: str) -> str:
    """The log's name of what went wrong; that of a skipped entry where nothing did."""
    if not code:
        return SKIPPED
    if code in _CODES:
        return _CODES[code]
    if code.startswith(_UNREADABLE):
        return f"{CONNECTOR}ServiceIncompatible"
    return _PROTOCOL if code.startswith(("TLS-", "PROXY-", "REDIRECT-")) or "-" in code else code


def job_code(code: str) -> str:
    """The code of what brings a whole job into quarantine."""
    if code == "TooManyDeletes":
        return code
    if code == "InvalidCredentials":
        return f"{CONNECTOR}InvalidCredentials"
    if code in {"CREDENTIALS", "FORBIDDEN"}:
        return f"{CONNECTOR}CredentialValidationFailure"
    return f"{CONNECTOR}ServiceIncompatible"
