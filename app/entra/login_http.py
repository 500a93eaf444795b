"""How MSAL reaches the sign-in service: httpx on the operating system's TLS roots, in place of requests.

MSAL's own way trusts the roots of a Python package only, and fails behind proxies that inspect TLS.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import httpx

from app.network.transport import ProxyUnusable, proxy_for, system_tls

TIMEOUT: Final = 15.0


class LoginUnreachable(Exception):
    """The sign-in service did not answer; ``kind`` is ``proxy``, ``tls``, ``time`` or ``network``."""

    def __init__(self, kind: str, detail: str = "") -> None:
        super().__init__(detail or kind)
        self.kind = kind


class LoginHttp:
    """What MSAL calls an http client: ``get`` and ``post`` that block.

    Args:
        host: the sign-in host, for the choice of a proxy.
        transport: in place of the network, for tests.
    """

    def __init__(self, host: str, transport: httpx.BaseTransport | None = None) -> None:
        try:
            proxy = None if transport is not None else proxy_for("https", host, loopback=False)
        except ProxyUnusable as error:
            raise LoginUnreachable("proxy") from error
        if proxy is not None and proxy.url.scheme not in {"http", "https"}:
            raise LoginUnreachable("proxy")
        self._client = httpx.Client(
            verify=system_tls(),
            proxy=proxy,
            trust_env=False,
            transport=transport,
            timeout=TIMEOUT,
            # A redirect would carry codes and refresh tokens elsewhere.
            follow_redirects=False,
        )

    def get(
        self,
        url: str,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        **_: object,
    ) -> httpx.Response:
        """Fetch. MSAL's further arguments are those of requests, and mean nothing here."""
        return self._send("GET", url, params, headers, None)

    def post(
        self,
        url: str,
        params: Mapping[str, str] | None = None,
        data: Mapping[str, Any] | str | None = None,
        headers: Mapping[str, str] | None = None,
        **_: object,
    ) -> httpx.Response:
        """Send a form."""
        return self._send("POST", url, params, headers, data)

    def close(self) -> None:
        """End all connections."""
        self._client.close()

    def _send(
        self,
        method: str,
        url: str,
        params: Mapping[str, str] | None,
        headers: Mapping[str, str] | None,
        data: Mapping[str, Any] | str | None,
    ) -> httpx.Response:
        known = {name: value for name, value in (headers or {}).items() if value is not None}
        try:
            if isinstance(data, str):
                return self._client.request(method, url, params=params, headers=known, content=data)
            form = {name: value for name, value in (data or {}).items() if value is not None}
            return self._client.request(method, url, params=params, headers=known, data=form or None)
        except httpx.ProxyError as error:
            raise LoginUnreachable("proxy", type(error).__name__) from error
        except httpx.TimeoutException as error:
            raise LoginUnreachable("time", type(error).__name__) from error
        except httpx.HTTPError as error:
            kind = "tls" if "CERTIFICATE" in str(error).upper() else "network"
            raise LoginUnreachable(kind, type(error).__name__) from error
