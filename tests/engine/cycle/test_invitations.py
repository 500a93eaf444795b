"""An account that the app does not show yet is not gone: it may appear, and give a leaver access."""

from __future__ import annotations

import pytest

from tests.engine.conftest import Bench
from tests.engine.leaving import InvitingScim

LEAVER = "user1@contoso.com"


def _leave(bench: Bench, how: str) -> None:
    key = next(iter(bench.people.persons))
    if how == "removed":
        del bench.people.persons[key]
    else:
        bench.people.persons[key]["accountEnabled"] = False


@pytest.mark.parametrize("patience", [0, 30])
@pytest.mark.parametrize("how", ["removed", "disabled"])
async def test_a_leaver_who_accepts_later_loses_the_access(how: str, patience: int, make_bench) -> None:  # type: ignore[no-untyped-def]
    async with InvitingScim() as app:
        bench: Bench = make_bench(app)
        bench.plan.safety.delete_after_days = patience
        for number in (1, 2):
            bench.people.add(number)
        assert (await bench.run()).end.state == "succeeded"
        _leave(bench, how)
        for _ in range(2):
            told = await bench.run()
            row = told.entry(LEAVER)
            assert (row.status, row.code, told.end.state) == ("failure", "NOT-VISIBLE", "failures")
            assert "invitation" in row.reason
        app.accept()
        told = await bench.run()
        left = [each for each in app.state("User") if each["userName"] == LEAVER]
        assert not left or left[0]["active"] is False, told.entries
        assert told.end.state == "succeeded"


@pytest.mark.parametrize("how", ["removed", "disabled"])
async def test_an_invitation_is_withdrawn(how: str, make_bench) -> None:  # type: ignore[no-untyped-def]
    async with InvitingScim(withdraws=True) as app:
        bench: Bench = make_bench(app)
        for number in (1, 2):
            bench.people.add(number)
        await bench.run()
        _leave(bench, how)
        told = await bench.run()
        assert [held["userName"] for held in app.invited.values()] == ["user2@contoso.com"], told.entries
        assert (await bench.run()).end.state == "succeeded"


async def test_after_a_month_it_is_gone(make_bench) -> None:  # type: ignore[no-untyped-def]
    async with InvitingScim() as app:
        bench: Bench = make_bench(app)
        bench.people.add(1)
        bench.people.add(2)
        await bench.run()
        _leave(bench, "disabled")
        assert (await bench.run()).entry(LEAVER).code == "NOT-VISIBLE"
        bench.clock.move(days=31)
        assert (await bench.run()).end.state == "succeeded"
