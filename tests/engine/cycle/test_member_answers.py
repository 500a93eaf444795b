"""Groups whose app shows a part of the members, keeps none of some, or does more than was asked for."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.engine.conftest import Bench
from tests.engine.faulty import FaultyScim
from tests.servers.raw_server import answer


class PartialApp(FaultyScim):
    """An app with groups of more members than it lists.

    Attributes:
        shown: how many members a group shows; 0 for all.
        searched: whether it finds a group by a member.
        never: user names that it never keeps as members.
        empties: whether removing one member removes all.
        asked: PATCH requests for members.
    """

    shown = 0
    searched = True
    empties = False
    never: frozenset[str] = frozenset()

    def _carry_out(self, request: Any) -> bytes:
        parts = urlsplit(request.target)
        wanted = parse_qs(parts.query).get("filter", [""])[0]
        if " and members eq " in wanted:
            if not self.searched:
                return answer(400, {"status": "400"})
            group, member = (each.split('"')[1] for each in wanted.split(" and "))
            held = self.store.held["Groups"][group]
            found = [held] if member in {each["value"] for each in held.get("members", [])} else []
            return answer(200, {"totalResults": len(found), "Resources": found})
        given = super()._carry_out(request)
        if self.shown and request.method == "GET" and "/Groups/" in parts.path:
            body = json.loads(given.partition(b"\r\n\r\n")[2])
            if "members" in body:
                body["members"] = body["members"][: self.shown]
            return answer(200, body)
        return given

    def _patch(self, held: dict[str, Any], operation: dict[str, Any]) -> None:  # type: ignore[override]
        if operation["path"] == "members" and self.empties and operation["op"].casefold() == "remove":
            held["members"] = []
            return
        if operation["path"] == "members" and self.never:
            users = self.store.held["Users"]
            kept = [each for each in operation["value"] if users[each["value"]]["userName"] not in self.never]
            operation = {**operation, "value": kept}
        FaultyScim._patch(held, operation)

    @property
    def asked(self) -> int:
        return sum(each.method == "PATCH" and "/Groups/" in each.target for each in self.server.requests)

    def members(self) -> set[str]:
        users = self.store.held["Users"]
        return {users[each["value"]]["userName"] for each in self.state("Group")[0].get("members", [])}


@pytest.fixture
async def app() -> AsyncIterator[PartialApp]:
    async with PartialApp() as server:
        yield server


def bench_of(app: PartialApp, folder: Path, people: int) -> tuple[Bench, list[str], str]:
    bench = Bench(folder / "state", app.tenant_url, app.token)
    keys = [bench.people.add(number) for number in range(people)]
    return bench, keys, bench.people.team(1, keys, "All")


@pytest.mark.parametrize("searched", [True, False], ids=["searched", "not searched"])
async def test_a_part_of_the_members_is_not_taken_for_all(
    app: PartialApp, tmp_path: Path, searched: bool
) -> None:
    app.shown, app.searched = 100, searched
    bench, keys, team = bench_of(app, tmp_path, 150)
    told = await bench.run()
    assert told.end.counts["member added"] == 150
    assert [row.code for row in told.entries if row.name == "All" and row.code] == []
    assert (await bench.run()).end.requests == 0
    bench.people.teams[team] = ("All", keys[:-1])
    await bench.run()
    assert app.members() == {f"user{number}@contoso.com" for number in range(149)}
    assert (await bench.run()).end.requests == 0


async def test_removing_one_member_that_empties_the_group_is_put_right_and_told(
    app: PartialApp, tmp_path: Path
) -> None:
    bench, keys, team = bench_of(app, tmp_path, 5)
    await bench.run()
    app.empties = True
    bench.people.teams[team] = ("All", keys[:-1])
    told = await bench.run()
    (row,) = [each for each in told.entries if each.name == "All" and each.status == "warning"]
    assert row.code == "NOT-KEPT"
    assert "4 other members" in row.reason
    assert "user0@contoso.com" in row.reason
    assert app.members() == {f"user{number}@contoso.com" for number in range(4)}
    assert (await bench.run()).end.requests == 0


async def test_a_member_that_is_never_kept_is_sent_once_and_told(app: PartialApp, tmp_path: Path) -> None:
    app.never = frozenset({"user3@contoso.com"})
    bench, _, team = bench_of(app, tmp_path, 5)
    told = await bench.run()
    (row,) = [each for each in told.entries if each.code == "MEMBERS-NOT-SEEN"]
    assert "user3@contoso.com" in row.reason
    assert app.asked == 1
    told = await bench.run()
    assert app.asked == 1
    assert any("user3@contoso.com" in each for each in told.end.warnings), "it is not forgotten"
    # Who leaves is removed all the same: the list may have been wrong.
    bench.people.teams[team] = ("All", [])
    await bench.run()
    assert app.members() == set()
    assert not (await bench.run()).end.warnings
