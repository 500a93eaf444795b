"""Microsoft Graph's refusals and the faults on the way to it, as a person reads them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from app.entra.fault_table import GRAPH_FAULTS, NETWORK_CODES, UNCERTAIN
from app.entra.scopes import USES, is_looking, missing, scopes_for
from app.setup.problem import Problem
from app.setup.redaction import secrets_seen

LONGEST_MESSAGE: Final = 600
_ROLES = "Cloud Application Administrator or Application Administrator"
_CREDENTIAL_CODES = ("CredentialValidationUnavailable", "CredentialValidationFailure", "InvalidCredentials")


class GraphProblem(Problem):
    """A call to Microsoft Graph that did not give what was asked for.

    Attributes:
        status: the HTTP status; None when there was no answer.
        error: Graph's own outermost code, such as ``Authorization_RequestDenied``; may be empty.
        errors: every code in the answer, outermost first: connectors put theirs inside.
        message: Graph's own words, for showing.
        request_id: what Microsoft's support asks for; may be empty.
        call: method and path of the call.
        passing: whether the same call may go well later.
        uncertain: the call may have been carried out all the same. Look before sending it again.
        retry_after: seconds that Graph asks to wait; 0 when it did not say.
        location: where a 410 sends the caller; may be empty.
        missing_scopes: the permissions that the sign-in lacks for this call, as far as that is known.
    """

    def __init__(
        self,
        code: str,
        *,
        method: str = "GET",
        path: str = "",
        host: str = "graph.microsoft.com",
        status: int | None = None,
        body: Any = None,
        detail: str = "",
        retry_after: float = 0.0,
        sent: bool = True,
        granted: frozenset[str] = frozenset(),
        request_id: str = "",
        location: str = "",
    ) -> None:
        row = GRAPH_FAULTS[code]
        found = list(_codes(body))
        self.status = status
        self.error = found[0] if found else ""
        self.errors = tuple(found)
        self.message = _shown(_message(body) or detail)
        self.request_id = request_id or _request_id(body)
        self.call = f"{method} {path.partition('?')[0]}"
        self.passing = row.passing
        self.uncertain = sent and not is_looking(method, path) and _open(status, code)
        self.retry_after = retry_after
        self.location = location
        needed = scopes_for(method, path) if code == "GRAPH-DENIED" else frozenset()
        self.missing_scopes = missing(needed, granted)
        shown = {
            "host": host,
            "status": status,
            "code": _short(found, self.message),
            "needs": _needs(needed, self.missing_scopes, granted),
            "wait": f" It asks to wait {retry_after:.0f} seconds." if retry_after >= 1 else "",
        }
        remedy = row.remedy.format(**shown)
        super().__init__(
            code,
            row.what.format(**shown),
            row.why.format(**shown),
            f"{UNCERTAIN} {remedy}" if self.uncertain and method == "POST" else remedy,
            self._details(),
        )

    def has(self, suffix: str) -> bool:
        """Whether the answer holds a code with this ending: connectors put their names in front."""
        return any(each.endswith(suffix) for each in self.errors) or suffix in self.message

    def _details(self) -> str:
        status = f"status {self.status}" if self.status is not None else "no answer"
        parts = [f"{self.call}: {status}", " / ".join(self.errors), self.message]
        if self.missing_scopes:
            parts.append("Permissions: " + ", ".join(self.missing_scopes))
        if self.request_id:
            parts.append(f"Request id {self.request_id}")
        return secrets_seen.clean("\n".join(part for part in parts if part))


def code_of_answer(status: int, body: Any) -> str:
    """The code of ``fault_table`` for an answer of status 300 and above."""
    found = " ".join(_codes(body))
    text = f"{found} {_message(body)}"
    if "ExternalSecret" in text:
        return "GRAPH-SECRETS-SIZE"
    if any(code in text for code in _CREDENTIAL_CODES):
        return "GRAPH-CREDENTIALS"
    if "Request_MultipleObjectsWithSameKeyValue" in text or "already exists" in text:
        return "GRAPH-EXISTS"
    if "NonPremiumTenant" in text or "premium license" in text:
        return "GRAPH-LICENCE"
    if status == 400 and "Request_UnsupportedQuery" in text:
        return "GRAPH-QUERY"
    known = {401: "SIGNED-OUT", 403: "DENIED", 404: "NOT-FOUND", 409: "CONFLICT", 410: "GONE"}
    known |= {408: "TIMEOUT", 429: "THROTTLED", 503: "BUSY", 504: "TIMEOUT"}
    if status in known:
        return f"GRAPH-{known[status]}"
    if status < 400:
        return "GRAPH-ELSEWHERE"
    return "GRAPH-SERVER" if status >= 500 else "GRAPH-REFUSED"


def code_of_network(code: str) -> str:
    """The code of ``fault_table`` for one of ``app.network``'s."""
    return "GRAPH-TLS" if code.startswith("TLS-") else NETWORK_CODES.get(code, "GRAPH-ANSWER")


