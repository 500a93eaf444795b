"""Two people of the source with one matching value: the preview tells what the cycle does, in any order."""

from __future__ import annotations

import pytest

from tests.engine.conftest import Bench
from tests.engine.faulty import FaultyScim


@pytest.fixture
async def app():  # type: ignore[no-untyped-def]
    async with FaultyScim() as server:
        yield server


@pytest.fixture
def bench(app, make_bench) -> Bench:  # type: ignore[no-untyped-def]
    return make_bench(app)  # type: ignore[no-any-return]


def twin(bench: Bench, number: int, of: int) -> str:
    """A guest whose home address is the user name of a member."""
    name = f"user{of}_contoso.com#EXT#@fabrikam.onmicrosoft.com"
    return bench.people.add(number, userPrincipalName=name, userType="Guest")


@pytest.mark.parametrize("twin_first", [True, False])
async def test_neither_of_two_twins_is_created_and_both_are_told(
    app: FaultyScim, bench: Bench, twin_first: bool
) -> None:
    if twin_first:
        twin(bench, 2, of=1)
    bench.people.add(1)
    if not twin_first:
        twin(bench, 2, of=1)
    bench.people.add(3)
    for told in (await bench.rehearse(), await bench.run()):
        failed = [row for row in told.entries if row.status == "failure"]
        assert {row.code for row in failed} == {"DUPLICATE-SOURCE-ENTRIES"}
        assert len(failed) == 2
        assert all("user1" in row.reason for row in failed)
        assert told.end.counts["create"] == 1
    assert [each["userName"] for each in app.state("User")] == ["user3@contoso.com"]


async def test_who_has_the_account_already_goes_on_with_it(app: FaultyScim, bench: Bench) -> None:
    first = bench.people.add(1)
    await bench.run()
    twin(bench, 2, of=1)
    bench.people.persons[first]["department"] = "Research"
    for told in (await bench.rehearse(), await bench.run()):
        assert told.entry("user1@contoso.com").action == "update"
        other = next(row for row in told.entries if row.name != "user1@contoso.com")
        assert (other.status, other.code) == ("failure", "DUPLICATE-SOURCE-ENTRIES")
    assert len(app.state("User")) == 1


async def test_twins_of_whom_one_leaves_are_none(app: FaultyScim, bench: Bench) -> None:
    bench.people.add(1)
    key = twin(bench, 2, of=1)
    bench.people.persons[key]["accountEnabled"] = False
    assert (await bench.run()).end.state == "succeeded"
    assert [each["userName"] for each in app.state("User")] == ["user1@contoso.com"]


async def test_two_groups_of_one_name_are_told_too(app: FaultyScim, bench: Bench) -> None:
    bench.people.team(1, [], "Sales")
    bench.people.team(2, [], "sales")
    bench.people.add(1)
    for told in (await bench.rehearse(), await bench.run()):
        codes = [row.code for row in told.entries if row.kind == "group"]
        assert codes == ["DUPLICATE-SOURCE-ENTRIES"] * 2
    assert app.state("Group") == []
