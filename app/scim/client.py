"""The app's SCIM interface as the engine uses it: look-ups, writes, and what may safely be tried again."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Literal, Self
from urllib.parse import quote, unquote

from app.network.pace import Waits, parse_retry_after
from app.scim.answer import SHOWN, Exchange
from app.scim.bulk import Bulk, try_bulk
from app.scim.dialect import filter_eq
from app.scim.errors import Outcome, ScimProblem, UncertainOutcome, code_of_status
from app.scim.ids import id_of
from app.scim.listing import list_pages
from app.scim.own_words import own_words
from app.scim.path import AttributePath, Value
from app.scim.text import folded
from app.scim.wire import Wire

if TYPE_CHECKING:
    from types import TracebackType

    from app.setup.tenant_url import TenantUrl

Resource = Literal["Users", "Groups"]
Found = dict[str, Any]

_TRY_AGAIN = {Outcome.RETRY, Outcome.RATE}
_GONE = frozenset({404, 410})
_LONGEST_ID = 1024
_MOST_HELD = 50  # times that one request is refused for the rate of all
_A_MOMENT = 0.05  # seconds
_PAGE = 100  # objects; a shorter list is not the first page of one


def is_usable(object_id: str) -> bool:
    """Whether an id from the app can be part of an address: it is data, and must not lead anywhere else."""
    return bool(
        object_id.strip()
        and object_id not in {".", ".."}
        and object_id.isprintable()
        and len(object_id) <= _LONGEST_ID
    )


def resource_path(resource: str, object_id: str) -> str:
    """The path of one object. Raises ID-UNUSABLE for an id that cannot be part of one."""
    if not is_usable(object_id):
        raise ScimProblem("ID-UNUSABLE", details=f"{resource} id {object_id[:60]!r}", sent=False)
    return f"/{resource}/{quote(object_id, safe='')}"


class ScimClient:
    """Speaks SCIM with one app. Use as an async context manager.

    Every method but ``exchange`` raises ScimProblem for anything that is not the answer asked for, after as
    many tries as are safe. See ``Wire`` for the other arguments.

    Args:
        retries: how often a failed request is repeated at most.
        waits: the pauses between tries.
    """

    def __init__(
        self,
        tenant_url: TenantUrl,
        token: str,
        *,
        timeout: float = 30.0,
        connections: int = 8,
        retries: int = 4,
        rate: float | None = None,
        tls: ssl.SSLContext | None = None,
        waits: Waits | None = None,
    ) -> None:
        self._wire = Wire(tenant_url, token, timeout=timeout, connections=connections, rate=rate, tls=tls)
        self._retries = retries
        self._waits = waits or Waits()
        self._wire.learns = self._waits.learns
        self._bulk: Bulk | None = None
        #: The last question that the app answered as SCIM: asked again, it tells whether the app is there.
        self._proof: tuple[str, Mapping[str, str] | str] | None = None
        #: One try, whatever the status: see ``Wire.exchange``.
        self.exchange = self._wire.exchange

    async def __aenter__(self) -> Self:
        await self._wire.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bulk is not None:
            await self._bulk.close()
        await self._wire.__aexit__(kind, error, trace)

    @property
    def requests(self) -> int:
        """How many requests were sent, repetitions included."""
        return self._wire.requests

    @property
    def app_time(self) -> datetime | None:
        """The time by the app's clock, as of its last answer; None where it does not say."""
        try:
            told = parsedate_to_datetime(self._wire.date)
        except (ValueError, TypeError, IndexError, OverflowError):
            return None
        return told if told.tzinfo is not None else told.replace(tzinfo=UTC)

    @property
    def rate(self) -> float | None:
        """Requests a second that the app was found to allow; None while it refused none. May be set."""
        return self._wire.pace.learnt.rate

    @rate.setter
    def rate(self, rate: float | None) -> None:
        self._wire.pace.learnt.rate = rate

    @property
    def at_once(self) -> int:
        """How many callers can be served at once at most."""
        most = self._wire.flow.window.most
        # While one bulk request is under way, the next one is gathered.
        return most if self._bulk is None else max(most, 2 * self._bulk.most)

    async def use_bulk(self) -> bool:
        """Send writes together from now on, if the app can; says whether it does.

        Raises:
            ScimProblem: the app cannot be reached.
        """
        if self._bulk is None:
            self._bulk = await try_bulk(self._wire)
        return self._bulk is not None

    def blank(self, text: str, most: int = SHOWN) -> str:
        """A text as it may be shown: token replaced, length bounded."""
        return self._wire.blank(text, most)

    async def find(self, resource: Resource, attribute: str, value: Value) -> list[Found]:
        """The objects whose attribute has this value, by a filter.

        What the app returns is checked: when it sends others than those asked for, it ignores the filter, and
        a FILTER-IGNORED problem is raised rather than the wrong person changed.
        """
        query = {"filter": filter_eq(attribute, value)}
        if resource == "Groups":
            query = {"excludedAttributes": "members", **query}
        exchange = await self._try("GET", f"/{resource}", query=query, expected=_is_ok)
        if exchange.status in _GONE:
            raise self._problem(exchange, "EMPTY-LIST")
        return self._only_matching(exchange, self._resources(exchange), attribute, value)

    async def get(self, path: str, *, query: Mapping[str, str] | str = "") -> Found | None:
        """One object, or None when the app does not have it."""
        exchange = await self._try("GET", path, query=query, expected=_is_ok)
        if exchange.status in _GONE:
            return None
        if exchange.fault and _is_object(path) and await self._is_there():
            raise self._problem(exchange, "ANSWER-OBJECT")
        found = self._object(exchange)
        asked = unquote(path.rpartition("/")[2]) if path.count("/") == 2 else ""
        if asked and str(found.get("id", asked)) != asked:
            raise self._without_body(exchange, "ANSWER-OTHER", "The answer has another object's id.")
        return found

    async def create(self, resource: Resource, body: Mapping[str, Any] | bytes) -> Found:
        """Make an object; the answer has its id as text. A body of bytes is sent as it is.

        Raises:
            UncertainOutcome: it may have been made. Look it up before anything else.
        """
        exchange = await self._try("POST", f"/{resource}", body=body, expected=_is_success)
        made = exchange.json
        object_id = id_of(made)
        if exchange.fault or not isinstance(made, dict) or not object_id:
            cause = self._problem(exchange, exchange.fault or "ANSWER-SHAPE")
            raise UncertainOutcome(cause, self._wire.host)
        if not is_usable(object_id):
            raise UncertainOutcome(self._problem(exchange, "ID-UNUSABLE"), self._wire.host)
        made["id"] = object_id
        return made

    async def patch(self, path: str, body: Mapping[str, Any]) -> Found | None:
        """Change an object; the changed object when the app sends it. Raises NOT-FOUND when it is gone."""
        exchange = await self._try("PATCH", path, body=body, expected=_is_success)
        if exchange.fault:
            # It need not have a body. What it has instead may be a web page that stands in front of the app.
            return await self._there_all_the_same(exchange, path)
        return exchange.json if isinstance(exchange.json, dict) else None

    async def replace(self, path: str, body: Mapping[str, Any]) -> Found | None:
        """Write an object as a whole; the object when the app sends it. Raises NOT-FOUND when it is gone."""
        exchange = await self._try("PUT", path, body=body, expected=_is_success)
        if exchange.fault:
            return await self._there_all_the_same(exchange, path)
        return exchange.json if isinstance(exchange.json, dict) else None

    async def delete(self, path: str) -> bool:
        """Delete an object; False when it was already gone."""
        exchange = await self._try("DELETE", path, expected=_is_success_or_gone)
        if _not_scim(exchange) and exchange.status < 300 and not await self._is_there():
            raise self._problem(exchange, exchange.fault)
        return exchange.status < 300

    async def _there_all_the_same(self, exchange: Exchange, path: str) -> Found:
        """The object after a change whose answer is no SCIM.

        Raises:
            ScimProblem: the object cannot be read either, so that nothing is known of the change.
        """
        try:
            found = await self.get(path)
        except ScimProblem:
            found = None
        if found is None:
            raise self._problem(exchange, exchange.fault)
        return found

    async def _is_there(self) -> bool:
        """Whether the app still answers the question that it answered last, so that one odd answer is one
        object's and not the app's. Without such a question nothing is known."""
        if self._proof is None:
            return False
        path, query = self._proof
        try:
            exchange = await self.exchange("GET", path, query=query)
        except ScimProblem:
            return False
        return exchange.status == 200 and not exchange.fault and _is_list(exchange)

    async def list_all(
        self, resource: Resource, *, page: int = 100, query: Mapping[str, str] | None = None
    ) -> AsyncIterator[Found]:
        """Every object, page by page, until one brings nothing new.

        Raises:
            UnreliableListing: it is not known whether these are all; raised at the end at the latest.
        """

        async def fetch(start: int) -> Found:
            asked = {"startIndex": str(start), "count": str(page), **(query or {})}
            return self._object(await self._try("GET", f"/{resource}", query=asked, expected=_is_listed))

        async for each in list_pages(fetch):
            yield each

    async def _try(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | str = "",
        body: Mapping[str, Any] | bytes | None = None,
        expected: Callable[[int], bool],
    ) -> Exchange:
        """Exchange until the status is one of those expected, or trying again is no longer safe or useful."""
        tries = held = 0
        while True:
            tries += 1
            try:
                if self._bulk is not None and method != "GET":
                    exchange = await self._bulk.exchange(method, path, body)
                else:
                    exchange = await self.exchange(method, path, query=query, body=body)
            except ScimProblem as problem:
                fault = problem
            else:
                if await self._is_answer(exchange, path, expected):
                    return exchange
                fault = self._problem(exchange, await self._code(exchange, path))
            patient = self._waits.learns and held < _MOST_HELD and fault.retry_after <= self._waits.longest
            if fault.kind is Outcome.RATE and patient:
                # Nothing is wrong with the request: the pace holds it, and all others, as long as it takes.
                held += 1
                tries -= 1
                await asyncio.sleep(0 if fault.retry_after >= _A_MOMENT else self._waits.before_try(1) / 4)
                continue
            await self._wait_or_raise(method, fault, tries)

    async def _wait_or_raise(self, method: str, fault: ScimProblem, tries: int) -> None:
        """Pause before the next try, or raise when there must be none."""
        if method == "POST" and _may_be_carried_out(fault):
            raise UncertainOutcome(fault, self._wire.host) from fault
        again = fault.kind in _TRY_AGAIN or fault.code in {"CONNECTION-REFUSED", "CONNECT-TIMEOUT"}
        if not again or tries > self._retries or fault.retry_after > self._waits.longest:
            raise fault
        pause = self._waits.before_try(tries, fault.retry_after or None)
        if fault.kind is Outcome.RATE or fault.retry_after:
            self._wire.pace.hold(pause)  # the whole app is asked to slow down, not this request alone
        else:
            await asyncio.sleep(pause)

    async def _is_answer(self, exchange: Exchange, path: str, expected: Callable[[int], bool]) -> bool:
        """Whether an exchange is one that was asked for. A web page that says 404 need not be the app's."""
        if not expected(exchange.status):
            return False
        if exchange.status < 400 or not _not_scim(exchange):
            if exchange.method == "GET" and _is_list(exchange):
                self._proof = (path, exchange.url.partition("?")[2])
            return True
        return _is_object(path) and await self._is_there()

    async def _code(self, exchange: Exchange, path: str) -> str:
        if _not_scim(exchange) and exchange.status in {200, 404, 405, 410}:
            gone = exchange.status in _GONE and _is_object(path) and await self._is_there()
            return "NOT-FOUND" if gone else exchange.fault
        return code_of_status(exchange.status)

    def _problem(self, exchange: Exchange, code: str) -> ScimProblem:
        kind, detail = exchange.scim_error
        problem = ScimProblem(
            code,
            host=self._wire.host,
            status=exchange.status,
            scim_type=kind,
            details=detail or exchange.blank(exchange.text.strip(), 500),
            retry_after=parse_retry_after(exchange.headers.get("retry-after")) or 0.0,
        )
        problem.answer = own_words(exchange)
        return problem

    def _object(self, exchange: Exchange) -> Found:
        if exchange.fault or not isinstance(exchange.json, dict):
            raise self._problem(exchange, exchange.fault or "ANSWER-SHAPE")
        return exchange.json

    def _resources(self, exchange: Exchange) -> list[Found]:
        answer = self._object(exchange)
        listed = answer.get("Resources")
        if listed is None and answer.get("totalResults") == 0:
            return []
        if not isinstance(listed, list) or not all(id_of(each) for each in listed):
            raise self._problem(exchange, "ANSWER-SHAPE")
        for each in listed:
            each["id"] = id_of(each)
            if not is_usable(each["id"]):
                raise self._problem(exchange, "ID-UNUSABLE")
        return listed

    def _only_matching(
        self, exchange: Exchange, listed: list[Found], attribute: str, value: Value
    ) -> list[Found]:
        """Those that have the value, or do not say.

        None where the app compares a part of the value and has told all whom it found. FILTER-IGNORED where
        it gives anybody: their names are nobody's business.
        """
        if not listed:
            return listed
        path, wanted = AttributePath.parse(attribute), folded(value)
        said = [(each, path.get(each)) for each in listed]
        matching = [each for each, found in said if found is None or folded(found) == wanted]
        if matching:
            return matching
        whole = len(listed) < _PAGE and exchange.json.get("totalResults") == len(listed)
        if whole and all(wanted in folded(found) for _, found in said):
            return []
        text = f"{len(listed)} objects came, each with another {attribute} than the one asked for."
        raise self._without_body(exchange, "FILTER-IGNORED", text)

    def _without_body(self, exchange: Exchange, code: str, details: str) -> ScimProblem:
        """A problem with an answer that is about strangers: their names and values are shown to nobody."""
        return ScimProblem(code, host=self._wire.host, status=exchange.status, details=details)


def _may_be_carried_out(fault: ScimProblem) -> bool:
    """Whether a POST that met this fault may have made something after all.

    Not when it was never sent, was turned away at the door (429, 501, 503) or was refused (3xx, 4xx).
    """
    if not fault.sent or fault.status in {429, 501, 503}:
        return False
    return fault.status is None or fault.status < 300 or fault.status >= 500 or fault.status == 408


def _not_scim(exchange: Exchange) -> bool:
    return exchange.fault in {"ANSWER-HTML", "ANSWER-TYPE"}


def _is_ok(status: int) -> bool:
    return status in {200, *_GONE}


def _is_object(path: str) -> bool:
    """Whether a path is that of one object."""
    return path.count("/") == 2


def _is_list(exchange: Exchange) -> bool:
    """Whether an answer is a list as SCIM has it."""
    return exchange.status == 200 and isinstance(exchange.json, dict) and "totalResults" in exchange.json


def _is_listed(status: int) -> bool:
    return status == 200


def _is_success(status: int) -> bool:
    return 200 <= status < 300


def _is_success_or_gone(status: int) -> bool:
    return 200 <= status < 300 or status in _GONE
