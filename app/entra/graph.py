"""Microsoft Graph: calls repeated where that is safe, pages followed, faults in sentences."""

from __future__ import annotations

import asyncio
import base64
import re
import ssl
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, Protocol, Self, TypeAlias
from urllib.parse import quote

import httpx

from app.entra.batch import Answered, BatchCall, in_portions
from app.entra.clouds import Cloud
from app.entra.graph_problem import GraphProblem, code_of_answer
from app.entra.graph_wire import GraphAnswer, GraphWire
from app.entra.scopes import is_looking, scopes_for
from app.network.pace import Waits, parse_retry_after

if TYPE_CHECKING:
    from types import TracebackType

Found: TypeAlias = dict[str, Any]
OnCall: TypeAlias = Callable[[str, str, Any], None]

WAITS = Waits(first=0.5, cap=30.0, longest=120.0)
"""The pauses between tries where a caller names no others."""

_CLAIMS = re.compile(r'claims="([^"]+)"')
_UNUSED_POSTS: Final = {429, 503}
"""Turned away at the door: the call was not carried out, so that it may be repeated whatever it is."""


class Bearer(Protocol):
    """Gives an access token that holds the asked permissions (names without a host).

    ``claims`` is what Graph asks for beyond them, as JSON text, when it turned a token away. A bearer may
    have an attribute ``granted``, a frozenset of the permissions that the sign-in has.
    """

    async def __call__(self, scopes: frozenset[str], claims: str = "", /) -> str:
        """The token."""
        ...


def path_to(*parts: str) -> str:
    """A path of Graph from its parts; ids are data, and can not lead anywhere else.

    Dots stay: ids of jobs and casts such as ``microsoft.graph.user`` have them. ``$batch`` may be a part.
    """
    for part in parts:
        if not part or part in {".", ".."} or len(part) > 1024 or not part.isprintable():
            raise GraphProblem("GRAPH-REFUSED", path="/".join(parts)[:80], detail="an id that cannot be used")
    return "/" + "/".join(
        quote(part, safe="$()'=,") if part[0] == "$" else quote(part, safe="") for part in parts
    )


def literal(text: str) -> str:
    """A text as a ``$filter`` holds it, in quotes."""
    return "'" + text.replace("'", "''") + "'"


