"""What can go wrong between Rollcall and an app, told apart. The words are in ``fault_table``."""

from __future__ import annotations

from app.scim.fault_table import PROBLEMS, Outcome
from app.setup.problem import Problem

__all__ = ["Outcome", "ScimProblem", "UncertainOutcome", "UnreliableListing", "code_of_status"]

_STATUS_CODES = {
    401: "CREDENTIALS",
    403: "FORBIDDEN",
    404: "NOT-FOUND",
    410: "NOT-FOUND",
    405: "METHOD",
    501: "METHOD",
    409: "CONFLICT",
    408: "ANSWER-TIMEOUT",
    413: "REQUEST-TOO-LARGE",
    415: "MEDIA-TYPE",
    429: "RATE-LIMIT",
}


def code_of_status(status: int) -> str:
    """The code for an HTTP status of 300 and above."""
    if status in _STATUS_CODES:
        return _STATUS_CODES[status]
    if status >= 500:
        return "SERVER-ERROR"
    return "BAD-REQUEST" if 400 <= status < 500 else "UNEXPECTED-STATUS"


class ScimProblem(Problem):
    """A fault on the way to the app, in its answer, or a refusal by it.

    Attributes:
        kind: what the caller should do about it.
        status: the HTTP status, when there was one.
        scim_type: SCIM's own keyword of a refusal, such as ``uniqueness``; may be empty.
        retry_after: seconds that the app asks to wait; 0 when it did not say.
        request: method and address of the request, fit to be shown; empty when there was none.
        sent: whether the request may have reached the app. A POST is repeated only when it cannot have.
    """

    def __init__(
        self,
        code: str,
        *,
        host: str = "the app",
        status: int | None = None,
        scim_type: str = "",
        details: str = "",
        retry_after: float = 0.0,
        sent: bool = True,
    ) -> None:
        row = PROBLEMS[code]
        shown = {"host": host or "the app", "status": status if status is not None else "unknown"}
        super().__init__(
            code, row.what.format(**shown), row.why.format(**shown), row.remedy.format(**shown), details
        )
        self.kind = row.kind
        self.status = status
        self.scim_type = scim_type
        self.retry_after = retry_after
        self.sent = sent
        self.request = ""
        self.answer = ""


class UncertainOutcome(ScimProblem):
    """A POST that may or may not have been carried out: look the object up before anything else.

    ``cause`` is the fault that left it open.
    """

    def __init__(self, cause: ScimProblem, host: str) -> None:
        super().__init__(
            "UNCERTAIN",
            host=host,
            status=cause.status,
            details=" ".join(part for part in (cause.what, cause.details) if part),
        )
        self.cause = cause
        self.answer = cause.answer


class UnreliableListing(ScimProblem):
    """A listing whose pages repeat, are missing, or do not add up. Fall back to look-ups."""

    def __init__(self, details: str) -> None:
        super().__init__("LISTING-UNRELIABLE", details=details)
