"""One person or group on demand: the cycle's own work, told in five steps."""

from __future__ import annotations

import asyncio

import pytest

from app.engine.control import Control
from app.engine.cycle.target import Target
from app.engine.on_demand.choose import choose_group, choose_person
from app.engine.on_demand.provision import Outcome, provision
from app.engine.state.store import Store
from app.setup.problem import Problem


async def one(bench, person="", group="", members=()) -> Outcome:
    with Store.open(bench.folder) as store:
        chosen = choose_group(bench.people, group, members) if group else choose_person(bench.people, person)
        async with bench.client() as client:
            said = [
                each
                async for each in provision(
                    bench.plan, bench.profile, bench.people, client, store, Control(), chosen
                )
            ]
    assert isinstance(said[-1], Outcome)
    return said[-1]


def names(server):
    return sorted(each["userName"] for each in server.state("User"))


async def test_one_person_is_created_and_nobody_else(tolerant_scim, make_bench):
    bench = make_bench(tolerant_scim)
    for number in range(5):
        bench.people.add(number)
    told = await one(bench, "USER3@contoso.com")
    assert names(tolerant_scim) == ["user3@contoso.com"]
    assert (told.entry.action, told.entry.status, told.entry.cycle) == ("create", "success", 0)
    assert [step.name for step in told.steps] == ["import", "scope", "match", "export", "reference"]
    imported, scope, match, export, reference = told.steps
    assert imported.details["department"] == "Sales"
    assert scope.details["Assigned to the application"] == "True"
    assert "userName = user3@contoso.com" in match.details["Matching attributes"]
    assert export.details == {"Action": "Create", "Target object ID": told.entry.target_id}
    assert "Target object ID" not in match.details
    assert reference.status == "skipped"
    changed = {each.target: (each.old, each.new) for each in told.entry.changes}
    assert changed["userName"] == (None, "user3@contoso.com")
    # The cycle afterwards is still the initial one, and finds this person dealt with.
    after = await bench.run()
    assert after.end.kind == "initial"
    assert len(names(tolerant_scim)) == 5
    assert "user3@contoso.com" not in {each.name for each in after.entries}


async def test_the_watermark_does_not_count_and_values_are_told_before_and_after(tolerant_scim, make_bench):
    bench = make_bench(tolerant_scim)
    key = bench.people.add(1, manager=bench.people.add(2))
    await bench.run()
    account = next(each for each in tolerant_scim.state("User") if each["userName"] == "user1@contoso.com")
    async with bench.client() as client:
        body = {
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
            "Operations": [{"op": "replace", "path": "displayName", "value": "Somebody"}],
        }
        await client.patch(f"/Users/{account['id']}", body)
    assert (await bench.run()).end.requests == 0  # the source did not change, so the cycle does not look
    told = await one(bench, key)
    assert told.entry.action == "update"
    assert [(each.target, each.old, each.new) for each in told.entry.changes] == [
        ("displayName", "Somebody", "User 1")
    ]
    assert "earlier run" in told.steps[2].text
    again = await one(bench, key)
    assert (again.entry.status, again.entry.action) == ("skipped", "none")
    assert again.entry.changes == []
    assert (await bench.run()).end.requests == 0


async def test_who_is_out_of_scope_is_told_why(tolerant_scim, make_bench):
    bench = make_bench(tolerant_scim)
    bench.people.add(1)
    bench.plan.scope.who = "assigned"
    bench.plan.scope.assigned = ["user:user2@contoso.com"]
    told = await one(bench, "user1@contoso.com")
    assert names(tolerant_scim) == []
    assert [(step.name, step.status) for step in told.steps] == [
        ("import", "success"),
        ("scope", "skipped"),
        ("match", "skipped"),
        ("export", "skipped"),
        ("reference", "skipped"),
    ]
    assert "not assigned" in told.steps[1].text
    assert told.steps[1].details["Assigned to the application"] == "False"


async def test_who_left_the_scope_is_disabled(tolerant_scim, make_bench):
    bench = make_bench(tolerant_scim)
    bench.people.add(1)
    bench.plan.scope.who = "assigned"
    bench.plan.scope.assigned = ["user:user1@contoso.com"]
    await bench.run()
    bench.plan.scope.assigned = []
    told = await one(bench, "user1@contoso.com")
    assert told.entry.action == "disable"
    assert tolerant_scim.state("User")[0]["active"] is False
    assert [(each.target, each.old, each.new) for each in told.entry.changes] == [("active", "True", "False")]


