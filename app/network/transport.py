"""The road to one host: TLS roots of the operating system, proxy of the environment, bounded headers."""

from __future__ import annotations

import asyncio
import base64
import ssl
import urllib.request

import aiohttp
import httpx
import truststore
from httpx_aiohttp import AiohttpTransport

KEEP_ALIVE = 4.0
"""Seconds an unused connection is kept: below the 5 s after which common servers close theirs, so that a
POST does not run into a connection that is just being closed."""

CONNECT_TIMEOUT = 10.0


class ProxyUnusable(Exception):
    """The proxy that the environment names is of a kind that cannot be used. Holds no detail: a proxy's
    address may hold a password."""


def system_tls() -> ssl.SSLContext:
    """A TLS context on the operating system's roots: TLS 1.2 or newer, names checked."""
    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _checked(context: ssl.SSLContext) -> ssl.SSLContext:
    """TLS verification is never off, whoever made the context."""
    if context.verify_mode != ssl.CERT_REQUIRED or not context.check_hostname:
        raise ValueError("TLS verification must not be switched off")
    return context


def proxy_for(scheme: str, host: str, loopback: bool) -> httpx.Proxy | None:
    """The proxy that the environment (or the system's settings) names for this host; never for loopback.

    Raises:
        ProxyUnusable: what it names is no address of a proxy.
    """
    if loopback or urllib.request.proxy_bypass(host):
        return None
    found = urllib.request.getproxies()
    address = found.get(scheme) or found.get("all")
    if not address:
        return None
    if "://" not in address:
        address = f"http://{address}"
    try:
        proxy = httpx.Proxy(address)
    except (ValueError, httpx.InvalidURL) as error:
        raise ProxyUnusable from error
    if proxy.auth is None:
        return proxy
    # As a header: the transport's own way goes through a class that aiohttp is about to drop.
    basic = base64.b64encode(":".join(proxy.auth).encode()).decode()
    return httpx.Proxy(proxy.url, headers={"Proxy-Authorization": f"Basic {basic}"})


def open_transport(
    scheme: str, host: str, loopback: bool, connections: int, tls: ssl.SSLContext | None
) -> AiohttpTransport:
    """The transport of one client. Must be called in the running loop.

    Raises:
        ProxyUnusable: the environment names a proxy of another kind than http and https.
    """
    context = _checked(tls) if tls is not None else system_tls()
    proxy = proxy_for(scheme, host, loopback)
    if proxy is not None and proxy.url.scheme not in {"http", "https"}:
        raise ProxyUnusable

    def session() -> aiohttp.ClientSession:
        # No cookies: they would carry one exchange's state into the next.
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=connections, ssl=context, keepalive_timeout=KEEP_ALIVE),
            cookie_jar=aiohttp.DummyCookieJar(),
            skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding", "Content-Type"),
        )

    return AiohttpTransport(verify=context, trust_env=False, proxy=proxy, client=session)


async def listens(host: str, port: int, timeout: float = 3.0) -> bool:
    """Whether something takes a plain TCP connection: tells a dead host from a handshake that never ends."""
    try:
        async with asyncio.timeout(timeout):
            _, writer = await asyncio.open_connection(host, port)
    except OSError:  # TimeoutError is one
        return False
    writer.close()
    return True
