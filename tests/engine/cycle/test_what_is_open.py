"""What a cycle's end says of those who wait and of rows that could not be read; and who waits no more."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.engine.cycle.ending import what_is_open
from app.engine.events import Unread, Waiting
from app.engine.state.cycles import last_cycles, standing
from app.engine.state.escrow import Escrows, Subject
from app.engine.state.store import Store
from app.engine.state.waiting import waiting
from app.people.record import Fault
from tests.engine.conftest import Bench
from tests.engine.faulty import FaultyScim
from tests.servers.raw_server import Request


@pytest.fixture
async def faulty() -> AsyncIterator[FaultyScim]:
    async with FaultyScim() as server:
        yield server


@pytest.fixture
def bench(faulty: FaultyScim, tmp_path: Path) -> Bench:
    return Bench(tmp_path / "state", faulty.tenant_url, faulty.token)


def refuse_posts(request: Request) -> str:
    return "400" if request.method == "POST" else ""


def test_the_sentence_names_leavers_first() -> None:
    ann, ben = Waiting("user", "1", "ann"), Waiting("user", "2", "ben", leaving=True)
    rows = [Unread("users.csv", line, "torn") for line in range(1, 6)]
    said = what_is_open(rows, [ben, ann, Waiting("manager", "1", "ann")])
    assert said == (
        "1 account that should be disabled or deleted is still there: ben. 1 waits to be tried again: ann. "
        "5 rows of the source could not be read whole: "
        "users.csv, line 1; users.csv, line 2; users.csv, line 3 and 2 more."
    )
    assert what_is_open([], []) == ""


async def test_who_waits_keeps_the_cycle_from_succeeding(bench: Bench, faulty: FaultyScim) -> None:
    bench.people.add(1)
    faulty.fault = refuse_posts
    first = await bench.run()
    assert (first.end.state, first.end.failures, first.end.waiting) == ("failures", 1, [])
    faulty.mend()
    second = await bench.run()
    assert (second.end.state, second.end.failures) == ("failures", 0)
    (held,) = second.end.waiting
    assert (held.name, held.leaving, held.code) == ("user1@contoso.com", False, "BAD-REQUEST")
    assert held.answer == "HTTP 400: fault"
    assert held.reason
    assert held.remedy
    dry = await bench.rehearse()
    assert (dry.end.state, [each.name for each in dry.end.waiting]) == ("failures", ["user1@contoso.com"])
    bench.clock.move(days=1)
    third = await bench.run()
    assert (third.end.state, third.end.waiting) == ("succeeded", [])


async def test_a_change_that_failed_and_was_taken_back_waits_no_more(
    bench: Bench, faulty: FaultyScim
) -> None:
    key = bench.people.add(1)
    await bench.run()
    before = dict(bench.people.persons[key])
    bench.people.persons[key]["surname"] = "Other"
    faulty.fault = lambda request: "400" if request.method == "PATCH" else ""
    assert (await bench.run()).end.failures == 1
    bench.people.persons[key] = before
    faulty.mend()
    bench.clock.move(days=1)
    for _ in range(2):
        told = await bench.run()
    assert (told.end.state, told.end.waiting) == ("succeeded", [])


@pytest.mark.parametrize("subject", ["user", "manager"])
async def test_where_nothing_is_due_nobody_waits(bench: Bench, subject: Subject) -> None:
    key = bench.people.add(1)
    await bench.run()
    with Store.open(bench.folder) as store:
        Escrows(store, bench.clock).failed(subject, key, "user1@contoso.com", "BAD-REQUEST", b"row")
        store.commit()
        assert [each.subject for each in waiting(store)] == [subject]
    assert (await bench.run()).end.state == "succeeded"
    with Store.look(bench.folder) as store:
        assert standing(store).waiting == []


@pytest.mark.parametrize("hides", [True, False])
async def test_rows_that_could_not_be_read_are_kept_with_the_cycle_and_in_the_log(
    bench: Bench, hides: bool
) -> None:
    bench.people.add(1)
    bench.people.faults = [Fault("users.csv", 7, "torn \x1b[31m \u202e row", hides)]
    told = await bench.run()
    assert told.end.state == "failures"
    (row,) = told.end.unread
    assert (row.file, row.line, row.place) == ("users.csv", 7, "users.csv, line 7")
    assert row.text.isprintable()
    assert (told.end.counts["create"], told.end.counts["unread"]) == (1, 1)
    assert "skipped" not in told.end.counts
    entry = told.entry("users.csv, line 7")
    assert (entry.action, entry.status, entry.code) == ("none", "warning", "ROW-UNREAD")
    with Store.look(bench.folder) as store:
        assert last_cycles(store)[0].unread == [row]
    bench.people.faults = []
    assert (await bench.run()).end.state == "succeeded"


async def test_rows_are_told_too_where_the_source_as_a_whole_stops_the_cycle(bench: Bench) -> None:
    """A file in another code page, say: each row is faulty, so that nobody is left."""
    bench.people.add(1)
    await bench.run()
    bench.people.persons.clear()
    bench.people.faults = [Fault("users.csv", 2, "undecodable")]
    told = await bench.run()
    assert told.end.problem is not None
    assert (told.end.problem.code, told.end.state) == ("SOURCE-EMPTY", "failed")
    assert [each.line for each in told.end.unread] == [2]
    assert "users.csv, line 2" in told.end.sentence
