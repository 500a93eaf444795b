"""Answers that are not taken at their word."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from app.scim.client import resource_path
from app.scim.errors import ScimProblem, UnreliableListing
from tests.scim.test_faults import always, client_of
from tests.servers.raw_server import RawServer, Request, answer, found


async def test_another_object_than_the_one_asked_for_is_not_taken() -> None:
    async with RawServer(always(answer(200, {"id": "2"}))) as server, client_of(server) as client:
        with pytest.raises(ScimProblem) as caught:
            await client.get(resource_path("Users", "1"))
    assert caught.value.code == "ANSWER-OTHER"


async def test_a_list_that_grows_for_ever_is_left() -> None:
    def endless(request: Request, writer: object) -> bytes:
        start = int(parse_qs(urlsplit(request.target).query)["startIndex"][0])
        return found(*({"id": str(n)} for n in range(start, start + 100)), total=start + 300)

    async with RawServer(endless) as server, client_of(server) as client:
        with pytest.raises(UnreliableListing):
            async for _ in client.list_all("Users"):
                pass
        assert client.requests < 20
