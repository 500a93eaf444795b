"""One try of one request: sent, answered, and every fault on the way named."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import quote_plus, urlsplit

import aiohttp
import httpx

from app.network.body import parse_body
from app.network.faults import classify
from app.network.flow import Flow
from app.network.pace import Pace, parse_retry_after
from app.scim.answer import SHOWN, Exchange, read_body, shown
from app.scim.errors import ScimProblem
from app.scim.transport import CONNECT_TIMEOUT, listens, open_transport
from app.setup.json_text import to_wire_json
from app.setup.redaction import Redactor

if TYPE_CHECKING:
    from types import TracebackType

    from app.setup.tenant_url import TenantUrl

MEDIA_TYPE = "application/scim+json; charset=utf-8"
"""What Entra puts on its requests (seen on the wire, MicrosoftDocs/azure-docs#12728)."""

MOST_REDIRECTS = 5
_REDIRECTS = {301, 302, 303, 307, 308}
_TOO_MANY = 429
_TOO_MUCH = {_TOO_MANY, 503}
LONGEST_HOLD = 60.0
"""Seconds that an app may ask all requests to wait."""


def encode_query(parts: Mapping[str, str]) -> str:
    """A query as Entra writes it: blanks as ``+``."""
    return "&".join(f"{quote_plus(name)}={quote_plus(value)}" for name, value in parts.items())


@lru_cache(maxsize=64)
def _address(url: str) -> httpx.URL:
    """An address taken apart; that of a create is the same for everybody."""
    return httpx.URL(url)


class Wire:
    """The connection to one app with one token. Use as an async context manager.

    ``ScimClient`` adds meaning and retries to it; the checks of *Test connection* use it bare.

    Args:
        tenant_url: where the app's SCIM interface is.
        token: the secret token; goes into the Authorization header of requests to this origin, and nowhere
            else. An empty one sends no such header.
        timeout: seconds for one exchange as a whole, its answer's last byte included.
        connections: how many exchanges may be under way at once at most; the app's answers set how many are.
        rate: requests a second at most; None for no limit.
        tls: a TLS context in place of the operating system's roots. It must verify.

    Attributes:
        requests: how many requests were sent.
        flow: how many may be under way.
        pace: when requests may go.
        learns: whether the rate that the app allows is learnt from what it refuses.
        date: when the app sent its last answer, as it says; empty where it does not.
    """

    def __init__(
        self,
        tenant_url: TenantUrl,
        token: str,
        *,
        timeout: float = 30.0,
        connections: int = 8,
        rate: float | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        parts = urlsplit(tenant_url.base)
        self.host = tenant_url.host
        self.requests = 0
        self.date = ""
        self.pace = Pace(rate, burst=connections)
        self.learns = False
        self._base = tenant_url.base
        self._scheme, self._port = parts.scheme, parts.port or (443 if parts.scheme == "https" else 80)
        self._loopback = tenant_url.is_loopback
        self._timeout = timeout
        self._connections = connections
        self._tls = tls
        self.flow = Flow(connections)
        self._redactor = Redactor()
        self._redactor.add(token)
        self._margin = 8 * len(token)  # no encoded form is longer
        self._headers = {
            "Accept": "application/scim+json, application/json",
            "Accept-Encoding": "gzip, deflate",
            "User-Agent": "Rollcall",
        }
        if token:
            self._headers["Authorization"] = f"Bearer {token}"
        self._extensions = {
            "timeout": {"connect": min(CONNECT_TIMEOUT, timeout * 0.6), "read": timeout, "pool": None},
        }
        self._transport: httpx.AsyncBaseTransport | None = None

    async def __aenter__(self) -> Self:
        self._transport = open_transport(
            self._scheme, self.host, self._loopback, self._connections, self._tls
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._transport is not None:
            await self._transport.aclose()
            self._transport = None

    def blank(self, text: str, most: int = SHOWN) -> str:
        """A text as it may be shown: the token replaced in whatever form the app sent it back, and cut.

        Cutting comes second, and what may be half a token at the edge of the cut goes too.
        """
        part = text[: most * 4 + self._margin]
        cleaned = self._redactor.clean(part)
        if len(part) < len(text):
            cleaned = cleaned[: max(0, len(cleaned) - self._margin)]
        return shown(cleaned, most)

    async def exchange(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | str = "",
        body: object = None,
        headers: Mapping[str, str] | None = None,
    ) -> Exchange:
        """Send one request, once, and read its answer whatever the status.

        Args:
            method: HTTP method.
            path: below the tenant URL, such as ``/Users``.
            query: parameters, or a query that is already encoded.
            body: sent as JSON; bytes are sent as they are.
            headers: more headers, or other values for the usual ones.

        Raises:
            ScimProblem: no complete answer was got, or it is beyond all bounds.
        """
        encoded = query if isinstance(query, str) else encode_query(query)
        url = f"{self._base}{path}?{encoded}" if encoded else f"{self._base}{path}"
        sent = b"" if body is None else body if isinstance(body, bytes) else to_wire_json(body).encode()
        all_headers = {**self._headers, "Content-Type": MEDIA_TYPE} if sent else dict(self._headers)
        if headers:
            all_headers.update(headers)
        await self.flow.enter()
        trouble, began = True, time.monotonic()
        try:
            await self.pace.turn()
            began = time.monotonic()
            async with asyncio.timeout(self._timeout):
                status, answer_headers, answer, asked = await self._follow(method, url, all_headers, sent)
            trouble = status in _TOO_MUCH
            # A wait that is longer than the caller's patience is the caller's to tell.
            refused = status == _TOO_MANY
            wait = parse_retry_after(answer_headers.get("retry-after")) if refused else None
            if self.learns and (wait or 0.0) <= LONGEST_HOLD:
                self.pace.answered(began, refused=refused, asked=wait)
        except TimeoutError as error:
            late = ScimProblem("ANSWER-TIMEOUT", host=self.host, details=f"{method} {path}")
            late.request = self.blank(f"{method} {url}")
            raise late from error
        except ScimProblem as problem:
            problem.request = self.blank(f"{method} {url}")
            raise
        finally:
            self.flow.leave(began, trouble=trouble)
        self.date = answer_headers.get("date", "")
        parsed, fault = parse_body(answer, answer_headers.get("content-type", ""))
        return Exchange(
            method,
            asked,
            status,
            answer_headers,
            answer,
            parsed,
            fault,
            time.monotonic() - began,
            sent,
            self.blank,
        )

    async def _follow(
        self, method: str, url: str, headers: dict[str, str], sent: bytes
    ) -> tuple[int, httpx.Headers, bytes, str]:
        for _ in range(MOST_REDIRECTS + 1):
            response = await self._send(method, url, headers, sent)
            try:
                status = response.status_code
                if status not in _REDIRECTS or "location" not in response.headers:
                    return status, response.headers, await self._read(response), url
                url = self._next(method, url, status, response.headers["location"])
            finally:
                await self._close(response)
        raise ScimProblem("REDIRECT-LOOP", host=self.host)

    async def _send(self, method: str, url: str, headers: dict[str, str], sent: bytes) -> httpx.Response:
        assert self._transport is not None, "use the client as an async context manager"
        address = _address(url)
        request = httpx.Request(method, address, headers=headers, content=sent, extensions=self._extensions)
        self.requests += 1
        try:
            return await self._transport.handle_async_request(request)
        except (httpx.HTTPError, aiohttp.ClientError, OSError, ValueError) as error:
            raise await self._fault(error) from error

    async def _read(self, response: httpx.Response) -> bytes:
        try:
            return await read_body(response, self.host)
        except (httpx.HTTPError, aiohttp.ClientError, OSError) as error:
            raise await self._fault(error) from error

    @staticmethod
    async def _close(response: httpx.Response) -> None:
        stream: Any = response.stream
        await stream.aclose()

    async def _fault(self, error: BaseException) -> ScimProblem:
        fault = classify(error, https=self._scheme == "https")
        code = fault.code
        if code == "CONNECT-TIMEOUT" and self._scheme == "https" and await listens(self.host, self._port):
            code = "TLS-HANDSHAKE-TIMEOUT"
        return ScimProblem(
            code, host=self.host, status=fault.status, details=self.blank(fault.detail), sent=fault.sent
        )

    def _next(self, method: str, url: str, status: int, location: str) -> str:
        """Where a redirect leads, if it may be followed: the same origin, and no change of method."""
        try:
            here, there = httpx.URL(url), httpx.URL(url).join(location)
        except (httpx.InvalidURL, ValueError) as error:
            raise ScimProblem("REDIRECT-ELSEWHERE", host=self.host, status=status) from error
        # Some web servers put a slash behind every address. Nothing but the app stands there.
        only_slash = there.path == f"{here.path}/" and there.query == here.query
        keeps_method = method in {"GET", "HEAD"} or status in {307, 308} or only_slash
        same_origin = (here.scheme, here.host, here.port) == (there.scheme, there.host, there.port)
        if not same_origin or there.userinfo or not keeps_method:
            # Neither path nor query of the target: a sign-in page's may hold one-time secrets.
            target = f"{there.scheme}://{there.host}" if there.host else "an unreadable address"
            raise ScimProblem(
                "REDIRECT-ELSEWHERE",
                host=self.host,
                status=status,
                details=self.blank(f"Status {status} to {target}"),
            )
        return str(there.copy_with(fragment=None))
