"""Whole cycles against a real SCIM server."""

from __future__ import annotations

from typing import Any

import pytest

from app.engine.state.cycles import standing
from app.engine.state.store import Store
from tests.servers.real_scim import RealScim


def by_name(server: RealScim) -> dict[str, dict[str, Any]]:
    return {each["userName"]: each for each in server.state("User")}


async def test_a_cycle_creates_everybody_with_groups_and_managers(tolerant_scim, make_bench):
    bench = make_bench(tolerant_scim)
    ids = [bench.people.add(n) for n in range(30)]
    bench.people.persons[ids[1]]["manager"] = ids[0]
    bench.people.team(1, ids[:5])
    told = await bench.run()
    assert told.end.state == "succeeded"
    assert told.end.kind == "initial"
    users = by_name(tolerant_scim)
    assert len(users) == 30
    enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
    assert users["user1@contoso.com"][enterprise]["manager"]["value"] == users["user0@contoso.com"]["id"]
    (group,) = tolerant_scim.state("Group")
    assert {each["value"] for each in group["members"]} == {
        users[f"user{n}@contoso.com"]["id"] for n in range(5)
    }
    assert told.end.counts["create"] == 31
    # One probe, one count, two pages, three samples, one look at what was made: not one look-up a person.
    assert told.end.requests <= 30 + 1 + 1 + 2 + 6 + 4 + 1


async def test_a_second_cycle_without_changes_sends_nothing(tolerant_scim, make_bench):
    bench = make_bench(tolerant_scim)
    ids = [bench.people.add(n) for n in range(12)]
    bench.people.team(1, ids)
    await bench.run()
    told = await bench.run()
    assert told.end.requests == 0
    assert told.end.kind == "incremental"
    assert told.end.counts == {"unchanged": 13}
    assert told.entries == []


async def test_only_what_differs_is_patched(tolerant_scim, make_bench):
    bench = make_bench(tolerant_scim)
    first, second = bench.people.add(1), bench.people.add(2)
    await bench.run()
    bench.people.persons[first]["department"] = "Research"
    told = await bench.run()
    row = told.entry("user1@contoso.com")
    assert row.action == "update"
    assert [(each.old, each.new) for each in row.changes] == [("Sales", "Research")]
    assert len(told.entries) == 1
    assert second in bench.people.persons
    assert told.end.requests == 3  # the probe, the PATCH, and a look at what it did: the answer has no body


async def test_who_leaves_is_disabled_and_deleted_when_due(tolerant_scim, make_bench):
    bench = make_bench(tolerant_scim)
    keys = [bench.people.add(n) for n in range(3)]
    await bench.run()
    gone = bench.people.persons.pop(keys[0])
    told = await bench.run()
    assert told.entry("user0@contoso.com").action == "disable"
    assert by_name(tolerant_scim)["user0@contoso.com"]["active"] is False
    assert (await bench.run()).end.requests == 0

    bench.people.persons[keys[0]] = gone
    told = await bench.run()
    assert by_name(tolerant_scim)["user0@contoso.com"]["active"] is True

    bench.plan.safety.delete_after_days = 0
    del bench.people.persons[keys[0]]
    told = await bench.run()
    assert told.entry("user0@contoso.com").action == "delete"
    assert set(by_name(tolerant_scim)) == {"user1@contoso.com", "user2@contoso.com"}
    assert (await bench.run()).end.requests == 0


async def test_a_disabled_person_is_never_created_and_comes_back(tolerant_scim, make_bench):
    bench = make_bench(tolerant_scim)
    off = bench.people.add(1, accountEnabled=False)
    on = bench.people.add(2)
    team = bench.people.team(1, [on, off])
    told = await bench.run()
    assert told.entry("user1@contoso.com").status == "skipped"
    assert set(by_name(tolerant_scim)) == {"user2@contoso.com"}

    bench.people.persons[on]["accountEnabled"] = False
    told = await bench.run()
    assert told.entry("user2@contoso.com").action == "disable"
    assert by_name(tolerant_scim)["user2@contoso.com"]["active"] is False
    assert not tolerant_scim.state("Group")[0].get("members")

    bench.people.persons[on]["accountEnabled"] = True
    await bench.run()
    assert by_name(tolerant_scim)["user2@contoso.com"]["active"] is True
    assert len(tolerant_scim.state("Group")[0]["members"]) == 1
    assert team in bench.people.teams