def _open(status: int | None, code: str) -> bool:
    """Whether a call that met this may have been carried out after all."""
    if code in {"GRAPH-TLS", "GRAPH-PROXY", "GRAPH-UNREACHABLE", "GRAPH-ELSEWHERE"}:
        return False
    return status is None or status < 300 or status == 408 or (status >= 500 and status not in {501, 503})


def _error(body: Any) -> dict[str, Any]:
    error = body.get("error") if isinstance(body, dict) else None
    return error if isinstance(error, dict) else {}


def _inner(error: dict[str, Any]) -> dict[str, Any]:
    inner = error.get("innerError") or error.get("innererror")
    return inner if isinstance(inner, dict) else {}


def _codes(body: Any) -> Iterator[str]:
    """Every ``code`` in an error, outermost first, ``innerError`` and ``details`` included."""
    error, deep = _error(body), 0
    while error and deep < 8:
        if isinstance(code := error.get("code"), str) and code:
            yield code[:120]
        details = error.get("details")
        for each in details if isinstance(details, list) else []:
            if isinstance(each, dict) and isinstance(code := each.get("code"), str):
                yield code[:120]
        error, deep = _inner(error), deep + 1


def _message(body: Any) -> str:
    error = _error(body)
    texts = [error.get("message"), _inner(error).get("message")]
    return " ".join(dict.fromkeys(text.strip() for text in texts if isinstance(text, str) and text.strip()))


def _request_id(body: Any) -> str:
    found = _inner(_error(body)).get("request-id")
    return found[:80] if isinstance(found, str) else ""


def _shown(text: str) -> str:
    """A text of Graph's as it may be shown: known secrets blanked before it is cut."""
    clean = " ".join(secrets_seen.clean(text).split())
    safe = "".join(each for each in clean if each.isprintable())
    return safe if len(safe) <= LONGEST_MESSAGE else f"{safe[:LONGEST_MESSAGE]} ..."


def _short(codes: list[str], message: str) -> str:
    innermost = next((code for code in reversed(codes) if not code.isdigit()), "")
    if not message or len(message) > 160:
        return innermost or "no reason given"
    return f"{innermost}, {message.rstrip('.')}" if innermost else message.rstrip(".")


def _needs(needed: frozenset[str], lacking: tuple[str, ...], granted: frozenset[str]) -> str:
    if granted and needed and not lacking:
        return f"The permissions are there, so a role is most likely missing: {_ROLES}."
    named = " and ".join(f"{scope} (to {USES[scope]})" if scope in USES else scope for scope in lacking)
    if not named:
        return f"A role or a permission is missing. The role is {_ROLES}."
    verb = "is" if granted else "may be"
    noun = "permission" if len(lacking) == 1 else "permissions"
    return f"The {noun} {named} {verb} missing, or the role {_ROLES}."
