"""Quarantine as cycles come into it and out of it; escrows of people and of what they refer to."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.engine.state import quarantine as rules
from app.engine.state.cycles import standing
from app.engine.state.escrow import Escrows
from app.engine.state.quarantine import BASE, EXCEPTION, PROPORTION, Limits, Quarantine, quarantine_of
from app.engine.state.store import Store
from tests.engine.conftest import Bench
from tests.engine.faulty import FaultyScim


@pytest.fixture
async def app() -> AsyncIterator[FaultyScim]:
    async with FaultyScim() as server:
        yield server


@pytest.fixture
def bench(app: FaultyScim, tmp_path: Path) -> Bench:
    return Bench(tmp_path / "state", app.tenant_url, app.token)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """The documented thresholds, a thousandth of each."""
    limits = Limits(least=5, failures=40, total=60)
    monkeypatch.setattr(rules.Tally.verdict, "__defaults__", (limits,))
    monkeypatch.setattr(rules.Tally.hopeless, "__defaults__", (limits,))


def quarantine(bench: Bench) -> Quarantine | None:
    with Store.look(bench.folder) as store:
        return quarantine_of(store)


def refuse(app: FaultyScim, *names: str) -> None:
    """Have the app refuse to create these."""
    marks = [f'"{name}"'.encode() for name in names]
    app.fault = lambda asked: (
        "400" if asked.method == "POST" and any(mark in asked.body for mark in marks) else ""
    )


async def test_a_wrong_token_is_quarantine_and_the_next_success_ends_it(
    app: FaultyScim, bench: Bench
) -> None:
    bench.people.add(1)
    app.fault = lambda asked: "401"
    told = await bench.run()
    found = quarantine(bench)
    assert found is not None
    assert (found.reason, found.code) == (EXCEPTION, "CREDENTIALS")
    assert told.end.quarantine == found.meaning
    assert (await bench.run()).end.quarantine == ""  # told once
    app.fault = lambda asked: ""
    assert (await bench.run()).end.state == "succeeded"
    assert quarantine(bench) is None


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize(
    ("failing", "fine", "reason"),
    [(4, 2, ""), (45, 100, BASE), (30, 5, PROPORTION), (20, 100, "")],
)
async def test_the_documented_cases_as_cycles(
    app: FaultyScim, bench: Bench, failing: int, fine: int, reason: str
) -> None:
    for number in range(failing + fine):
        bench.people.add(number)
    refuse(app, *(f"user{number}@contoso.com" for number in range(failing)))
    told = await bench.run()
    found = quarantine(bench)
    assert (found.reason if found else "") == reason
    assert (told.end.problem is not None) == (reason == BASE)  # it does not wait for the end then
    if found is None:
        return
    bench.clock.move(days=1)
    app.fault = lambda asked: ""
    told = await bench.run()
    assert told.end.state == "succeeded"
    assert quarantine(bench) is None
    assert len(app.state("User")) == failing + fine


@pytest.mark.usefixtures("small")
async def test_references_count_towards_the_absolute_limit_only(app: FaultyScim, bench: Bench) -> None:
    """40 failures and 21 managers: a thousandth of the documented 40,000 and 21,000."""
    boss = bench.people.add(0)
    for number in range(1, 22):
        bench.people.persons[bench.people.add(number)]["manager"] = boss
    bad = [bench.people.add(number) for number in range(100, 140)]
    for number in range(200, 300):
        bench.people.add(number)
    names = [f'"{bench.people.persons[key]["userPrincipalName"]}"'.encode() for key in bad]

    def fault(asked: object) -> str:
        body, method = asked.body, asked.method  # type: ignore[attr-defined]
        refused = method == "POST" and any(name in body for name in names)
        return "400" if refused or (method == "PATCH" and b"manager" in body) else ""

    app.fault = fault
    await bench.run()
    found = quarantine(bench)
    assert found is not None
    assert found.reason == rules.TOTAL


async def test_members_and_managers_that_fail_wait_until_something_changes(
    app: FaultyScim, bench: Bench
) -> None:
    ann, bo, cy = (bench.people.add(number) for number in range(3))
    bench.people.persons[bo]["manager"] = ann
    team = bench.people.team(1, [ann])
    app.fault = lambda asked: (
        "400" if asked.method == "PATCH" and (b"members" in asked.body or b"manager" in asked.body) else ""
    )
    assert (await bench.run()).end.failures == 2
    before = app.writes
    for _ in range(2):
        assert (await bench.run()).end.failures == 0
    assert app.writes == before
    bench.people.teams[team] = ("Team 1", [ann, cy])
    assert (await bench.run()).end.failures == 1  # another member is due: tried at once
    bench.clock.move(hours=6, minutes=1)
    app.fault = lambda asked: ""
    assert (await bench.run()).end.state == "succeeded"
    assert len(app.state("Group")[0]["members"]) == 2
    with Store.look(bench.folder) as store:
        assert standing(store).escrowed == 0


@pytest.mark.parametrize("initial", [True, False])
async def test_nothing_is_kept_of_those_who_failed_and_left(bench: Bench, initial: bool) -> None:
    """Where everybody is read too: in an initial cycle, and from files."""
    stays = bench.people.add(1)
    if not initial:
        await bench.run()
    left = [("user", "u9"), ("manager", "u9"), ("group", "g9"), ("members", "g9"), ("manager", stays)]
    with Store.open(bench.folder) as store:
        escrows = Escrows(store, bench.clock)
        for subject, source_id in left:
            escrows.failed(subject, source_id, "Left", "BAD-REQUEST", b"row")  # type: ignore[arg-type]
        store.commit()
    told = await bench.run()
    assert told.end.kind == ("initial" if initial else "incremental")
    with Store.look(bench.folder) as store:
        assert store.db.execute("SELECT kind, source_id FROM escrows").fetchall() == []  # no manager is due