async def test_a_group_with_some_of_its_members(tolerant_scim, make_bench):
    bench = make_bench(tolerant_scim)
    ids = [bench.people.add(number) for number in range(8)]
    bench.people.team(1, ids, "Designers")
    bench.people.team(2, ids, "Others")
    told = await one(bench, group="designers", members=["user1@contoso.com", ids[2]])
    assert names(tolerant_scim) == ["user1@contoso.com", "user2@contoso.com"]
    (group,) = tolerant_scim.state("Group")
    assert group["displayName"] == "Designers"
    assert len(group["members"]) == 2
    assert told.entry.action == "create"
    assert told.steps[-1].name == "reference"
    assert "2 added" in told.steps[-1].text
    assert {row.name for row in told.members} == {"user1@contoso.com", "user2@contoso.com"}
    # The next cycle brings the rest, and sends nobody twice.
    await bench.run()
    teams = {each["displayName"]: len(each["members"]) for each in tolerant_scim.state("Group")}
    assert teams == {"Designers": 8, "Others": 8}
    assert len(names(tolerant_scim)) == 8


async def test_a_member_who_left_the_group_is_taken_out(tolerant_scim, make_bench):
    bench = make_bench(tolerant_scim)
    ids = [bench.people.add(number) for number in range(3)]
    team = bench.people.team(1, ids, "Designers")
    await bench.run()
    bench.people.teams[team] = ("Designers", ids[2:])
    told = await one(bench, group=team, members=[ids[0]])
    assert "1 removed" in told.steps[-1].text
    assert len(tolerant_scim.state("Group")[0]["members"]) == 2


@pytest.mark.parametrize(
    ("group", "members", "code"),
    [
        ("Designers", [f"user{number}@contoso.com" for number in range(6)], "TOO-MANY-MEMBERS"),
        ("Designers", ["user9@contoso.com"], "NOT-A-MEMBER"),
        ("Designers", ["nobody@contoso.com"], "NO-SUCH-PERSON"),
        ("Nobodies", [], "NO-SUCH-GROUP"),
        ("Twins", [], "AMBIGUOUS-NAME"),
    ],
)
async def test_choices_that_cannot_be(tolerant_scim, make_bench, group, members, code):
    bench = make_bench(tolerant_scim)
    ids = [bench.people.add(number) for number in range(10)]
    bench.people.team(1, ids[:6], "Designers")
    bench.people.team(2, [], "Twins")
    bench.people.team(3, [], "twins")
    with pytest.raises(Problem) as caught:
        await one(bench, group=group, members=members)
    assert caught.value.code == code
    assert caught.value.remedy


async def test_a_lost_sign_in_is_a_problem_and_not_a_row(tolerant_scim, make_bench):
    bench = make_bench(tolerant_scim)
    bench.people.add(1)
    bench.token = "another"
    with pytest.raises(Problem) as caught:
        await one(bench, "user1@contoso.com")
    assert caught.value.code == "CREDENTIALS"


async def test_a_running_cycle_keeps_it_out(tolerant_scim, make_bench):
    bench = make_bench(tolerant_scim)
    bench.people.add(1)
    with Store.open(bench.folder), pytest.raises(Problem) as caught:
        await one(bench, "user1@contoso.com")
    assert caught.value.code == "STATE-IN-USE"


async def test_a_run_that_was_cut_off_is_settled_by_the_next(tolerant_scim, make_bench, monkeypatch):
    bench = make_bench(tolerant_scim)
    key = bench.people.add(1)
    arrived = asyncio.Event()
    create = Target.create

    async def stuck(self, kind, values):
        await create(self, kind, values)
        arrived.set()
        await asyncio.Event().wait()  # the answer never comes

    monkeypatch.setattr(Target, "create", stuck)
    running = asyncio.create_task(one(bench, key))
    await arrived.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    monkeypatch.setattr(Target, "create", create)
    with Store.look(bench.folder) as store:
        assert len(store.open_requests()) == 1  # written down before it was sent
    told = await one(bench, key)
    assert told.entry.target_id == tolerant_scim.state("User")[0]["id"]
    assert names(tolerant_scim) == ["user1@contoso.com"]
    with Store.look(bench.folder) as store:
        assert store.open_requests() == []


async def test_an_open_request_is_settled_before_anything_is_sent(tolerant_scim, make_bench):
    bench = make_bench(tolerant_scim)
    key = bench.people.add(1)
    with Store.open(bench.folder) as store:
        # What a kill leaves behind whose create arrived.
        matching = [("userName", "user1@contoso.com")]
        store.record_request(0, "user", key, "user1@contoso.com", "provision", matching)
        store.commit()
    async with bench.client() as client:
        await client.create(
            "Users",
            {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "user1@contoso.com"},
        )
    told = await one(bench, key)
    assert names(tolerant_scim) == ["user1@contoso.com"]
    assert told.entry.action == "update"
    with Store.look(bench.folder) as store:
        assert store.open_requests() == []
