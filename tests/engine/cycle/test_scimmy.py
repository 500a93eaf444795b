"""Cycles against SCIMMY, a strict SCIM server made by others."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.servers.scimmy_server import Scimmy, why_not

pytestmark = pytest.mark.skipif(bool(why_not()), reason=why_not())


@pytest.fixture
def scimmy() -> Iterator[Scimmy]:
    server = Scimmy()
    yield server
    server.stop()


async def test_people_come_change_and_leave(scimmy, make_bench) -> None:  # type: ignore[no-untyped-def]
    bench = make_bench(scimmy)
    keys = [bench.people.add(number) for number in range(1, 6)]
    bench.people.team(1, keys[:3])
    assert (await bench.run()).end.state == "succeeded"
    assert {each["userName"] for each in scimmy.state("User")} == {
        f"user{number}@contoso.com" for number in range(1, 6)
    }

    bench.people.persons[keys[0]]["surname"] = "Renamed"
    bench.people.persons[keys[1]]["accountEnabled"] = False
    del bench.people.persons[keys[2]]
    told = await bench.run()
    active = {each["userName"]: each["active"] for each in scimmy.state("User")}
    assert active == {
        "user1@contoso.com": True,
        "user2@contoso.com": False,
        "user3@contoso.com": False,
        "user4@contoso.com": True,
        "user5@contoso.com": True,
    }, [(row.name, row.status, row.reason) for row in told.entries]
    (team,) = scimmy.state("Group")
    ids = {each["id"]: each["userName"] for each in scimmy.state("User")}
    assert {ids[each["value"]] for each in team["members"]} == {"user1@contoso.com"}
    names = {each["userName"]: each["name"]["familyName"] for each in scimmy.state("User")}
    assert names["user1@contoso.com"] == "Renamed"
