"""Everything that can end a sign-in otherwise than signed in, each with its own sentences.

Sources: RFC 6749 and RFC 8628 for the errors, Microsoft's list of AADSTS codes for what they mean.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from app.entra.clouds import Cloud
from app.setup.problem import Problem
from app.setup.redaction import secrets_seen


class _Row(NamedTuple):
    what: str
    why: str
    remedy: str


_DEVICE = "or sign in with a code on another device (`rollcall entra signin --device`)"

_ROWS: Final[dict[str, _Row]] = {
    "SIGN-IN-NEEDED": _Row(
        "You are not signed in to Microsoft Entra.",
        "Nobody signed in yet, or the sign-in was forgotten.{memory}",
        "Sign in on the page Sign in, or run `rollcall entra signin`.",
    ),
    "SIGN-IN-ENDED": _Row(
        "Your sign-in to Microsoft Entra has ended.",
        "It was too long ago, the password changed, or an administrator withdrew it.",
        "Sign in again.",
    ),
    "SIGN-IN-MORE": _Row(
        "This step needs permissions that your sign-in does not have yet.",
        "Rollcall asks for permissions to change something only when a step needs them: {scopes}.",
        "Sign in again and agree to them, or run `rollcall entra signin --write`.",
    ),
    "SIGN-IN-CLAIMS": _Row(
        "Your organisation asks you to confirm the sign-in once more.",
        "A rule of Conditional Access came into force, such as a second factor or a change of network.",
        "Sign in again.",
    ),
    "SIGN-IN-CLOSED": _Row(
        "The sign-in was cancelled before it was complete.",
        "Cancel or Back was chosen on Microsoft's page.",
        "Sign in again and choose the account that administers the app.",
    ),
    "SIGN-IN-REFUSED": _Row(
        "The permissions were not agreed to, so the sign-in ended.",
        "Someone chose Cancel or No where Microsoft lists what Rollcall may do.",
        "Sign in again and accept. At first Rollcall asks to read only; what each permission is for stands "
        "beside it.",
    ),
    "SIGN-IN-CONSENT": _Row(
        "An administrator has to agree first to what Rollcall asks for.",
        "Your account may not agree to these permissions on its own, or the tenant lets nobody but "
        "administrators.",
        "Send this link to a Global Administrator or Privileged Role Administrator: {link} . When it is "
        "done, sign "
        "in again.",
    ),
    "SIGN-IN-TIMEOUT": _Row(
        "The sign-in was not completed in time.",
        "Its page was most likely closed or left, or the code was not entered.",
        f"Sign in again, {_DEVICE}.",
    ),
    "SIGN-IN-NO-BROWSER": _Row(
        "No browser could be opened on this computer.",
        "None is installed, or this is a session without a desktop.",
        "Sign in with a code on another device: choose Use a code, or run `rollcall entra signin --device`.",
    ),
    "SIGN-IN-PORT": _Row(
        "Rollcall cannot listen for the answer of the browser.",
        "Something on this computer keeps programs from listening on its own address 127.0.0.1.",
        f"Allow it for Rollcall, {_DEVICE}.",
    ),
    "SIGN-IN-ANSWER": _Row(
        "The browser brought an answer that does not belong to this sign-in.",
        "An older sign-in page was used, or something else sent it.",
        "Close the older sign-in pages in the browser and sign in again.",
    ),
    "SIGN-IN-BLOCKED": _Row(
        "The tenant does not let you sign in to this client.",
        "A rule of Conditional Access, or the settings of the client {client}, keep your account out.",
        "Ask an administrator to let you in, or use a client of your own: register an app for mobile and "
        "desktop "
        "with the redirect http://localhost and write its id into the plan as entra.client_id.",
    ),
    "SIGN-IN-CLIENT": _Row(
        "The client id cannot be used for signing in.",
        "The app {client} is not known in this tenant, or is not registered as a public client with the "
        "redirect "
        "http://localhost.",
        "In its registration choose Authentication, add the platform Mobile and desktop with "
        "http://localhost, and "
        "allow public client flows. Or leave entra.client_id empty to use Microsoft's own client.",
    ),
    "SIGN-IN-TENANT": _Row(
        "There is no tenant of this name in this cloud.",
        "The name in the plan is misspelled, or the tenant is in another cloud than {cloud}.",
        "Write the tenant's primary domain or its id, and choose its cloud. Left empty, the account decides.",
    ),
    "SIGN-IN-ACCOUNT": _Row(
        "This account cannot be used here.",
        "It is a personal account, or is not a member of the tenant.",
        "Sign in with a work account of the tenant.",
    ),
    "SIGN-IN-UNREACHABLE": _Row(
        "Microsoft's sign-in service cannot be reached.",
        "{road}",
        "Look whether a browser on this computer opens {login}. Behind a company proxy, allow that host.",
    ),
    "SIGN-IN-FAILED": _Row(
        "Microsoft did not complete the sign-in.",
        "It says: {error}.",
        "Try again. If it happens again, search for the code in Microsoft's list of sign-in errors.",
    ),
    "SIGN-IN-PRACTICE": _Row(
        "The practice tenant did not let you sign in.",
        "It is not running any more, or was started anew.",
        "Start it again: choose Practice in the wizard, or run `rollcall practice serve`.",
    ),
}

_ROADS: Final = {
    "proxy": "The proxy refused the call, cannot be reached, or is of a kind that Rollcall does not speak.",
    "tls": "Something presents a certificate that this computer does not trust, most often a proxy that "
    "inspects "
    "traffic.",
    "time": "It did not answer in time.",
    "network": "The network is down, or the host was not found.",
}

# Microsoft, "Microsoft Entra authentication and authorization error codes".
_AADSTS: Final = {
    number: code
    for code, numbers in {
        "SIGN-IN-REFUSED": "65004",
        "SIGN-IN-CONSENT": "65001 90094 90095 900941 650056 90008",
        "SIGN-IN-BLOCKED": "50105 53000 53001 53002 53003 530032 530035 7000112 500014 50097",
        "SIGN-IN-CLIENT": "700016 7000218 50011 500113 7000215 9002325 70001 90009 900971",
        "SIGN-IN-TENANT": "90002 90023 900023",
        "SIGN-IN-ACCOUNT": "90072 50020 500200 50034",
        "SIGN-IN-ENDED": "700082 50173 70043 70008",
        "SIGN-IN-CLAIMS": "50076 50078 50079 50158",
    }.items()
    for number in numbers.split()
}
_ERRORS: Final = {
    "consent_required": "SIGN-IN-CONSENT",
    "authorization_declined": "SIGN-IN-REFUSED",
    "access_denied": "SIGN-IN-REFUSED",
    "expired_token": "SIGN-IN-TIMEOUT",
    "code_expired": "SIGN-IN-TIMEOUT",
    "authorization_pending": "SIGN-IN-TIMEOUT",
    "unauthorized_client": "SIGN-IN-CLIENT",
    "invalid_client": "SIGN-IN-CLIENT",
    "interaction_required": "SIGN-IN-CLAIMS",
    "login_required": "SIGN-IN-ENDED",
}
_CODE = re.compile(r"AADSTS(\d{4,7})")


class SignInProblem(Problem):
    """A sign-in that is not there or did not come about.

    Attributes:
        link: where an administrator can agree to the permissions; only where that is the cause.
    """

    def __init__(
        self,
        code: str,
        cloud: Cloud,
        *,
        client_id: str = "",
        tenant: str = "",
        details: str = "",
        error: str = "no reason given",
        scopes: frozenset[str] = frozenset(),
        road: str = "network",
        memory: str = "",
    ) -> None:
        row = _ROWS[code]
        self.link = cloud.consent_link(client_id, tenant) if code == "SIGN-IN-CONSENT" else ""
        shown = {
            "link": self.link,
            "client": client_id or "of the plan",
            "cloud": cloud.title,
            "login": cloud.login,
            "error": error,
            "scopes": ", ".join(sorted(scopes)) or "to change something",
            "road": _ROADS.get(road, _ROADS["network"]),
            "memory": f" {memory}" if memory else "",
        }
        super().__init__(
            code,
            row.what.format(**shown),
            row.why.format(**shown),
            row.remedy.format(**shown),
            secrets_seen.clean(details),
        )


def problem_of(answer: Mapping[str, Any], cloud: Cloud, *, client_id: str, tenant: str) -> SignInProblem:
    """The problem that an error answer of the sign-in service means.

    ``answer`` is what MSAL gives: ``error``, ``error_description`` and more, as the service wrote them.
    """
    error = str(answer.get("error") or "")
    text = str(answer.get("error_description") or "")
    numbers = [str(each) for each in answer.get("error_codes") or []] + _CODE.findall(text)
    code = next((_AADSTS[number] for number in numbers if number in _AADSTS), "")
    if not code and error == "access_denied" and answer.get("error_subcode") == "cancel":
        code = "SIGN-IN-CLOSED"
    if not code and answer.get("suberror") == "consent_required":
        code = "SIGN-IN-CONSENT"
    code = code or _ERRORS.get(error, "SIGN-IN-FAILED")
    known = f"AADSTS{numbers[0]}" if numbers else error
    # The first line alone: trace ids and times follow it.
    first = text.partition("\n")[0].partition("Trace ID")[0].strip()
    traced = f"Correlation id {answer['correlation_id']}" if answer.get("correlation_id") else ""
    details = "\n".join(part for part in (error, first, traced) if part)[:800]
    known = known or "no reason given"
    return SignInProblem(code, cloud, client_id=client_id, tenant=tenant, details=details, error=known)
