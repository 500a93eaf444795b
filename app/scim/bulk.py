"""Several writes in one request, ``POST /Bulk`` (RFC 7644, 3.7), for apps that announce it and prove it.

Writes that wait at the same time go together. Each caller gets the answer to its own operation, as if it had
been sent alone: what failed, failed alone, and what is uncertain is looked up one by one.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from app.scim.answer import Exchange
from app.scim.dialect import patch_body
from app.scim.errors import ScimProblem
from app.scim.wire import Wire
from app.setup.json_text import to_wire_json

_HEAD: Final = '{"schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": ['
_MOST: Final = 100  # operations in one request: a lost answer leaves no more than these to look up
_LARGEST: Final = 1_000_000  # bytes of one request
_LINGER: Final = 0.004  # seconds that the first operation waits for company
_REFUSES_BULK: Final = {400, 403, 404, 405, 415, 501}
# A value that begins so would be taken for a reference to another operation.
_REFERENCE: Final = '"bulkId:'


@dataclass(slots=True)
class _Operation:
    number: str
    method: str
    path: str
    text: str
    answer: asyncio.Future[Exchange]


class Bulk:
    """Sends operations together.

    Attributes:
        most: operations that one request carries at most; falls when the app finds a request too large.
        on: False since the app refused a whole request: everything goes alone from then on.
    """

    def __init__(self, wire: Wire, most: int, largest: int) -> None:
        self._wire = wire
        self.most = max(1, min(most, _MOST))
        self._largest = min(largest, _LARGEST)
        self.on = True
        self._waiting: list[_Operation] = []
        self._bytes = 0
        self._timer: asyncio.TimerHandle | None = None
        self._sending: set[asyncio.Task[None]] = set()
        self._number = 0

    async def exchange(self, method: str, path: str, body: Mapping[str, Any] | bytes | None) -> Exchange:
        """Send one operation with others. Raises ScimProblem as ``Wire.exchange`` does."""
        data = "" if body is None else body.decode() if isinstance(body, bytes) else to_wire_json(body)
        if not self.on or _REFERENCE in data or len(data) > self._largest // 2:
            return await self._wire.exchange(method, path, body=body)
        self._number += 1
        loop = asyncio.get_running_loop()
        rest = f', "data": {data}' if data else ""
        # Numbers are not used twice by one client, so that no answer can be taken for that of an earlier one.
        text = f'{{"method": "{method}", "path": "{path}", "bulkId": "{self._number}"{rest}}}'
        operation = _Operation(str(self._number), method, path, text, loop.create_future())
        if self._waiting and self._bytes + len(text) > self._largest:
            self._go()
        self._waiting.append(operation)
        self._bytes += len(text) + 2
        if len(self._waiting) >= self.most:
            self._go()
        elif self._timer is None:
            self._timer = loop.call_later(_LINGER, self._go)
        return await operation.answer

    async def close(self) -> None:
        """Give up what is under way."""
        for task in self._sending:
            task.cancel()
        await asyncio.gather(*self._sending, return_exceptions=True)

    def _go(self) -> None:
        """Send what waits."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        operations, self._waiting, self._bytes = self._waiting, [], 0
        if operations:
            task = asyncio.get_running_loop().create_task(self._send(operations))
            self._sending.add(task)
            task.add_done_callback(self._sending.discard)

    async def _send(self, operations: list[_Operation]) -> None:
        """Send operations, and give each caller an answer, whatever happens."""
        try:
            await self._together(operations)
        except ScimProblem as problem:
            _tell(operations, problem)
        except BaseException as error:
            _tell(operations, error)
            raise

    async def _together(self, operations: list[_Operation]) -> None:
        body = _HEAD + ", ".join([each.text for each in operations]) + "]}"
        exchange = await self._wire.exchange("POST", "/Bulk", body=body.encode())
        if exchange.status == 413 and len(operations) > 1:
            half = len(operations) // 2
            self.most = min(self.most, half)
            await self._together(operations[:half])
            await self._together(operations[half:])
        elif exchange.status in _REFUSES_BULK or exchange.status == 413:
            # Refused as a whole, so nothing of it was carried out.
            self.on = exchange.status == 413
            for each in operations:
                await self._alone(each)
        elif 200 <= exchange.status < 300:
            self._share_out(exchange, operations)
        else:
            for each in operations:
                _answer(each, exchange)

    async def _alone(self, operation: _Operation) -> None:
        data = operation.text.partition(', "data": ')[2][:-1].encode()
        try:
            exchange = await self._wire.exchange(operation.method, operation.path, body=data or None)
        except ScimProblem as problem:
            _tell([operation], problem)
        else:
            _answer(operation, exchange)

    def _share_out(self, exchange: Exchange, operations: list[_Operation]) -> None:
        answers = answers_by_number(exchange.json)
        for each in operations:
            answer = answers.get(each.number)
            own = None if answer is None else _own_exchange(exchange, each, answer)
            if own is None:
                # It may have been carried out all the same.
                problem = ScimProblem(
                    "ANSWER-SHAPE", host=self._wire.host, details="no answer in the bulk answer"
                )
                _tell([each], problem)
            else:
                _answer(each, own)