class GraphClient:
    """Speaks to one cloud's Microsoft Graph. Use as an async context manager.

    Args:
        cloud: whose hosts to use; the token goes to its Graph host alone.
        bearer: where tokens come from, asked before every call: it caches.
        timeout: seconds for one call as a whole.
        retries: how often a call is repeated at most.
        waits: the pauses between tries. A longer wait that Graph asks for is told instead of waited for.
        on_call: sees method, path with query, and body of every call before it is sent, each time it is.
        tls: a TLS context in place of the operating system's roots.
        transport: in place of the network, for tests that look into what is said.
    """

    def __init__(
        self,
        cloud: Cloud,
        bearer: Bearer,
        *,
        timeout: float = 60.0,
        retries: int = 5,
        waits: Waits | None = None,
        on_call: OnCall | None = None,
        tls: ssl.SSLContext | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.cloud = cloud
        self._bearer = bearer
        self._retries = retries
        self._waits = waits or WAITS
        self._on_call = on_call
        self._wire = GraphWire(cloud, timeout=timeout, tls=tls, transport=transport)

    async def __aenter__(self) -> Self:
        await self._wire.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._wire.close()

    @property
    def calls(self) -> int:
        """How many calls were sent, repetitions included."""
        return self._wire.calls

    async def get(
        self, path: str, params: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> Found:
        """What is at a path (or at a link that Graph gave). Raises GraphProblem for everything else."""
        return self._object(await self._call("GET", path, params, headers=headers))

    async def post(
        self, path: str, body: object = None, *, headers: Mapping[str, str] | None = None
    ) -> Found | None:
        """Make or do something; the answer's object, None when there is none.

        Repeated only when it cannot have been carried out; see ``GraphProblem.uncertain``.
        """
        return self._maybe(await self._call("POST", path, body=body, headers=headers))

    async def patch(self, path: str, body: object) -> Found | None:
        """Change an object."""
        return self._maybe(await self._call("PATCH", path, body=body))

    async def put(self, path: str, body: object) -> Found | None:
        """Replace an object whole."""
        return self._maybe(await self._call("PUT", path, body=body))

    async def delete(self, path: str) -> bool:
        """Remove an object; False when it was already gone."""
        answer = await self._call("DELETE", path, gone=True)
        return answer.status < 300

    async def answers(
        self, path: str, params: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> AsyncIterator[Found]:
        """Each page whole, as Graph answers it; the headers go with every page, for its links lack them."""
        link, seen = path, {path}
        while True:
            page = await self.get(link, params, headers)
            yield page
            following = page.get("@odata.nextLink")
            if not following:
                return
            if not isinstance(following, str) or following in seen:
                raise self._wire.odd("GET", link, "the pages lead in a circle")
            seen.add(following)
            link, params = following, None

    async def pages(
        self, path: str, params: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> AsyncIterator[Found]:
        """Every object of a collection, however many pages it has."""
        async for page in self.answers(path, params, headers):
            items = page.get("value")
            if not isinstance(items, list):
                raise self._wire.odd("GET", path, "a page without a list")
            for item in items:
                if isinstance(item, dict):
                    yield item

    async def batch(self, calls: Sequence[BatchCall]) -> list[Answered]:
        """Several calls in few exchanges, answered in the order given, each with its own status.

        Those that Graph throttles are sent again, alone; what then still is no success is left to the caller.
        """
        answered: dict[int, Answered] = {}
        waiting = list(range(len(calls)))
        for tries in range(1, self._retries + 2):
            late: list[int] = []
            asked = 0.0
            for portion in in_portions(waiting):
                for at, one in await self._batch_once(portion, calls):
                    answered[at] = one
                    if one.status in _UNUSED_POSTS:
                        late.append(at)
                        asked = max(asked, parse_retry_after(one.header("Retry-After")) or 0.0)
            waiting = sorted(late)
            if not waiting or tries > self._retries or asked > self._waits.longest:
                break
            await asyncio.sleep(self._waits.before_try(tries, asked or None))
        return [answered[at] for at in range(len(calls))]

    async def _batch_once(self, portion: list[int], calls: Sequence[BatchCall]) -> list[tuple[int, Answered]]:
        scopes = frozenset().union(*(scopes_for(calls[at].method, calls[at].path) for at in portion))
        looking = all(calls[at].method == "GET" for at in portion)
        body = {"requests": [calls[at].entry(str(at)) for at in portion]}
        answer = await self._call("POST", "/$batch", body=body, scopes=scopes, looking=looking)
        entries = self._object(answer).get("responses")
        by_id = {str(each.get("id")): each for each in entries or [] if isinstance(each, dict)}
        if any(str(at) not in by_id for at in portion):
            raise self._wire.odd("POST", "/$batch", "a batch whose answers are not complete")
        return [(at, Answered.of(by_id[str(at)])) for at in portion]

    async def _call(
        self,
        method: str,
        path: str,
        params: Mapping[str, str] | None = None,
        *,
        body: object = None,
        headers: Mapping[str, str] | None = None,
        gone: bool = False,
        scopes: frozenset[str] | None = None,
        looking: bool | None = None,
    ) -> GraphAnswer:
        url = self._wire.url(path, params)
        shown = url.removeprefix(self.cloud.base)
        safe = method != "POST" or (is_looking(method, path) if looking is None else looking)
        scopes = scopes_for(method, shown) if scopes is None else scopes
        claims, tries = "", 0
        while True:
            tries += 1
            token = await self._bearer(scopes, claims) if claims else await self._bearer(scopes)
            if self._on_call is not None:
                self._on_call(method, shown, body)
            try:
                answer = await self._wire.exchange(method, url, token, body, headers)
            except GraphProblem as problem:
                fault = problem
            else:
                if answer.status < 300 or (gone and answer.status == 404):
                    return answer
                fault = self._fault(method, shown, answer)
                if answer.status == 401 and not claims and (claims := _claims(answer)):
                    continue
            await self._wait_or_raise(fault, safe, tries)

    async def _wait_or_raise(self, fault: GraphProblem, safe: bool, tries: int) -> None:
        """Pause before the next try, or raise when there must be none."""
        again = fault.passing and (safe or not fault.uncertain)
        if not again or tries > self._retries or fault.retry_after > self._waits.longest:
            raise fault
        await asyncio.sleep(self._waits.before_try(tries, fault.retry_after or None))

    def _fault(self, method: str, path: str, answer: GraphAnswer) -> GraphProblem:
        return GraphProblem(
            answer.fault
            if answer.status < 400 and answer.fault
            else code_of_answer(answer.status, answer.json),
            method=method,
            path=path,
            host=self.cloud.host,
            status=answer.status,
            body=answer.json,
            retry_after=parse_retry_after(answer.headers.get("retry-after")) or 0.0,
            granted=getattr(self._bearer, "granted", frozenset()),
            request_id=answer.headers.get("request-id", "")[:80],
            location=answer.headers.get("location", "") if answer.status == 410 else "",
        )

    def _object(self, answer: GraphAnswer) -> Found:
        if not isinstance(answer.json, dict):
            raise self._wire.odd(
                answer.method, answer.path, "not the object that was asked for", answer.status
            )
        return answer.json

    def _maybe(self, answer: GraphAnswer) -> Found | None:
        if answer.json is None and not answer.fault:
            return None
        return self._object(answer)


def _claims(answer: GraphAnswer) -> str:
    """What a 401 asks for beyond permissions, as the JSON text that a sign-in takes; empty when nothing."""
    found = _CLAIMS.search(answer.headers.get("www-authenticate", ""))
    if found is None:
        return ""
    if found[1].startswith("{"):
        return found[1]
    try:
        text = base64.urlsafe_b64decode(found[1].replace("+", "-").replace("/", "_") + "===").decode()
    except ValueError:
        return ""
    return text if text.startswith("{") else ""
