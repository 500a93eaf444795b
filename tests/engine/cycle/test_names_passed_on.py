"""User names that pass to somebody else within a cycle, and people who swap theirs, end right at once."""

from __future__ import annotations

import pytest

from app.engine.cycle.second_round import SecondRound
from tests.engine.conftest import Bench
from tests.servers.real_scim import RealScim


@pytest.fixture
def bench(tolerant_scim: RealScim, make_bench) -> Bench:  # type: ignore[no-untyped-def]
    return make_bench(tolerant_scim)  # type: ignore[no-any-return]


def names(server: RealScim) -> dict[str, str]:
    return {each["displayName"]: each["userName"] for each in server.state("User")}


def rename(bench: Bench, key: str, number: int) -> None:
    bench.people.persons[key]["userPrincipalName"] = f"user{number}@contoso.com"


async def check(bench: Bench, server: RealScim, wanted: dict[str, str]) -> None:
    ahead = await bench.rehearse()
    assert not [row for row in ahead.entries if row.status == "failure"]
    told = await bench.run()
    assert told.end.state == "succeeded", [(row.name, row.code) for row in told.entries]
    assert names(server) == wanted
    for counted in ("create", "update"):
        assert ahead.end.counts.get(counted) == told.end.counts.get(counted)
    assert (await bench.run()).end.requests == 0


async def test_two_people_swap_their_names(bench: Bench, tolerant_scim: RealScim) -> None:
    first, second = bench.people.add(1), bench.people.add(2)
    await bench.run()
    rename(bench, first, 2)
    rename(bench, second, 1)
    await check(bench, tolerant_scim, {"User 1": "user2@contoso.com", "User 2": "user1@contoso.com"})


async def test_names_go_round_a_circle_of_three(bench: Bench, tolerant_scim: RealScim) -> None:
    keys = [bench.people.add(number) for number in (1, 2, 3)]
    await bench.run()
    for key, number in zip(keys, (2, 3, 1), strict=True):
        rename(bench, key, number)
    wanted = {"User 1": "user2@contoso.com", "User 2": "user3@contoso.com", "User 3": "user1@contoso.com"}
    await check(bench, tolerant_scim, wanted)


async def test_a_chain_of_names_ends_right_in_any_order(bench: Bench, tolerant_scim: RealScim) -> None:
    keys = [bench.people.add(number) for number in (1, 2, 3)]
    await bench.run()
    for key, number in zip(keys, (2, 3, 4), strict=True):
        rename(bench, key, number)
    wanted = {"User 1": "user2@contoso.com", "User 2": "user3@contoso.com", "User 3": "user4@contoso.com"}
    await check(bench, tolerant_scim, wanted)


async def test_a_newcomer_gets_the_name_that_somebody_gave_up(bench: Bench, tolerant_scim: RealScim) -> None:
    old = bench.people.add(5)
    await bench.run()
    persons = dict(bench.people.persons)
    bench.people.persons.clear()
    new = bench.people.add(6)  # comes before the other in the source
    bench.people.persons |= persons
    rename(bench, new, 5)
    rename(bench, old, 7)
    await check(bench, tolerant_scim, {"User 5": "user7@contoso.com", "User 6": "user5@contoso.com"})


async def test_a_cycle_that_is_cut_off_in_a_swap_leaves_no_passing_name(
    bench: Bench, tolerant_scim: RealScim, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = bench.people.add(1), bench.people.add(2)
    await bench.run()
    rename(bench, first, 2)
    rename(bench, second, 1)

    async def one_steps_aside(self, carry_out, step_aside, goes_on) -> None:  # type: ignore[no-untyped-def]
        waiting, self._waiting = self._waiting, []
        assert await step_aside(waiting[0], {"user1@contoso.com", "user2@contoso.com"})

    with monkeypatch.context() as patched:
        patched.setattr(SecondRound, "run", one_steps_aside)
        await bench.run()
    assert any("-" in name for name in names(tolerant_scim).values()), "nobody stepped aside"
    assert (await bench.run()).end.state == "succeeded"
    assert names(tolerant_scim) == {"User 1": "user2@contoso.com", "User 2": "user1@contoso.com"}


async def test_a_name_that_a_stranger_has_is_still_a_conflict(bench: Bench, tolerant_scim: RealScim) -> None:
    first = bench.people.add(1)
    bench.people.add(2)
    await bench.run()
    rename(bench, first, 2)
    told = await bench.run()
    (row,) = [each for each in told.entries if each.status == "failure"]
    assert row.code in {"CONFLICT", "DUPLICATE-SOURCE-ENTRIES"}
    assert names(tolerant_scim) == {"User 1": "user1@contoso.com", "User 2": "user2@contoso.com"}