async def test_leaving_the_scope_disables(tolerant_scim, make_bench):
    bench = make_bench(tolerant_scim)
    bench.people.add(1)
    bench.people.add(2)
    bench.plan.scope.who = "assigned"
    bench.plan.scope.assigned = ["user:user1@contoso.com", "user:user2@contoso.com"]
    await bench.run()
    bench.plan.scope.assigned = ["user:user2@contoso.com"]
    told = await bench.run()
    assert told.end.kind == "incremental"
    row = told.entry("user1@contoso.com")
    assert row.action == "disable"
    assert "not assigned" in row.steps[1].text
    assert by_name(tolerant_scim)["user1@contoso.com"]["active"] is False


async def test_people_who_are_there_are_matched_not_created_twice(tolerant_scim, make_bench):
    bench = make_bench(tolerant_scim)
    for n in range(15):
        bench.people.add(n)
    await bench.run()
    # The state is lost: everybody must be found again, and nothing written.
    bench.folder = bench.folder / "anew"
    told = await bench.run()
    assert len(tolerant_scim.state("User")) == 15
    assert {row.status for row in told.entries} == {"skipped"}
    assert told.end.counts == {"skipped": 15}


async def test_the_guard_stops_and_says_whom(tolerant_scim, make_bench):
    bench = make_bench(tolerant_scim)
    keys = [bench.people.add(n) for n in range(6)]
    bench.people.team(1, keys)
    await bench.run()
    bench.plan.safety.deletion_threshold = 2
    for key in keys[:3]:
        del bench.people.persons[key]
    bench.people.add(9)
    told = await bench.run()
    assert told.end.state == "guarded"
    assert sorted(told.end.guarded) == [f"user{n}@contoso.com" for n in range(3)]
    assert all(each["active"] for each in tolerant_scim.state("User"))
    assert len(tolerant_scim.state("Group")[0]["members"]) == 6
    assert [row.action for row in told.entries if row.name in told.end.guarded] == ["staged-delete"] * 3
    assert "user9@contoso.com" in by_name(tolerant_scim)

    bench.plan.safety.deletion_threshold = 3
    told = await bench.run()
    assert told.end.state == "succeeded"
    assert [each["active"] for each in tolerant_scim.state("User")].count(False) == 3
    assert len(tolerant_scim.state("Group")[0]["members"]) == 3


async def test_a_dry_run_tells_the_same_and_sends_only_gets(tolerant_scim, make_bench):
    bench = make_bench(tolerant_scim)
    ids = [bench.people.add(n) for n in range(12)]
    bench.people.team(1, ids[:4])
    bench.people.persons[ids[1]]["manager"] = ids[0]
    planned = await bench.rehearse()
    assert tolerant_scim.state() == []
    assert planned.end.kind == "dry-run"
    assert planned.end.counts["create"] == 13
    assert {row.status for row in planned.entries} == {"planned"}
    done = await bench.run()
    # A real run tells a row again when members or a manager are added to it.
    assert {(row.name, row.action) for row in planned.entries} == {
        (row.name, row.action) for row in done.entries
    }
    assert len(planned.entries) == 13
    bench.people.persons[ids[0]]["surname"] = "Other"
    del bench.people.persons[ids[2]]
    planned = await bench.rehearse()
    assert planned.entry("user0@contoso.com").action == "update"
    assert planned.entry("user2@contoso.com").action == "disable"
    before = tolerant_scim.state()
    assert (await bench.rehearse()).end.counts == planned.end.counts
    assert tolerant_scim.state() == before


async def test_an_account_deleted_in_the_app_is_made_again(tolerant_scim, make_bench):
    bench = make_bench(tolerant_scim)
    ids = [bench.people.add(n) for n in range(4)]
    bench.people.team(1, ids)
    await bench.run()
    async with bench.client() as client:
        gone = by_name(tolerant_scim)["user0@contoso.com"]["id"]
        assert await client.delete(f"/Users/{gone}")
    bench.people.persons[ids[0]]["department"] = "Research"
    told = await bench.run()
    assert told.entry("user0@contoso.com").action == "create"
    fresh = by_name(tolerant_scim)["user0@contoso.com"]
    assert fresh["id"] != gone
    assert fresh["id"] in {each["value"] for each in tolerant_scim.state("Group")[0]["members"]}


