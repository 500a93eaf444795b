"""C: the address, TLS, the token, and Entra's own *Test Connection*."""

from __future__ import annotations

import uuid

from app.connection.check import check, fails, passes, skips, warns
from app.connection.facts import ENDPOINT, protocol
from app.connection.finding import Group, Severity
from app.connection.probe import Probe, is_scim_error, resources
from app.connection.tls import look_at_tls
from app.scim.dialect import LIST_SCHEMA

_ASK_VENDOR = "Ask the vendor of {title}: Entra cannot work with this."
_ADMIN = (
    "Make sure that your account in {title} has Admin permissions, make a new token with it, and try again."
)
_ADDRESS = (
    "Check that the tenant URL ends in the app's SCIM path (for InVision: its SCIM API URL and /scim/v2)."
)
_OPEN_DOOR = (
    "Do not go live: everybody who knows the address can read and change your people. "
    "Tell the vendor of {title}."
)
_EMPTY = "Entra takes anything but 200 with an empty list for bad credentials. "
_CERTIFICATE = "Ask whoever runs the app to put this right: Entra would refuse the connection."


@check(
    "C-TLS",
    "The connection is encrypted as Entra needs it",
    Group.CONNECTION,
    Severity.BLOCKER,
    {
        "ok": passes("TLS 1.2 or newer, and a certificate that this computer trusts. {detail}"),
        "loopback": passes("The app runs on this computer; no encryption is needed."),
        "behind-proxy": passes("The certificate is checked behind your proxy on every request."),
        "expires-soon": warns("The certificate ends soon. {detail}", "See that it is renewed in time."),
        "no-1.2": warns(
            "The app does not offer TLS 1.2, the version that Entra uses. {detail}",
            _CERTIFICATE,
            Severity.MAJOR,
        ),
        "incomplete": fails(
            "The app sends its own certificate, but not that of the authority which signed it.",
            "Have whoever runs {title} install the whole chain (server and intermediate certificates). "
            "Browsers fetch the missing one by themselves; Entra does not.",
        ),
        "weak-key": warns("The certificate's key is too short. {detail}", _CERTIFICATE, Severity.MAJOR),
        "private-root": warns(
            "This computer trusts the certificate, but no public authority stands behind it.",
            "Your company's own authority most likely signed it. For Entra the app needs a publicly trusted "
            "certificate; running on this computer, Rollcall can work with it as it is.",
            Severity.MAJOR,
        ),
    },
    fact=ENDPOINT,
)
async def _encryption(probe: Probe) -> str:
    if probe.bench.url.base.startswith("http://"):
        return "loopback"
    key, probe.detail = await look_at_tls(probe.bench.url)
    return key


@check(
    "C-URL",
    "The tenant URL leads to a SCIM interface",
    Group.CONNECTION,
    Severity.BLOCKER,
    {
        "ok": passes("The address answers as SCIM."),
        "not-scim": fails("The address answers, but not as SCIM. {detail}", _ADDRESS),
        "server-error": fails(
            "The address answers with an internal error. {detail}",
            "Try again in a few minutes; if it stays so, send this report to the vendor of {title}.",
        ),
    },
    needs=("C-TLS",),
    fact=ENDPOINT,
)
async def _address(probe: Probe) -> str:
    exchange = await probe.test_connection()
    if exchange.status in {401, 403}:
        return "ok"
    probe.detail = f"Status {exchange.status}."
    if exchange.status >= 500 and exchange.status != 501:
        return "server-error"
    web_page = exchange.fault in {"ANSWER-HTML", "ANSWER-TYPE"}
    missing = exchange.status in {404, 405, 410, 501} and not is_scim_error(exchange)
    if web_page or missing or 300 <= exchange.status < 400:
        return "not-scim"
    return "ok"


