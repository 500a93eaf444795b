"""What can go wrong between Rollcall and an app, in words: one table of codes.

The engine, the checks and the pages say the same thing about the same fault, because all take it from here.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Outcome(StrEnum):
    """What the caller should do about a fault; the code says which fault it was."""

    RETRY = "retry"
    CONFLICT = "conflict"
    NOT_FOUND = "not-found"
    REFUSED = "refused"
    CREDENTIALS = "credentials"
    INCOMPATIBLE = "incompatible"
    UNREACHABLE = "unreachable"
    TLS = "tls"
    RATE = "rate"
    TOO_LARGE = "too-large"
    UNCERTAIN = "uncertain"
    UNRELIABLE = "unreliable"


class Sentences(NamedTuple):
    """One row of the table. ``{host}`` and ``{status}`` are filled in."""

    kind: Outcome
    what: str
    why: str
    remedy: str


_VENDOR = "Send the app's vendor the details below: the request and the answer are in them."
_CERTIFICATE = "Ask whoever runs {host} to install a certificate from a public authority for this name."

PROBLEMS: dict[str, Sentences] = {
    # The road to the app
    "HOST-NOT-FOUND": Sentences(
        Outcome.UNREACHABLE,
        "The name {host} does not exist.",
        "The tenant URL most likely has a typing error, or this computer cannot look names up.",
        "Compare the tenant URL with the one that the app shows, and check the network.",
    ),
    "CONNECTION-REFUSED": Sentences(
        Outcome.UNREACHABLE,
        "{host} refuses the connection.",
        "Nothing listens at this address and port, or a firewall turns the connection away.",
        "Check the port in the tenant URL, and that the app is running.",
    ),
    "CONNECT-TIMEOUT": Sentences(
        Outcome.UNREACHABLE,
        "{host} does not answer to a connection.",
        "A firewall most likely drops the connection, or the app is down.",
        "Check that this computer may reach the address; a company proxy may have to be set.",
    ),
    "NETWORK-UNREACHABLE": Sentences(
        Outcome.UNREACHABLE,
        "There is no way from this computer to {host}.",
        "The network is down, or the address belongs to a network that is not connected.",
        "Check the network connection and any VPN, then try again.",
    ),
    "PROXY-UNREACHABLE": Sentences(
        Outcome.UNREACHABLE,
        "The proxy of this computer does not answer, so {host} cannot be reached.",
        "The proxy set in the environment or the system is down or wrong.",
        "Check the proxy settings of this computer.",
    ),
    "PROXY-REFUSED": Sentences(
        Outcome.UNREACHABLE,
        "The proxy of this computer does not let the connection to {host} through (status {status}).",
        "The proxy wants a sign-in, or its rules block this address.",
        "Ask your network team to allow the address, or put the sign-in into the proxy setting.",
    ),
    "PROXY-KIND": Sentences(
        Outcome.UNREACHABLE,
        "The proxy of this computer is of a kind that Rollcall cannot use.",
        "Only http and https proxies are supported.",
        "Set an http proxy, or exempt {host} from the proxy.",
    ),
    # TLS
    "TLS-EXPIRED": Sentences(
        Outcome.TLS,
        "The certificate of {host} has expired.",
        "It was not renewed in time; less likely, this computer's clock is wrong.",
        "Ask whoever runs {host} to renew the certificate. Entra refuses the connection too.",
    ),
    "TLS-NOT-YET-VALID": Sentences(
        Outcome.TLS,
        "The certificate of {host} is not valid yet.",
        "Its start lies in the future, or this computer's clock is behind.",
        "Check this computer's date and time first.",
    ),
    "TLS-WRONG-NAME": Sentences(
        Outcome.TLS,
        "The certificate at this address was not made for {host}.",
        "The tenant URL names another host than the app does, or the server has the wrong certificate.",
        "Compare the host in the tenant URL with the one that the app shows. " + _CERTIFICATE,
    ),
    "TLS-UNKNOWN-ROOT": Sentences(
        Outcome.TLS,
        "This computer does not trust the certificate of {host}.",
        "It is self-signed, its chain is incomplete, or its authority is not a public one.",
        _CERTIFICATE + " Entra accepts public authorities only.",
    ),
    "TLS-WEAK": Sentences(
        Outcome.TLS,
        "The certificate of {host} is too weak.",
        "Its key or signature is below what is safe today; Entra asks for RSA 2048 or ECC 256 bits.",
        _CERTIFICATE,
    ),
    "TLS-REVOKED": Sentences(
        Outcome.TLS,
        "The certificate of {host} has been revoked.",
        "Its authority has withdrawn it.",
        _CERTIFICATE,
    ),
    "TLS-OLD": Sentences(
        Outcome.TLS,
        "{host} speaks only an outdated version of TLS.",
        "TLS 1.0 and 1.1 are no longer safe; Entra asks for TLS 1.2.",
        "Ask whoever runs {host} to switch TLS 1.2 or newer on.",
    ),
    "TLS-NOT-SPOKEN": Sentences(
        Outcome.TLS,
        "{host} does not speak TLS at this port.",
        "The port answers plain http, or something else altogether.",
        "Check the port in the tenant URL; Entra needs https.",
    ),
    "TLS-HANDSHAKE": Sentences(
        Outcome.TLS,
        "A secure connection to {host} could not be made.",
        "The server ended the TLS handshake: no common cipher, or a device in between interferes.",
        "Ask whoever runs {host} to check its TLS settings; Entra needs TLS 1.2 with common ciphers.",
    ),
    "TLS-HANDSHAKE-TIMEOUT": Sentences(
        Outcome.TLS,
        "{host} takes the connection, but never ends the TLS handshake.",
        "The port does not speak TLS, or a device in between holds the handshake back.",
        "Check the port in the tenant URL.",
    ),
    # The answer as a whole
    "ANSWER-TIMEOUT": Sentences(
        Outcome.RETRY,
        "{host} did not answer in time.",
        "The app is overloaded, or the request is heavier than it can bear.",
        "Try again later; if it stays so, lower the rate or tell the vendor.",
    ),
    "ANSWER-CUT": Sentences(
        Outcome.RETRY,
        "{host} ended the connection in the middle.",
        "The app restarted, or a device in between cut the connection.",
        "Try again; if it stays so, tell the vendor.",
    ),
    "ANSWER-NOT-HTTP": Sentences(
        Outcome.INCOMPATIBLE,
        "What {host} answers is not HTTP.",
        "Another kind of service listens at this port, or the answer's headers are broken.",
        "Check the port in the tenant URL.",
    ),
    "ANSWER-TOO-LARGE": Sentences(
        Outcome.TOO_LARGE,
        "{host} answered with more than Rollcall reads at once (10 MB).",
        "The app most likely ignored the filter and sent everybody.",
        _VENDOR,
    ),
    "ANSWER-HTML": Sentences(
        Outcome.INCOMPATIBLE,
        "The address answers with a web page, not as SCIM.",
        "The tenant URL most likely points at the app's website or a sign-in page.",
        "Check that the tenant URL ends in the app's SCIM path.",
    ),
    "ANSWER-TYPE": Sentences(
        Outcome.INCOMPATIBLE,
        "The answer is not marked as SCIM or JSON.",
        "The tenant URL points beside the SCIM interface, or the app names its answers wrongly.",
        "Check that the tenant URL ends in the app's SCIM path; answers should be application/scim+json.",
    ),
    "ANSWER-BROKEN": Sentences(
        Outcome.INCOMPATIBLE,
        "The app's answer is broken JSON.",
        "It was cut or put together wrongly by the app.",
        _VENDOR,
    ),
    "ANSWER-TOO-DEEP": Sentences(
        Outcome.INCOMPATIBLE,
        "The app's answer is nested deeper than any SCIM object is.",
        "The app has a fault, or this is not a SCIM interface.",
        _VENDOR,
    ),
    "ANSWER-COMPRESSION": Sentences(
        Outcome.INCOMPATIBLE,
        "The app's answer is compressed in a way that was not asked for, or is damaged.",
        "A server in front of the app is set up wrongly.",
        _VENDOR,
    ),
    "ANSWER-SHAPE": Sentences(
        Outcome.INCOMPATIBLE,
        "The app's answer is JSON, but not what SCIM asks for.",
        "The app departs from the standard here, or the tenant URL points at another interface.",
        _VENDOR,
    ),
    "ANSWER-OTHER": Sentences(
        Outcome.RETRY,
        "The app answered with another object than the one it was asked for.",
        "Something between here and the app mixes answers up, or the app does.",
        _VENDOR,
    ),
    "ANSWER-OBJECT": Sentences(
        Outcome.RETRY,
        "The app answers for this one object with something that is not SCIM.",
        "The object is damaged in the app, or a device in between does not let it through.",
        _VENDOR,
    ),
    "REDIRECT-ELSEWHERE": Sentences(
        Outcome.INCOMPATIBLE,
        "The app sends the request on to another address.",
        "Most often this is a sign-in page, or the tenant URL is an old one. The token was not sent there.",
        "Use the address that the app shows for SCIM.",
    ),
    "REDIRECT-LOOP": Sentences(
        Outcome.INCOMPATIBLE,
        "The app sends the request on again and again.",
        "Its web server is set up wrongly, or the tenant URL is not the SCIM address.",
        "Compare the tenant URL with the one that the app shows.",
    ),
    # Statuses
    "BAD-REQUEST": Sentences(
        Outcome.REFUSED,
        "The app refuses the request (status {status}).",
        "It does not understand one of the attributes, or a value is not allowed there.",
        "Read what the app said; often a mapping has to be changed or removed.",
    ),
    "CREDENTIALS": Sentences(
        Outcome.CREDENTIALS,
        "The app does not accept the secret token (status 401).",
        "The token is wrong, expired, or was pasted with more around it than the token.",
        "Make a new token in the app with an account that has Admin permissions, paste it, and try again.",
    ),
    "FORBIDDEN": Sentences(
        Outcome.CREDENTIALS,
        "The app knows the secret token but does not allow this (status 403).",
        "The account behind the token lacks the right to manage people.",
        "Make sure that the account in the app has Admin permissions, and try again.",
    ),
    "NOT-FOUND": Sentences(
        Outcome.NOT_FOUND,
        "The app does not find what was asked for (status {status}).",
        "The person or group is gone, or the tenant URL is not the SCIM address.",
        "If this happens for everybody, check that the tenant URL ends in the app's SCIM path.",
    ),
    "METHOD": Sentences(
        Outcome.REFUSED,
        "The app does not support this kind of request (status {status}).",
        "It leaves this part of SCIM out, or the tenant URL is not the SCIM address.",
        "Check the tenant URL; otherwise switch this part of provisioning off, or ask the vendor.",
    ),
    "CONFLICT": Sentences(
        Outcome.CONFLICT,
        "The app already has somebody with one of these values (status 409).",
        "An account with the same user name or e-mail exists that the matching attribute does not find.",
        "Change the matching attribute so that the account is found, or repair the value.",
    ),
    "CONFLICT-UNSEEN": Sentences(
        Outcome.CONFLICT,
        "The app says that it has this account (status 409), and no search shows it.",
        "It may be an invitation that nobody has accepted yet, or an account of another workspace or tenant.",
        "Look in the app for a pending invitation of this person; accept or withdraw it, and run again.",
    ),
    "REQUEST-TOO-LARGE": Sentences(
        Outcome.REFUSED,
        "The request is larger than the app takes (status 413).",
        "Too many members in one request, or a value that is too long.",
        "Lower the number of members sent at once.",
    ),
    "MEDIA-TYPE": Sentences(
        Outcome.INCOMPATIBLE,
        "The app does not take SCIM's own content type (status 415).",
        "Entra sends application/scim+json; charset=utf-8, and the app does not know it.",
        "Ask the vendor to accept application/scim+json.",
    ),
    "RATE-LIMIT": Sentences(
        Outcome.RATE,
        "The app says that it gets too many requests (status 429).",
        "The rate is higher than the app allows, or others use it at the same time.",
        "Wait a while; lower the rate if it happens often.",
    ),
    "SERVER-ERROR": Sentences(
        Outcome.RETRY,
        "The app has an internal error (status {status}).",
        "Something failed inside the app; the request itself may be right.",
        "It is tried again later. If it stays so, send the vendor the details.",
    ),
    "UNEXPECTED-STATUS": Sentences(
        Outcome.INCOMPATIBLE,
        "The app answers with a status that SCIM does not know here ({status}).",
        "The app departs from the standard, or a device in between answered.",
        _VENDOR,
    ),
    # Meaning
    "STILL-ACTIVE": Sentences(
        Outcome.REFUSED,
        "The app answered that it switched the account off, and the account is still in use.",
        "It does not carry out changes of active, or something in the app switches the account on again.",
        "Switch the account off in the app, and ask the vendor how SCIM may do it. It is tried again.",
    ),
    "NOT-VISIBLE": Sentences(
        Outcome.REFUSED,
        "The app made this account and does not show it, so it could be neither disabled nor deleted.",
        "It is most likely an invitation that waits for an answer. The person gets access on accepting it.",
        "Withdraw the invitation in the app. Rollcall looks again in each cycle.",
    ),
    "DELETE-NOT-DONE": Sentences(
        Outcome.REFUSED,
        "The app answered that it deleted the account, and still shows it.",
        "It keeps deleted accounts for a while, or does not delete at all.",
        "Delete the account in the app, or switch deleting off in the plan for this app.",
    ),
    "NOT-KEPT": Sentences(
        Outcome.REFUSED,
        "The app answered that it took the change, and shows other values.",
        "It changes or ignores these values, or its answers do not say what it did.",
        "Compare the values in the app with those below, and ask the vendor how SCIM may set them.",
    ),
    "UNCERTAIN": Sentences(
        Outcome.UNCERTAIN,
        "It is not known whether the app carried the request out.",
        "The connection ended, or the answer was unusable, after the request had been sent.",
        "Rollcall looks the person up before anything else is sent.",
    ),
    "EMPTY-LIST": Sentences(
        Outcome.INCOMPATIBLE,
        "The app answers a search that finds nobody with an error (status {status}).",
        "An unknown user must give status 200 with an empty list.",
        "Check the tenant URL; otherwise ask the vendor: Entra treats this as wrong credentials.",
    ),
    "FILTER-IGNORED": Sentences(
        Outcome.REFUSED,
        "The app returned other people than the one searched for.",
        "It ignores the filter, or compares only a part of the value.",
        "Choose another matching attribute, or ask the vendor. Nobody was changed.",
    ),
    "LISTING-UNRELIABLE": Sentences(
        Outcome.UNRELIABLE,
        "The app's list of people cannot be trusted.",
        "Pages repeat or are missing, or the total does not add up.",
        "Rollcall looks each person up instead; nothing has to be done.",
    ),
    "ID-TAKEN": Sentences(
        Outcome.UNCERTAIN,
        "The app answered a create with the id of another person's account.",
        "Its answer is about somebody else, or it gives an id twice.",
        _VENDOR,
    ),
    "ID-UNUSABLE": Sentences(
        Outcome.REFUSED,
        "The app gave an id that cannot be part of an address.",
        "The app has a fault.",
        _VENDOR,
    ),
}
"""Every code."""