async def test_a_mapping_change_looks_at_everybody_again(tolerant_scim, make_bench):
    bench = make_bench(tolerant_scim)
    for n in range(12):
        bench.people.add(n)
    await bench.run()
    rows = [row.model_copy() for row in bench.profile.users]
    for row in rows:
        if row.target == "displayName":
            row.source = 'Append([displayName], " (test)")'
    bench.plan.mappings.users = rows
    told = await bench.run()
    assert told.end.kind == "initial"
    assert told.end.counts["update"] == 12
    assert all(each["displayName"].endswith("(test)") for each in tolerant_scim.state("User"))
    assert told.end.requests < 12 + 10  # listed once, not read one by one


async def test_two_people_with_one_matching_value_do_not_share_an_account(tolerant_scim, make_bench):
    bench = make_bench(tolerant_scim)
    bench.people.add(1)
    await bench.run()
    bench.people.add(2, userPrincipalName="USER1@contoso.com")
    bench.people.persons[next(iter(bench.people.persons))]["department"] = "Research"
    told = await bench.run()
    assert told.end.state == "failures"
    assert sorted(row.status for row in told.entries) == ["failure", "success"]
    (failed,) = [row for row in told.entries if row.status == "failure"]
    assert failed.code in {"DUPLICATE-SOURCE-ENTRIES", "CONFLICT"}
    assert failed.remedy
    assert len(tolerant_scim.state("User")) == 1


async def test_someone_under_a_new_object_id_keeps_the_account(tolerant_scim, make_bench):
    bench = make_bench(tolerant_scim)
    old = bench.people.add(1)
    bench.people.add(2)
    await bench.run()
    account = by_name(tolerant_scim)["user1@contoso.com"]["id"]
    bench.people.persons["ffffffff-0000-4000-8000-000000000000"] = bench.people.persons.pop(old)
    told = await bench.run()
    assert told.end.failures == 0
    user = by_name(tolerant_scim)["user1@contoso.com"]
    assert user["id"] == account
    assert user["active"] is True
    assert (await bench.run()).end.requests == 0


@pytest.mark.parametrize("kind", ["create", "update", "delete"])
async def test_actions_that_are_switched_off_are_not_sent(tolerant_scim, make_bench, kind):
    bench = make_bench(tolerant_scim)
    first, second = bench.people.add(1), bench.people.add(2)
    await bench.run()
    setattr(bench.plan.actions, kind, False)
    bench.plan.safety.delete_after_days = 0
    bench.people.add(3)
    bench.people.persons[first]["department"] = "Research"
    del bench.people.persons[second]
    await bench.run()
    users = by_name(tolerant_scim)
    assert ("user3@contoso.com" in users) == (kind != "create")
    department = users["user1@contoso.com"]["urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"]
    assert department["department"] == ("Sales" if kind == "update" else "Research")
    assert ("user2@contoso.com" in users) == (kind == "delete")


async def test_an_empty_source_is_not_taken_at_its_word(tolerant_scim, make_bench):
    bench = make_bench(tolerant_scim)
    bench.people.add(1)
    await bench.run()
    bench.people.persons.clear()
    told = await bench.run()
    assert told.end.state == "failed"
    assert told.end.problem is not None
    assert told.end.problem.code == "SOURCE-EMPTY"
    assert by_name(tolerant_scim)["user1@contoso.com"]["active"] is True


async def test_the_strict_server_gets_users_and_names_what_it_refuses(strict_scim, make_bench):
    bench = make_bench(strict_scim)
    ids = [bench.people.add(n) for n in range(12)]
    bench.people.team(1, ids)
    told = await bench.run()
    assert len(strict_scim.state("User")) == 12
    failed = [row for row in told.entries if row.status == "failure"]
    # Entra's foreign group URN is what the strict server refuses (scim.md, section 4).
    assert [(row.kind, row.name) for row in failed] == [("group", "Team 1")]
    assert failed[0].reason
    assert failed[0].remedy


async def test_the_log_has_one_row_for_each_person_and_cycle(tolerant_scim, make_bench):
    bench = make_bench(tolerant_scim)
    ids = [bench.people.add(n) for n in range(3)]
    bench.people.persons[ids[1]]["manager"] = ids[0]
    bench.people.team(1, ids)
    await bench.run()
    with Store.look(bench.folder) as store:
        found = store.log_page()
        assert found.total == 4
        assert len({row.name for row in found.rows}) == 4
        (managed,) = [row for row in found.rows if row.name == "user1@contoso.com"]
        assert managed.steps[-1].name == "reference"
        assert managed.action == "create"
        stands = standing(store)
        assert (stands.users, stands.groups, stands.open_requests) == (3, 1, 0)