@check(
    "C-AUTH",
    "The secret token is accepted, and no other",
    Group.CONNECTION,
    Severity.BLOCKER,
    {
        "ok": passes("The token is accepted; a wrong one and none at all are refused."),
        "refused": fails(
            "{title} does not accept the secret token (status 401).",
            "Paste the token alone, without 'Bearer' in front. " + _ADMIN,
        ),
        "forbidden": fails("{title} knows the token but does not allow this (status 403).", _ADMIN),
        "any-token": fails(
            "{title} accepts a wrong token.",
            _OPEN_DOOR,
        ),
        "no-token": fails(
            "{title} answers without any token.",
            _OPEN_DOOR,
        ),
    },
    needs=("C-URL",),
    fact=ENDPOINT,
)
async def _token(probe: Probe) -> str:
    exchange = await probe.test_connection()
    if exchange.status == 401:
        return "refused"
    if exchange.status == 403:
        return "forbidden"
    query = {"filter": f'{probe.usage.matching[0]} eq "{uuid.uuid4()}"'}
    for key, wire in (("any-token", probe.bench.stranger), ("no-token", probe.bench.nobody)):
        answer = await wire.exchange("GET", "/Users", query=query)
        if 200 <= answer.status < 300 and not answer.fault:
            probe.show(answer)
            return key
    return "ok"


@check(
    "C-EMPTY",
    "An unknown user gives an empty list",
    Group.CONNECTION,
    Severity.BLOCKER,
    {
        "ok": passes("Status 200 with an empty list, as Entra expects it."),
        "status": fails(
            "An unknown user gives status {detail} instead of an empty list.",
            _EMPTY + "Check the tenant URL first, then ask the vendor.",
        ),
        "shape": fails(
            "The answer for an unknown user is not a SCIM list: {detail}.",
            _EMPTY + _ASK_VENDOR,
        ),
        "elsewhere": skips("Somebody was found, so the filter does not work; see C-IGNORE."),
    },
    needs=("C-AUTH",),
    fact=ENDPOINT,
)
async def _empty_list(probe: Probe) -> str:
    exchange = await probe.test_connection()
    if resources(exchange):
        return "elsewhere"
    answer = exchange.json
    if exchange.status != 200:
        probe.detail = str(exchange.status)
        return "status"
    if not isinstance(answer, dict):
        probe.detail = "it is no JSON object" if exchange.body else "it is empty"
    elif LIST_SCHEMA not in (answer.get("schemas") or ()):
        probe.detail = "schemas does not name ListResponse"
    elif not isinstance(answer.get("Resources"), list):
        probe.detail = "Resources is missing"
    elif answer.get("totalResults") != 0 or isinstance(answer.get("totalResults"), bool):
        probe.detail = "totalResults is not 0"
    else:
        return "ok"
    return "shape"


@check(
    "C-IGNORE",
    "The filter is not ignored",
    Group.CONNECTION,
    Severity.BLOCKER,
    {
        "ok": passes("A search for nobody finds nobody."),
        "ignored": fails(
            "The filter is ignored: a search for an unknown user returned {detail}.",
            "Entra would match the wrong person. " + _ASK_VENDOR,
        ),
    },
    needs=("C-AUTH",),
    after=("U-POST",),
    fact=protocol("3.4.2.2"),
)
async def _filter_ignored(probe: Probe) -> str:
    exchange = await probe.test_connection()
    if not resources(exchange) and probe.bench.learnt.get("user"):
        # Now there is somebody to be returned by mistake; before, an empty app may have hidden it.
        exchange = await probe.search(probe.usage.matching[0], str(uuid.uuid4()))
    listed = resources(exchange)
    if not listed:
        return "ok"
    probe.detail = f"{len(listed)} people" if len(listed) > 1 else "somebody"
    return "ignored"


@check(
    "C-CTYPE",
    "Answers are marked as SCIM",
    Group.CONNECTION,
    Severity.BLOCKER,
    {
        "ok": passes("application/scim+json is used for requests and answers."),
        "json": warns(
            "Answers are marked as {detail} instead of application/scim+json. Entra takes that.",
            "Ask the vendor to answer as application/scim+json.",
        ),
        "unsupported": fails(
            "Requests marked as Entra marks them (application/scim+json; charset=utf-8) are refused.",
            "Ask the vendor of {title} to accept application/scim+json.",
        ),
    },
    needs=("C-AUTH",),
    fact=protocol("3.1"),
)
async def _content_type(probe: Probe) -> str:
    exchange = await probe.test_connection()
    if probe.bench.writes:
        # To nobody: the media type is judged before the person is looked for.
        body = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": []}
        answer = await probe.send("PATCH", f"/Users/{uuid.uuid4()}", body=body)
        if answer.status == 415:
            probe.show(answer)
            return "unsupported"
    if exchange.status == 415:
        return "unsupported"
    kind = exchange.headers.get("content-type", "").partition(";")[0].strip().casefold()
    if kind == "application/scim+json" or not exchange.body:
        return "ok"
    probe.detail = kind or "nothing"
    return "json"