def answers_by_number(answer: Any) -> dict[str, dict[str, Any]]:
    """The answers to single operations; those of a number that comes twice are no answers."""
    listed = answer.get("Operations") if isinstance(answer, dict) else None
    found: dict[str, dict[str, Any]] = {}
    doubled: set[str] = set()
    for each in listed if isinstance(listed, list) else []:
        if isinstance(each, dict) and isinstance(each.get("bulkId"), str):
            if each["bulkId"] in found:
                doubled.add(each["bulkId"])
            found[each["bulkId"]] = each
    return {number: each for number, each in found.items() if number not in doubled}


def status_of(answer: dict[str, Any]) -> int | None:
    """The status of one operation: text in RFC 7644, a number or an object with ``code`` in practice."""
    status = answer.get("status")
    if isinstance(status, dict):
        status = status.get("code")
    if isinstance(status, bool) or not isinstance(status, str | int):
        return None
    text = str(status)
    return int(text) if text.isascii() and text.isdigit() and len(text) == 3 else None


def _own_exchange(whole: Exchange, operation: _Operation, answer: dict[str, Any]) -> Exchange | None:
    """The answer of one operation as if it had come alone; None when it is none."""
    status, own = status_of(answer), answer.get("response")
    if status is None:
        return None
    if operation.method == "POST" and status < 300 and not isinstance(own, dict):
        number = unquote(urlsplit(str(answer.get("location") or "")).path.rpartition("/")[2])
        own = {"id": number} if number else None
        if own is None:
            return None
    return Exchange(
        operation.method, whole.url, status, whole.headers, to_wire_json(own).encode() if own else b"",
        own, "", whole.seconds, operation.text.encode(), whole.blank,
    )  # fmt: skip


def _answer(operation: _Operation, exchange: Exchange) -> None:
    if not operation.answer.done():
        operation.answer.set_result(exchange)


def _tell(operations: list[_Operation], error: BaseException) -> None:
    for each in operations:
        if not each.answer.done():
            if isinstance(error, asyncio.CancelledError):
                each.answer.cancel()
            else:
                each.answer.set_exception(error)


async def try_bulk(wire: Wire) -> Bulk | None:
    """Bulk for this app, when it announces it and a probe that changes nothing is answered as it should be.

    Raises:
        ScimProblem: the app cannot be reached.
    """
    config = (await wire.exchange("GET", "/ServiceProviderConfig")).json
    announced = config.get("bulk") if isinstance(config, dict) else None
    if not isinstance(announced, dict) or announced.get("supported") is not True:
        return None
    most, largest = announced.get("maxOperations"), announced.get("maxPayloadSize")
    if type(most) is not int or most < 2 or type(largest) is not int or largest < 10_000:
        return None
    change = to_wire_json(patch_body([{"op": "replace", "path": "active", "value": True}]))
    text = f'{{"method": "PATCH", "path": "/Users/{uuid.uuid4()}", "bulkId": "probe", "data": {change}}}'
    exchange = await wire.exchange("POST", "/Bulk", body=f"{_HEAD}{text}]}}".encode())
    answer = answers_by_number(exchange.json).get("probe") if exchange.status == 200 else None
    # Nobody has this id: an app that says anything else does not look at the single operations.
    return Bulk(wire, most, largest) if answer is not None and status_of(answer) == 404 else None
