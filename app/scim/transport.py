"""The road to an app: that of ``network.transport``, its one fault told as the app's client tells faults."""

from __future__ import annotations

import ssl

import httpx
from httpx_aiohttp import AiohttpTransport

from app.network import transport
from app.network.transport import CONNECT_TIMEOUT, ProxyUnusable, listens, system_tls
from app.scim.errors import ScimProblem

__all__ = ["CONNECT_TIMEOUT", "listens", "open_transport", "proxy_for", "system_tls"]


def proxy_for(scheme: str, host: str, loopback: bool) -> httpx.Proxy | None:
    """The proxy for this host, if any. Raises ScimProblem when it cannot be used."""
    try:
        return transport.proxy_for(scheme, host, loopback)
    except ProxyUnusable as error:
        raise ScimProblem("PROXY-KIND", host=host, sent=False) from error


def open_transport(
    scheme: str, host: str, loopback: bool, connections: int, tls: ssl.SSLContext | None
) -> AiohttpTransport:
    """The transport of one client, in the running loop. Raises ScimProblem when the proxy cannot be used."""
    try:
        return transport.open_transport(scheme, host, loopback, connections, tls)
    except ProxyUnusable as error:
        raise ScimProblem("PROXY-KIND", host=host, sent=False) from error
