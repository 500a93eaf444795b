"""From what the network libraries raise to a code: the same ones for every protocol spoken over it."""

from __future__ import annotations

import errno
import socket
import ssl
from typing import NamedTuple

import aiohttp
import httpx

_EXPIRED, _NOT_YET, _NAME, _ROOT, _WEAK, _REVOKED = (
    "TLS-EXPIRED",
    "TLS-NOT-YET-VALID",
    "TLS-WRONG-NAME",
    "TLS-UNKNOWN-ROOT",
    "TLS-WEAK",
    "TLS-REVOKED",
)

# OpenSSL's X509_V_ERR_* (x509_vfy.h), then Windows' CERT_E_* (winerror.h), then macOS' errSec* (SecBase.h):
# truststore hands on whichever the system's own verification gave.
_VERIFY_CODES = {
    9: _NOT_YET, 10: _EXPIRED, 62: _NAME, 64: _NAME, 23: _REVOKED, 66: _WEAK, 67: _WEAK, 68: _WEAK,
    18: _ROOT, 19: _ROOT, 20: _ROOT, 21: _ROOT, 24: _ROOT, 27: _ROOT, 28: _ROOT,
    0x800B0101: _EXPIRED, 0x800B010F: _NAME, 0x800B0109: _ROOT, 0x800B010A: _ROOT, 0x800B010C: _REVOKED,
    -67818: _EXPIRED, -67602: _NAME, -67843: _ROOT, -67820: _REVOKED,
}  # fmt: skip

_OLD_TLS = ("UNSUPPORTED_PROTOCOL", "PROTOCOL_VERSION", "NO_PROTOCOLS_AVAILABLE", "VERSION_TOO_LOW")
_NO_TLS = ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "UNKNOWN_PROTOCOL", "RECORD_LAYER_FAILURE")
_UNREACHABLE = {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EADDRNOTAVAIL, errno.ENETDOWN}


class Fault(NamedTuple):
    """A code, a detail, and whether the request may have reached the app."""

    code: str
    detail: str
    sent: bool
    status: int | None = None


def _chain(error: BaseException) -> list[BaseException]:
    """The error with all its causes, outermost first."""
    found: list[BaseException] = []
    current: BaseException | None = error
    while current is not None and current not in found:
        found.append(current)
        inner = getattr(current, "os_error", None) or getattr(current, "certificate_error", None)
        current = inner if isinstance(inner, BaseException) else current.__cause__
    return found


def _any(chain: list[BaseException], *kinds: type[BaseException]) -> bool:
    return any(isinstance(each, kinds) for each in chain)


def _tls(error: ssl.SSLError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        code = getattr(error, "verify_code", None)
        message = str(getattr(error, "verify_message", "") or error).casefold()
        known = _VERIFY_CODES.get(code) if isinstance(code, int) else None
        if known is None and isinstance(code, int) and code < 0:
            known = _VERIFY_CODES.get(code & 0xFFFFFFFF)
        if known is None:
            known = _NAME if "match" in message else _EXPIRED if "expired" in message else _ROOT
        return known
    reason = str(error.reason or error).upper()
    if any(mark in reason for mark in _OLD_TLS):
        return "TLS-OLD"
    if any(mark in reason for mark in _NO_TLS):
        return "TLS-NOT-SPOKEN"
    return "TLS-HANDSHAKE"


def _detail(error: BaseException) -> str:
    """The library's words without any address: a URL may hold a search value or a proxy's password."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return str(getattr(error, "verify_message", "") or "")
    if isinstance(error, ssl.SSLError):
        return str(error.reason or "")
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return type(error).__name__


def classify(error: BaseException, *, https: bool) -> Fault:
    """What an error of httpx, aiohttp, ssl or the socket layer means."""
    chain = _chain(error)
    connecting = _any(chain, aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)
    detail = _detail(chain[-1])
    if _any(chain, aiohttp.ClientPayloadError):
        return Fault("ANSWER-CUT", detail, sent=True)
    # The innermost one: aiohttp's own certificate error is an SSLError too, without the code.
    tls = next((each for each in reversed(chain) if isinstance(each, ssl.SSLError)), None)
    if tls is not None:
        return Fault(_tls(tls), detail, sent=not connecting)
    for each in chain:
        if isinstance(each, aiohttp.ClientHttpProxyError):
            return Fault("PROXY-REFUSED", detail, sent=False, status=each.status)
        if isinstance(each, aiohttp.ClientProxyConnectionError):
            return Fault("PROXY-UNREACHABLE", detail, sent=False)
        if isinstance(each, aiohttp.ClientConnectorDNSError | socket.gaierror | UnicodeError):
            return Fault("HOST-NOT-FOUND", detail, sent=False)
        if isinstance(each, aiohttp.ConnectionTimeoutError):
            return Fault("CONNECT-TIMEOUT", detail, sent=False)
        if isinstance(each, aiohttp.ClientResponseError | aiohttp.http_exceptions.HttpProcessingError):
            return Fault("ANSWER-NOT-HTTP", str(each.message)[:200], sent=True)
    if connecting:
        return _connect_fault(chain, detail, https)
    # httpx-aiohttp names any lost connection a connect time-out; the causes say what it was.
    lost = _any(chain, aiohttp.ServerDisconnectedError, aiohttp.ClientOSError)
    if not lost and _any(chain, TimeoutError, httpx.TimeoutException):
        return Fault("ANSWER-TIMEOUT", detail, sent=True)
    return Fault("ANSWER-CUT", detail, sent=True)


def _connect_fault(chain: list[BaseException], detail: str, https: bool) -> Fault:
    for each in chain:
        if isinstance(each, ConnectionRefusedError):
            return Fault("CONNECTION-REFUSED", detail, sent=False)
        if isinstance(each, ConnectionResetError | ConnectionAbortedError | EOFError):
            return Fault("TLS-HANDSHAKE" if https else "ANSWER-CUT", detail, sent=False)
        if isinstance(each, TimeoutError):
            return Fault("CONNECT-TIMEOUT", detail, sent=False)
        if isinstance(each, OSError) and each.errno in _UNREACHABLE:
            return Fault("NETWORK-UNREACHABLE", detail, sent=False)
    return Fault("CONNECTION-REFUSED", detail, sent=False)
