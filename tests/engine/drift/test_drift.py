"""Drift on a real SCIM server: somebody changes the app behind Rollcall's back."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.engine.control import Control
from app.engine.drift.compare import compare
from app.engine.drift.kept import FILE, is_due, keep, last_comparison
from app.engine.drift.repair import choose_rows, repair
from app.engine.drift.rows import Comparison, Found
from app.engine.events import Change
from app.engine.state.store import Store
from app.setup.problem import Problem
from tests.engine.conftest import Bench, Told, listen
from tests.servers.real_scim import RealScim

PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"


class Meddler:
    """Somebody with a console of the app."""

    def __init__(self, bench: Bench, server: RealScim) -> None:
        self._bench, self._server = bench, server

    def account(self, name: str) -> dict[str, Any]:
        (found,) = [
            each for each in self._server.state() if name in (each.get("userName"), each.get("displayName"))
        ]
        return found

    async def patch(self, path: str, op: str, attribute: str, value: object) -> None:
        body = {"schemas": [PATCH], "Operations": [{"op": op, "path": attribute, "value": value}]}
        async with self._bench.client() as client:
            await client.patch(path, body)

    async def set(self, name: str, attribute: str, value: object) -> None:
        await self.patch(f"/Users/{self.account(name)['id']}", "replace", attribute, value)

    async def delete(self, name: str) -> None:
        async with self._bench.client() as client:
            await client.delete(f"/Users/{self.account(name)['id']}")


async def compared(bench: Bench) -> Comparison:
    with Store.open(bench.folder) as store:
        before = store.db.execute("SELECT * FROM links ORDER BY source_id").fetchall()
        async with bench.client() as client:
            said = [
                each
                async for each in compare(bench.plan, bench.profile, bench.people, client, store, Control())
            ]
        # Comparing changes nothing of what is known.
        assert store.db.execute("SELECT * FROM links ORDER BY source_id").fetchall() == before
    assert isinstance(said[-1], Comparison)
    keep(bench.folder, said[-1])
    return said[-1]


async def repaired(bench: Bench, *ids: str) -> Told:
    rows = choose_rows(last_comparison(bench.folder), ids, everything=not ids)
    with Store.open(bench.folder) as store:
        async with bench.client() as client:
            return await listen(
                repair(bench.plan, bench.profile, bench.people, client, store, Control(), rows)
            )


def told(comparison: Comparison) -> set[tuple[str, str]]:
    return {(row.name, row.what) for row in comparison.rows}


def settled(comparison: Comparison) -> bool:
    return comparison.total == 0 and comparison.rows == [] and comparison.failures == 0


@pytest.fixture(params=[6, 30], ids=["looked up", "listed"])
def many(request: pytest.FixtureRequest) -> int:
    """Few people are looked up one by one, many are listed."""
    return int(request.param)


async def test_every_kind_of_difference_is_told_and_repaired(tolerant_scim, make_bench, many):
    bench = make_bench(tolerant_scim)
    ids = [bench.people.add(number) for number in range(many)]
    gone = bench.people.add(90)
    bench.people.team(1, ids[:3], "Designers")
    await bench.run()
    del bench.people.persons[gone]
    await bench.run()
    whole = await compared(bench)
    assert settled(whole)
    assert whole.compared == many + 2
    assert whole.listed is (many > 10)

    meddler = Meddler(bench, tolerant_scim)
    await meddler.delete("user0@contoso.com")
    await meddler.set("user1@contoso.com", "displayName", "Somebody")
    await meddler.set("user2@contoso.com", "active", False)
    await meddler.set("user90@contoso.com", "active", True)
    group = f"/Groups/{meddler.account('Designers')['id']}"
    await meddler.patch(group, "add", "members", [{"value": meddler.account("user4@contoso.com")["id"]}])
    value = meddler.account("user1@contoso.com")["id"]
    await meddler.patch(group, "remove", f'members[value eq "{value}"]', None)
    found = await compared(bench)
    assert told(found) == {
        ("user0@contoso.com", "missing"),
        ("user1@contoso.com", "differs"),
        ("user2@contoso.com", "disabled"),
        ("user90@contoso.com", "enabled"),
        ("Designers", "members"),
    }
    by_what = {row.what: row for row in found.rows}
    assert by_what["differs"].changes == [Change("displayName", "Somebody", "User 1")]
    assert by_what["enabled"].changes == [Change("active", "True", "False")]
    assert {(each.old, each.new) for each in by_what["members"].changes} >= {
        (None, "user1@contoso.com"),
        ("user4@contoso.com", None),
    }
    assert [row.id for row in found.rows] == [row.id for row in (await compared(bench)).rows]

    end = (await repaired(bench, by_what["differs"].id)).end
    assert (end.state, end.kind, end.counts["update"]) == ("succeeded", "repair", 1)
    assert told(await compared(bench)) == told(found) - {("user1@contoso.com", "differs")}
    assert (await repaired(bench)).end.state == "succeeded"
    assert settled(await compared(bench))
    # This server keeps the id of a deleted member; nobody's account has it any more.
    named = {each["id"]: each["userName"] for each in tolerant_scim.state("User")}
    members = {named.get(each["value"]) for each in meddler.account("Designers")["members"]}
    assert members - {None} == {f"user{number}@contoso.com" for number in range(3)}
    assert meddler.account("user90@contoso.com")["active"] is False
    assert meddler.account("user2@contoso.com")["active"] is True
    # A cycle afterwards has nothing to do, and is no initial one.
    after = await bench.run()
    assert (after.end.requests, after.end.kind) == (0, "incremental")


async def test_a_manager_that_was_taken_away(tolerant_scim, make_bench):
    bench = make_bench(tolerant_scim)
    boss = bench.people.add(1)
    bench.people.add(2, manager=boss)
    await bench.run()
    assert settled(await compared(bench))
    manager = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager"
    meddler = Meddler(bench, tolerant_scim)
    await meddler.patch(f"/Users/{meddler.account('user2@contoso.com')['id']}", "remove", manager, None)
    found = await compared(bench)
    assert told(found) == {("user2@contoso.com", "differs")}
    await repaired(bench)
    assert settled(await compared(bench))


async def test_what_rollcall_made_and_nobody_stands_for(tolerant_scim, make_bench):
    bench = make_bench(tolerant_scim)
    keys = [bench.people.add(number) for number in range(3)]
    await bench.run()
    # The state is lost for one of them, as after an old copy was put back, and the person leaves.
    with Store.open(bench.folder) as store:
        store.begin()
        store.links.drop("user", keys[0])
        store.commit()
    del bench.people.persons[keys[0]]
    async with bench.client() as client:
        body = {
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
            "userName": "stranger",
            "active": True,
        }
        await client.create("Users", body)
    await bench.run()
    found = await compared(bench)
    assert told(found) == {("user0@contoso.com", "extra")}  # and not the stranger
    await repaired(bench)
    active = {each["userName"]: each["active"] for each in tolerant_scim.state("User")}
    assert active == {
        "user0@contoso.com": False, "user1@contoso.com": True, "user2@contoso.com": True, "stranger": True,
    }  # fmt: skip
    assert settled(await compared(bench))
    bench.plan.safety.delete_after_days = 0
    await bench.run()
    assert len(tolerant_scim.state("User")) == 3


async def test_the_guard_counts_in_a_repair(tolerant_scim, make_bench):
    bench = make_bench(tolerant_scim)
    keys = [bench.people.add(number) for number in range(8)]
    await bench.run()
    for key in keys[:4]:
        del bench.people.persons[key]
    await bench.run()
    meddler = Meddler(bench, tolerant_scim)
    for number in range(4):
        await meddler.set(f"user{number}@contoso.com", "active", True)
    found = await compared(bench)
    assert {row.what for row in found.rows} == {"enabled"}
    bench.plan.safety.deletion_threshold = 3
    end = (await repaired(bench)).end
    assert end.state == "guarded"
    assert len(end.guarded) == 4
    assert all(each["active"] for each in tolerant_scim.state("User"))
    kept = last_comparison(bench.folder)
    assert kept is not None
    assert kept.total == 4
    bench.plan.safety.deletion_threshold = 4
    assert (await repaired(bench)).end.state == "succeeded"
    assert [each["active"] for each in tolerant_scim.state("User")].count(False) == 4


async def test_what_was_put_right_meanwhile_is_left_alone(tolerant_scim, make_bench):
    bench = make_bench(tolerant_scim)
    bench.people.add(1)
    await bench.run()
    meddler = Meddler(bench, tolerant_scim)
    await meddler.set("user1@contoso.com", "displayName", "Somebody")
    await compared(bench)
    await meddler.set("user1@contoso.com", "displayName", "User 1")
    changed = meddler.account("user1@contoso.com")["meta"]["lastModified"]
    end = (await repaired(bench)).end
    assert end.counts == {"skipped": 1}
    assert meddler.account("user1@contoso.com")["meta"]["lastModified"] == changed
    assert settled(await compared(bench))


async def test_an_app_that_does_not_answer_is_a_problem(tolerant_scim, make_bench):
    bench = make_bench(tolerant_scim)
    bench.people.add(1)
    await bench.run()
    bench.token = "another"
    with pytest.raises(Problem) as caught:
        await compared(bench)
    assert caught.value.code == "CREDENTIALS"


@pytest.mark.parametrize(
    ("kept", "ids", "code"),
    [
        (False, ["0123456789"], "NOT-COMPARED"),
        (True, ["0123456789"], "NO-SUCH-DIFFERENCE"),
        (True, [], "NOTHING-CHOSEN"),
    ],
)
def test_choices_that_cannot_be(kept: bool, ids: list[str], code: str) -> None:
    with pytest.raises(Problem) as caught:
        choose_rows(Comparison() if kept else None, ids, everything=False)
    assert caught.value.code == code
    assert caught.value.remedy


def test_a_comparison_is_kept_whole_and_a_damaged_one_is_none(tmp_path) -> None:
    row = Found("user", "differs", "Åsa \u2028", "id-1", "t-1", [Change("title", None, "Boss")])
    made = Comparison(7, [row], 1, 2, 3, 4.5, True, "2026-11-25T07:00:00.000Z")
    keep(tmp_path, made)
    assert last_comparison(tmp_path) == made
    for text in ("", "{", "[]", "7", json.dumps({"version": 9}), json.dumps({"version": 1, "rows": [{}]})):
        (tmp_path / FILE).write_text(text)
        assert last_comparison(tmp_path) is None


def test_when_a_comparison_is_due(tmp_path) -> None:
    moment = datetime(2026, 11, 25, tzinfo=UTC)
    assert not is_due(tmp_path, 0, moment)
    assert is_due(tmp_path, 7, moment)
    keep(tmp_path, Comparison(at="2026-11-20T00:00:00.000Z"))
    assert not is_due(tmp_path, 7, moment)
    assert is_due(tmp_path, 5, moment)
    assert not is_due(tmp_path, 0, moment)
    assert is_due(tmp_path, 7, moment - timedelta(days=30))  # the clock was put back


async def test_who_is_made_anew_gets_back_what_refers_to_them(tolerant_scim, make_bench):
    bench = make_bench(tolerant_scim)
    boss = bench.people.add(1)
    others = [bench.people.add(number, manager=boss) for number in range(2, 5)]
    bench.people.team(1, [boss, *others], "Designers")
    await bench.run()
    meddler = Meddler(bench, tolerant_scim)
    await meddler.delete("user1@contoso.com")
    found = await compared(bench)
    assert ("user1@contoso.com", "missing") in told(found)
    dependent = next(row for row in found.rows if row.name == "user2@contoso.com")
    # As long as the manager is missing, there is nothing to set: the difference stays on the list.
    await repaired(bench, dependent.id)
    kept = last_comparison(bench.folder)
    assert kept is not None
    assert dependent.id in {row.id for row in kept.rows}
    (missing,) = [row.id for row in found.rows if row.what == "missing"]
    await repaired(bench, missing)
    assert settled(await compared(bench))
    new = meddler.account("user1@contoso.com")["id"]
    assert new in {each["value"] for each in meddler.account("Designers")["members"]}
    enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
    assert meddler.account("user2@contoso.com")[enterprise]["manager"]["value"] == new
