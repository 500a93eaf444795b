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


def paged(names: list[str], *, total: bool = True, start: bool = True, repeats: bool = False) -> object:
    """An app's list: whether ``totalResults`` counts all, ``startIndex`` is known, the last page repeats."""

    def respond(request: Request, writer: object) -> bytes:
        query = parse_qs(urlsplit(request.target).query)
        first = int(query["startIndex"][0]) - 1 if start else 0
        if repeats and first >= len(names):
            first = max(0, len(names) - 100)
        page = names[first : first + int(query["count"][0])]
        return found(*({"id": each} for each in page), total=len(names) if total else len(page))

    return respond


async def listed(server: RawServer) -> list[str]:
    async with client_of(server) as client:
        return [each["id"] async for each in client.list_all("Users")]


async def test_a_total_that_counts_the_page_does_not_end_a_list() -> None:
    names = [str(number) for number in range(250)]
    async with RawServer(paged(names, total=False)) as server:
        assert await listed(server) == names


async def test_a_list_that_always_starts_at_the_beginning_is_not_taken_for_the_whole() -> None:
    names = [str(number) for number in range(250)]
    async with RawServer(paged(names, total=False, start=False)) as server:
        with pytest.raises(UnreliableListing):
            await listed(server)


async def test_a_last_page_that_comes_again_ends_a_list_whose_total_counts_all() -> None:
    names = [str(number) for number in range(250)]
    async with RawServer(paged(names, repeats=True)) as server:
        assert await listed(server) == names


async def test_ids_that_are_numbers_are_texts() -> None:
    def respond(request: Request, writer: object) -> bytes:
        page = [] if "startIndex=2" in request.target else [{"id": 7}]
        return found(*page, total=1)

    async with RawServer(respond) as server:
        assert await listed(server) == ["7"]


async def test_a_filter_that_is_ignored_shows_no_strangers_name() -> None:
    stranger = answer(200, {"totalResults": 1, "Resources": [{"id": "1", "userName": "eve@contoso.com"}]})
    async with RawServer(always(stranger)) as server, client_of(server) as client:
        with pytest.raises(ScimProblem) as caught:
            await client.find("Users", "userName", "ann@contoso.com")
    assert caught.value.code == "FILTER-IGNORED"
    assert "eve" not in str(caught.value) + caught.value.details
