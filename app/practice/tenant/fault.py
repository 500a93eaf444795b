"""Refusals as Microsoft Graph words them. Source: entra.md, section 1.11."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final


class GraphFault(Exception):
    """A request that is refused.

    Attributes:
        status: the HTTP status.
        code: Graph's code.
        headers: further headers of the answer.
        inner: what ``innerError`` says beside date and request id.
    """

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        headers: Mapping[str, str] | None = None,
        inner: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = dict(headers or {})
        self.inner = dict(inner or {})

    def body(self, request_id: str = "", client_request_id: str = "") -> dict[str, Any]:
        """The answer's body. The date has no zone, as Graph's has none."""
        request_id = request_id or str(uuid.uuid4())
        return {
            "error": {
                "code": self.code,
                "message": self.message,
                "innerError": {
                    **self.inner,
                    "date": datetime.now(UTC).replace(tzinfo=None).isoformat(timespec="seconds"),
                    "request-id": request_id,
                    "client-request-id": client_request_id or request_id,
                },
            }
        }


_CODES: Final = {
    401: "InvalidAuthenticationToken",
    403: "Authorization_RequestDenied",
    404: "Request_ResourceNotFound",
    409: "Request_MultipleObjectsWithSameKeyValue",
    500: "InternalServerError",
    503: "ServiceUnavailable",
}


def ordered(status: int) -> GraphFault:
    """What a control ordered; throttling reads as in Microsoft's own sample."""
    if status == 429:
        inner = {"code": "429", "message": "Please retry after", "status": "429"}
        return GraphFault(429, "TooManyRequests", "Please retry again later.", inner=inner)
    return GraphFault(status, _CODES.get(status, "UnknownError"), "Ordered by a control.")


def bad_request(message: str, code: str = "BadRequest") -> GraphFault:
    """The request cannot be understood, or asks for what may not be."""
    return GraphFault(400, code, message)


def not_found(object_id: str) -> GraphFault:
    """Nothing has this id, or it was made a moment ago and is not everywhere yet."""
    return GraphFault(
        404,
        "Request_ResourceNotFound",
        f"Resource '{object_id}' does not exist or one of its queried reference-property objects are not "
        "present.",
    )


def forbidden() -> GraphFault:
    """The signed-in person, or the token's permissions, do not allow it."""
    return GraphFault(
        403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation."
    )


def unauthorized(message: str, claims: str = "") -> GraphFault:
    """No token, an old one, or one that must be renewed with claims (continuous access evaluation)."""
    challenge = (
        'Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize"'
    )
    if claims:
        challenge += f', error="insufficient_claims", claims="{claims}"'
    return GraphFault(401, "InvalidAuthenticationToken", message, headers={"WWW-Authenticate": challenge})
