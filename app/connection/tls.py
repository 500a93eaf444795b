"""Whether TLS is as Entra needs it: TLS 1.2, a public authority, keys that are long enough, not about to end.

Source: Microsoft, "Tutorial: develop a SCIM endpoint", section on TLS; RSA 2048 or ECC 256 bits at least.
"""

from __future__ import annotations

import asyncio
import ssl
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

import certifi

from app.connection.key_size import key_size
from app.connection.sent_chain import SentChain
from app.network.faults import classify
from app.scim.errors import ScimProblem
from app.scim.transport import proxy_for, system_tls
from app.setup.tenant_url import TenantUrl

WARN_DAYS = 30
_LONG_ENOUGH = {"RSA": 2048, "ECC": 256}
_TIMEOUT = 10.0


@dataclass(frozen=True, slots=True)
class Handshake:
    """What a handshake showed."""

    version: str
    ends: datetime | None
    certificate: bytes


async def shake(url: TenantUrl, context: ssl.SSLContext) -> Handshake:
    """Make one TLS connection and close it. Raises what the socket and ssl layers raise."""
    port = urlsplit(url.base).port or 443
    async with asyncio.timeout(_TIMEOUT):
        _, writer = await asyncio.open_connection(url.host, port, ssl=context, server_hostname=url.host)
    try:
        tls = writer.get_extra_info("ssl_object")
        certificate = tls.getpeercert(binary_form=True) or b""
        after = (tls.getpeercert() or {}).get("notAfter")
        ends = datetime.fromtimestamp(ssl.cert_time_to_seconds(after), UTC) if after else None
        return Handshake(tls.version() or "", ends, certificate)
    finally:
        writer.transport.abort()


async def look_at_tls(url: TenantUrl) -> tuple[str, str]:
    """The key of C-TLS's outcome, and a detail.

    Raises:
        ScimProblem: no secure connection can be made, with the reason told apart.
    """
    if proxy_for("https", url.host, url.is_loopback) is not None:
        return "behind-proxy", ""
    sent = SentChain()
    try:
        seen = await shake(url, system_tls())
    except (OSError, UnicodeError) as error:
        problem = _named(error, url.host)
        if problem.code == "TLS-UNKNOWN-ROOT":
            await _shakes(url, sent.listen(_public()))
            if sent.lacks_issuer:
                return "incomplete", ""
        raise problem from error
    public = await _shakes(url, sent.listen(_public()))
    if weak := weak_key([seen.certificate, *sent.certificates[1:]]):
        return "weak-key", weak
    if seen.version == "TLSv1.3" and not await _shakes(url, _only_1_2(system_tls())):
        return "no-1.2", f"It offers {seen.version} only."
    if not url.is_loopback and not public:
        return ("incomplete" if sent.lacks_issuer else "private-root"), ""
    if seen.ends is not None:
        days = (seen.ends.timestamp() - time.time()) / 86400
        detail = f"The certificate is valid until {seen.ends:%d %B %Y}."
        return ("expires-soon" if days < WARN_DAYS else "ok"), detail
    return "ok", ""


def weak_key(certificates: list[bytes]) -> str:
    """What is wrong with the first key that is too short, the server's own or an authority's; else empty."""
    for number, certificate in enumerate(certificates):
        kind, bits = key_size(certificate)
        if bits and bits < _LONG_ENOUGH.get(kind, 0):
            whose = "The key of the authority behind it has" if number else "It has"
            return f"{whose} {bits} bits ({kind}); Entra asks for {_LONG_ENOUGH[kind]}."
    return ""


def _only_1_2(context: ssl.SSLContext) -> ssl.SSLContext:
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    return context


def _public() -> ssl.SSLContext:
    """A context on Mozilla's list of public authorities: tells them from a company's own root."""
    return ssl.create_default_context(cafile=certifi.where())


async def _shakes(url: TenantUrl, context: ssl.SSLContext) -> bool:
    try:
        await shake(url, context)
    except OSError:
        return False
    return True


def _named(error: BaseException, host: str) -> ScimProblem:
    if isinstance(error, TimeoutError):
        return ScimProblem("TLS-HANDSHAKE-TIMEOUT", host=host, sent=False)
    if isinstance(error, ConnectionRefusedError):
        return ScimProblem("CONNECTION-REFUSED", host=host, sent=False)
    if isinstance(error, ConnectionError):
        return ScimProblem("TLS-HANDSHAKE", host=host, sent=False)
    fault = classify(error, https=True)
    return ScimProblem(fault.code, host=host, details=fault.detail, sent=False)
