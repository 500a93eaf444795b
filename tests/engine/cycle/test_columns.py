"""A source that says less than it did stops the cycle before anybody is changed."""

from __future__ import annotations

import pytest

from app.engine.cycle.only import Only
from app.people.csv_source import CsvDirectory
from app.setup.plan import Clause, ScopingFilter
from tests.engine.conftest import Bench
from tests.engine.faulty import FaultyScim
from tests.people.test_account_status import CASES


@pytest.fixture
async def app():  # type: ignore[no-untyped-def]
    async with FaultyScim() as server:
        yield server


@pytest.fixture
def bench(app, make_bench) -> Bench:  # type: ignore[no-untyped-def]
    return make_bench(app)  # type: ignore[no-any-return]


def active(app: FaultyScim) -> dict[str, bool]:
    return {each["userName"]: each["active"] for each in app.state("User")}


async def test_a_file_that_lost_the_column_gives_no_access_back(app: FaultyScim, bench: Bench) -> None:
    for name in ("1_download.csv", "2_ben_disabled.csv"):
        bench.directory = CsvDirectory(CASES / name)
        assert (await bench.run()).end.problem is None
    assert active(app) == {"ann@contoso.com": True, "ben@contoso.com": False}
    bench.directory = CsvDirectory(CASES / "3_getmguser_no_enabled.csv")
    for _ in range(2):
        end = (await bench.run()).end
        assert end.problem is not None
        assert end.problem.code == "SOURCE-COLUMN-MISSING"
        assert "accountEnabled" in end.problem.what
    assert active(app) == {"ann@contoso.com": True, "ben@contoso.com": False}
    bench.directory = CsvDirectory(CASES / "2_ben_disabled.csv")
    assert (await bench.run()).end.state == "succeeded"


async def test_a_plan_that_calls_everybody_enabled_does_not_undo_what_a_column_said(
    app: FaultyScim, bench: Bench
) -> None:
    bench.plan.source.without_account_enabled = "enabled"
    bench.directory = CsvDirectory(CASES / "3_getmguser_no_enabled.csv")
    assert (await bench.run()).end.problem is None
    assert active(app) == {"ann@contoso.com": True, "ben@contoso.com": True}
    bench.directory = CsvDirectory(CASES / "2_ben_disabled.csv")
    await bench.run()
    bench.directory = CsvDirectory(CASES / "3_getmguser_no_enabled.csv")
    end = (await bench.run()).end
    assert end.problem is not None
    assert end.problem.code == "SOURCE-COLUMN-MISSING"
    assert active(app)["ben@contoso.com"] is False


async def test_a_first_run_does_not_guess_who_is_enabled(app: FaultyScim, bench: Bench) -> None:
    bench.directory = CsvDirectory(CASES / "3_getmguser_no_enabled.csv")
    for told in (await bench.rehearse(), await bench.run()):
        assert told.end.problem is not None
        assert told.end.problem.code == "SOURCE-ENABLED-UNKNOWN"
        assert "without_account_enabled" in told.end.problem.remedy
    assert app.writes == 0


async def test_a_column_of_the_scope_that_is_gone_stops_the_cycle(app: FaultyScim, bench: Bench) -> None:
    clause = Clause(attribute="department", operator="EQUALS", value="Sales")
    bench.plan.scope.filters = [ScopingFilter(name="x", clauses=[clause])]
    for number in range(12):
        bench.people.add(number)
    assert (await bench.run()).end.state == "succeeded"
    for person in bench.people.persons.values():
        del person["department"]
    before = app.writes
    end = (await bench.run()).end
    assert end.problem is not None
    assert end.problem.code == "SOURCE-COLUMN-MISSING"
    assert app.writes == before
    assert all(active(app).values())


async def test_a_few_cells_that_were_cleared_stop_nothing(app: FaultyScim, bench: Bench) -> None:
    key = bench.people.add(1, jobTitle="Boss")
    bench.people.add(2)
    assert (await bench.run()).end.state == "succeeded"
    del bench.people.persons[key]["jobTitle"]
    assert (await bench.run()).end.state == "succeeded"


async def test_a_run_about_a_few_says_nothing_of_the_columns(app: FaultyScim, bench: Bench) -> None:
    keys = [bench.people.add(number, jobTitle="Boss" if number else "") for number in range(12)]
    assert (await bench.run()).end.state == "succeeded"
    only = Only("repair", frozenset(keys[:1]), frozenset())
    assert (await bench.run(only=only)).end.problem is None
