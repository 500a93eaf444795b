"""A leaver ends off whatever the app's way of being disabled, or the cycle names the leaver and says why."""

from __future__ import annotations

import pytest

from tests.engine.conftest import Bench, Told
from tests.engine.leaving import DELETES, SWITCHES, LeavingScim

LEAVER = "user1@contoso.com"
KINDS = ("disabled in the source", "removed from the source", "out of scope")
FOREVER_IN = {"never", "lies"}


async def _leaves(bench: Bench, kind: str) -> None:
    key = next(iter(bench.people.persons))
    if kind == "disabled in the source":
        bench.people.persons[key]["accountEnabled"] = False
    elif kind == "removed from the source":
        del bench.people.persons[key]
    else:
        bench.plan.scope.who = "assigned"
        bench.plan.scope.assigned = [f"user:user{number}@contoso.com" for number in (2, 3)]


async def _filled(app: LeavingScim, make_bench, patience: int) -> Bench:  # type: ignore[no-untyped-def]
    bench: Bench = make_bench(app)
    bench.plan.safety.delete_after_days = patience
    for number in (1, 2, 3):
        bench.people.add(number)
    told = await bench.run()
    assert told.end.state == "succeeded", told.end.sentence
    assert app.is_in(LEAVER)
    return bench


def _named(told: Told) -> bool:
    """Whether the cycle fails by the leaver's name, with the reason and what to do."""
    rows = [row for row in told.entries if row.name == LEAVER and row.status == "failure"]
    return (
        bool(rows)
        and told.end.state in {"failures", "failed"}
        and all(row.reason and row.remedy for row in rows)
    )


@pytest.mark.parametrize("patience", [0, 30])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("switch", SWITCHES)
async def test_every_way_of_being_disabled(switch: str, kind: str, patience: int, make_bench) -> None:  # type: ignore[no-untyped-def]
    async with LeavingScim(switch) as app:
        bench = await _filled(app, make_bench, patience)
        await _leaves(bench, kind)
        for number in range(3):
            told = await bench.run()
            assert not app.is_in(LEAVER) or _named(told), (number, told.entries)
        deleted = kind == "removed from the source" and patience == 0
        assert app.is_in(LEAVER) == (switch in FOREVER_IN and not deleted)
        assert app.is_in("user2@contoso.com")


@pytest.mark.parametrize("patience", [0, 30])
@pytest.mark.parametrize("switch", ["right", "text refused", "never", "lies"])
@pytest.mark.parametrize("delete", DELETES)
async def test_every_way_of_being_deleted(delete: str, switch: str, patience: int, make_bench) -> None:  # type: ignore[no-untyped-def]
    async with LeavingScim(switch, delete) as app:
        bench = await _filled(app, make_bench, patience)
        await _leaves(bench, "removed from the source")
        for number in range(3):
            told = await bench.run()
            assert not app.is_in(LEAVER) or _named(told), (number, told.entries)
        out = switch not in FOREVER_IN or (patience == 0 and delete in {"deletes", "soft"})
        assert app.is_in(LEAVER) != out
        if delete == "501" and out and patience == 0:
            assert app.sent.count("DELETE") == 1  # refused for good: asked once, and said once
            assert not told.entries


async def test_a_refused_disable_waits_in_no_escrow(make_bench) -> None:  # type: ignore[no-untyped-def]
    """The app is put right an hour later: the next cycle disables, and the escrow is gone with it."""
    async with LeavingScim("never") as app:
        bench = await _filled(app, make_bench, 30)
        await _leaves(bench, "disabled in the source")
        assert _named(await bench.run())
        assert _named(await bench.run())  # each cycle tries, and names
        app.switch = "right"
        bench.clock.move(hours=1)
        told = await bench.run()
        assert not app.is_in(LEAVER)
        assert (told.end.state, told.end.counts.get("escrowed", 0)) == ("succeeded", 0)


async def test_the_form_that_works_is_kept_and_said(make_bench) -> None:  # type: ignore[no-untyped-def]
    async with LeavingScim("text refused") as app:
        bench = await _filled(app, make_bench, 30)
        await _leaves(bench, "disabled in the source")
        told = await bench.run()
        row = told.entry(LEAVER)
        assert (row.status, row.code) == ("warning", "DISABLED-OTHERWISE")
        assert "aadOptscim062020" in row.remedy
        bench.people.persons[list(bench.people.persons)[1]]["accountEnabled"] = False
        for ahead in (await bench.rehearse(), await bench.run()):
            assert any("aadOptscim062020" in each for each in ahead.end.warnings)
        assert app.sent[-1:] == ["PATCH"]
        assert app.sent.count("PATCH") == 3  # refused, as a boolean, and then only as a boolean
        assert not app.is_in("user2@contoso.com")


@pytest.mark.parametrize(
    "switch", ["text refused", "text ignored", "text stored", "false in the answer only"]
)
async def test_who_comes_back_gets_the_access_again(switch: str, make_bench) -> None:  # type: ignore[no-untyped-def]
    """The text "True" is ignored or refused as "False" is."""
    async with LeavingScim(switch) as app:
        bench = await _filled(app, make_bench, 30)
        for held in app.state("User"):
            held["active"] = False  # by hand, so that no disable has shown which form the app takes
        key = next(iter(bench.people.persons))
        del bench.people.persons[key]
        await bench.run()
        bench.people.add(1)
        told = await bench.run()
        assert told.end.state == "succeeded", told.entries
        assert app.is_in(LEAVER)


async def test_creates_that_all_fail_keep_no_leaver_in(make_bench) -> None:  # type: ignore[no-untyped-def]
    """The token may change people and not create them, so that the cycle is stopped."""
    async with LeavingScim() as app:
        bench = await _filled(app, make_bench, 0)
        await _leaves(bench, "removed from the source")
        for number in range(10, 40):
            bench.people.add(number)
        app.fault = lambda request: "403" if request.method == "POST" else ""
        told = await bench.run()
        assert told.end.state == "failed"
        assert not app.is_in(LEAVER)
        assert "DELETE" not in app.sent
