"""Nobody is taken for somebody else, nobody keeps what was another's, and no decision is lost unheard."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.engine.control import Control
from app.engine.drift.compare import compare
from app.engine.drift.rows import Comparison
from app.engine.state.restart import restart
from app.engine.state.staged import decide, staged
from app.engine.state.store import Store
from app.people.mirror import Heard, Mirror
from app.people.record import Fault
from tests.engine.conftest import Bench
from tests.engine.faulty import FaultyScim
from tests.servers.raw_server import Request, answer


@pytest.fixture
async def faulty() -> AsyncIterator[FaultyScim]:
    async with FaultyScim() as server:
        yield server


@pytest.fixture
def bench(faulty: FaultyScim, tmp_path: Path) -> Bench:
    return Bench(tmp_path / "state", faulty.tenant_url, faulty.token)


async def test_an_app_that_ignores_the_filter_and_shows_no_names(bench: Bench, faulty: FaultyScim) -> None:
    """Its one account, the administrator's, would be taken for that of whoever comes first."""
    body = json.dumps({"userName": "admin", "displayName": "Admin", "active": True}).encode()
    made = faulty.store.answer("POST", "/scim/v2/Users", body)[1]
    bench.people.add(1)
    respond = faulty.server.respond

    def blind(request: Request, writer):  # type: ignore[no-untyped-def]
        if request.method == "GET" and "filter" in request.target:
            return answer(200, {"totalResults": 1, "Resources": [{"id": made["id"], "active": True}]})
        return respond(request, writer)

    faulty.server.respond = blind
    told = await bench.run()
    assert told.end.problem is not None
    assert told.end.problem.code == "FILTER-IGNORED"
    assert [each["userName"] for each in faulty.state("User")] == ["admin"]


@pytest.mark.parametrize("who", ["person", "group"])
async def test_memberships_do_not_outlive_an_object_id(bench: Bench, faulty: FaultyScim, who: str) -> None:
    """Under a new object id somebody is matched to the account that is there, and is in fewer groups."""
    first, second = bench.people.add(1), bench.people.add(2)
    team = bench.people.team(1, [first, second], "Vault")
    await bench.run()
    assert len(faulty.state("Group")[0]["members"]) == 2
    if who == "person":
        held = bench.people.persons.pop(first)
        bench.people.persons["00000099-0000-4000-8000-000000000000"] = held
        bench.people.teams[team] = ("Vault", [second])
    else:
        del bench.people.teams[team]
        bench.people.team(9, [second], "Vault")
    await bench.run()
    (group,) = faulty.state("Group")
    by_id = {each["id"]: each["userName"] for each in faulty.state("User")}
    assert {by_id[each["value"]] for each in group["members"]} == {"user2@contoso.com"}
    assert all(each["active"] for each in faulty.state("User"))


async def test_a_rejection_outlives_a_source_that_cannot_be_read_whole(
    bench: Bench, faulty: FaultyScim
) -> None:
    keys = [bench.people.add(number) for number in range(4)]
    bench.plan.source.users = "users.csv"
    bench.plan.safety.deletion_threshold = 1
    await bench.run()
    for key in keys[:2]:
        del bench.people.persons[key]
    await bench.run()
    with Store.open(bench.folder) as store:
        decide(store, others="reject")
        store.commit()
    bench.people.faults = [Fault("users.csv", 3, "A quotation mark is not closed.")]
    await bench.run()
    bench.people.faults = []
    bench.plan.safety.deletion_threshold = 500
    await bench.run()
    assert all(each["active"] for each in faulty.state("User"))
    with Store.look(bench.folder) as store:
        assert [each.decision for each in staged(store)] == ["reject", "reject"]


async def test_no_second_account_while_the_first_cannot_be_told(bench: Bench, faulty: FaultyScim) -> None:
    """A create in doubt, another name, and a search that gives several; a story found it."""
    bench.people.add(1)
    await bench.run()
    key = bench.people.add(2)
    faulty.fault = lambda request: (
        "lost answer"
        if request.method == "POST"
        else "500"
        if b"user2" in request.target.encode() and faulty.writes > 1
        else ""
    )
    await bench.run()
    bench.people.persons[key]["userPrincipalName"] = "renamed@contoso.com"
    faulty.fault = lambda request: "duplicate" if "user2" in request.target else ""
    await bench.run()
    faulty.mend()
    del bench.people.persons[key]
    for _ in range(2):
        bench.clock.move(days=1)
        await bench.run()
    assert {each["userName"]: each["active"] for each in faulty.state("User")} == {
        "user1@contoso.com": True,
        "user2@contoso.com": False,
    }


async def test_nobody_is_left_over_after_a_restart_that_forgot_everybody(
    bench: Bench, faulty: FaultyScim
) -> None:
    """Repairing all that such a comparison found would have disabled everybody."""
    for number in range(3):
        bench.people.add(number)
    await bench.run()
    with Store.open(bench.folder) as store:
        restart(store, ["ConnectorDataStore"])
        store.commit()
        async with bench.client() as client:
            events = compare(bench.plan, bench.profile, bench.people, client, store, Control(bench.clock))
            (found,) = [each async for each in events if isinstance(each, Comparison)]
    assert found.rows == []


class Changing(Mirror):
    """A directory that tells changes, which a test tells it."""

    async def catch_up(self, *, anew: bool = False) -> None:
        """All was told already."""

    def tell(self, *heard: Heard, kind: str = "user") -> None:
        reading = self.read(kind, whole=False)  # type: ignore[arg-type]
        reading.apply(heard)
        reading.finish("link")


async def test_an_assigned_group_that_is_renamed_takes_its_members_out(
    bench: Bench, faulty: FaultyScim, tmp_path: Path
) -> None:
    """Another one takes the name: no user has changed, and other users are assigned."""
    bench.plan.scope.who, bench.plan.scope.assigned = "assigned", ["group:Pilots"]
    with Changing(tmp_path / "mirror") as directory:
        bench.directory = directory
        for number in (1, 2):
            name = f"user{number}@contoso.com"
            directory.tell(
                Heard(f"u{number}", {"userPrincipalName": name, "mailNickname": name, "accountEnabled": True})
            )
        directory.tell(Heard("g1", {"displayName": "Pilots"}, joined=("u1",)), kind="group")
        directory.tell(Heard("g2", {"displayName": "Others"}, joined=("u2",)), kind="group")
        await bench.run()
        assert [each["userName"] for each in faulty.state("User")] == ["user1@contoso.com"]
        directory.tell(Heard("g1", {"displayName": "Retired"}, partial=True), kind="group")
        directory.tell(Heard("g2", {"displayName": "Pilots"}, partial=True), kind="group")
        await bench.run()
    held = {each["userName"]: each["active"] for each in faulty.state("User")}
    assert held == {"user1@contoso.com": False, "user2@contoso.com": True}
