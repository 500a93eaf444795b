"""Several requests in one. Source: entra.md, section 2.5."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any, Final, TypeAlias
from urllib.parse import parse_qsl

from app.practice.tenant.fault import bad_request
from app.practice.tenant.request import Answer, Request

Single: TypeAlias = Callable[[Request], Awaitable[Answer]]
MOST: Final = 20
FAILED_DEPENDENCY: Final = {
    "error": {"code": "FailedDependency", "message": "A request that this one depends on has failed."}
}


async def batch(request: Request, single: Single) -> Answer:
    """Answer each on its own; one that waits for a failed one gets 424.

    Raises:
        GraphFault: 400, for more than 20, or without ids of their own.
    """
    given = request.object().get("requests")
    if not isinstance(given, list) or not given or len(given) > MOST:
        raise bad_request(f"Number of batch request steps must be between 1 and {MOST}.")
    ids = [str(each.get("id") or "") for each in given]
    if not all(ids) or len(set(ids)) < len(ids):
        raise bad_request("Each batch request step needs an id of its own.")
    ended = {name: asyncio.get_running_loop().create_future() for name in ids}

    async def one(entry: Mapping[str, Any]) -> dict[str, Any]:
        before = [ended[name] for name in entry.get("dependsOn") or [] if name in ended]
        statuses = [await each for each in before]
        if any(status >= 400 for status in statuses):
            answer = Answer(424, FAILED_DEPENDENCY)
        else:
            answer = await single(_inner(request, entry))
        ended[str(entry["id"])].set_result(answer.status)
        shown: dict[str, Any] = {
            "id": str(entry["id"]),
            "status": answer.status,
            "headers": dict(answer.headers),
        }
        if answer.body is not None:
            shown["headers"]["Content-Type"] = "application/json"
            shown["body"] = answer.body
        return shown

    answers = await asyncio.gather(*(one(each) for each in given))
    return Answer(body={"responses": list(reversed(answers))})  # in any order, as there


def _inner(request: Request, entry: Mapping[str, Any]) -> Request:
    path, _, query = str(entry.get("url") or "").partition("?")
    headers = {str(name).lower(): str(value) for name, value in (entry.get("headers") or {}).items()}
    if entry.get("body") is not None and "content-type" not in headers:
        raise bad_request("A batch request step with a body needs a Content-Type header.")
    return replace(
        request,
        method=str(entry.get("method") or "GET").upper(),
        path=path if path.startswith("/") else f"/{path}",
        query=dict(parse_qsl(query, keep_blank_values=True)),
        headers={**headers, "authorization": request.headers.get("authorization", "")},
        body=entry.get("body"),
    )
