"""The provisioning log: pages, totals, and what a spreadsheet must not run."""

from __future__ import annotations

import csv
import json
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.engine.events import Change, LogEntry, Step
from app.engine.state.log import LogFilter
from app.engine.state.log_export import defused
from app.engine.state.log_query import LogQueries
from app.engine.state.name_search import NameSearch
from app.engine.state.store import Store

NAMES = ["Ann", "ann smith", "Åse Berg", "åse berg", "Bo_1", "Bo%2", "x[a]*?z", "ΣΊΣΥΦΟΣ", ""]
ENTRIES = st.builds(
    LogEntry,
    kind=st.just("user"),
    action=st.sampled_from(["create", "update", "disable"]),
    status=st.sampled_from(["success", "failure", "skipped"]),
    name=st.sampled_from(NAMES),
    source_id=st.just("x"),
)


def brute(entries: list[LogEntry], wanted: LogFilter) -> list[LogEntry]:
    return [
        each
        for each in entries
        if (not wanted.status or each.status == wanted.status)
        and (not wanted.action or each.action == wanted.action)
        and (not wanted.cycle or each.cycle == wanted.cycle)
        and wanted.user.casefold() in each.name.casefold()
    ]


@settings(max_examples=60)
@given(
    cycles=st.lists(st.lists(ENTRIES, max_size=8), min_size=1, max_size=4),
    wanted=st.builds(
        LogFilter,
        status=st.sampled_from(["", "success", "failure"]),
        action=st.sampled_from(["", "create", "update"]),
        user=st.sampled_from(["", "a", "ÅSE", "_", "%", "σίσυφοσ", "nobody", "ann", "[a]*", "e b", "o%2"]),
        cycle=st.sampled_from([0, 1, 2]),
    ),
    sort=st.sampled_from(["time", "name", "action", "status", "cycle"]),
    descending=st.booleans(),
    offset=st.integers(0, 12),
    limit=st.integers(1, 10),
    few=st.sampled_from([0, 1, 400]),
    indexed=st.sampled_from([0, 1, 3]),
)
def test_pages_are_what_a_plain_search_gives(
    tmp_path_factory, cycles, wanted, sort, descending, offset, limit, few, indexed
):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("app.engine.state.log_query._FEW", few)
        patch.setattr("app.engine.state.name_search._MANY", 0)
        patch.setattr("app.engine.state.name_search._PORTION", 1)
        with Store.open(tmp_path_factory.mktemp("log")) as store:
            entries = []
            for number, rows in enumerate(cycles, 1):
                for row in rows:
                    row.cycle = number
                    row.row = 0
                store.begin()
                store.log.write(rows)
                if number <= indexed:  # the names of later cycles are not in the index
                    while NameSearch(store.db).grow():
                        pass
                store.commit()
                entries += rows
            expected = brute(entries, wanted)
            key = {
                "time": lambda each: each.row,
                "cycle": lambda each: each.row,
                "name": lambda each: (each.name.encode(), each.row),
                "action": lambda each: (each.action, each.row),
                "status": lambda each: (each.status, each.row),
            }[sort]
            expected.sort(key=key, reverse=descending)
            page, total = store.log_page(wanted, sort=sort, descending=descending, offset=offset, limit=limit)
            assert total == len(expected)
            assert [each.row for each in page] == [each.row for each in expected[offset : offset + limit]]
            assert [each.row for each in store.log.rows(wanted)] == sorted(each.row for each in expected)


def test_a_row_comes_back_as_it_was_written(tmp_path: Path) -> None:
    entry = LogEntry(
        "group",
        "update",
        "failure",
        "Team \U0001f600",
        "s1",
        "t1",
        [Step("match", "success", "Found.", {"a": "b"})],
        [Change("displayName", None, "x")],
        "CODE",
        "reason",
        "remedy",
        "2026-11-25T04:42:05.822Z",
        7,
        1.5,
    )
    with Store.open(tmp_path) as store:
        store.begin()
        store.log.write([entry])
        store.commit()
        (found,), total = store.log_page()
    assert total == 1
    assert found == entry


def test_numbers_missing_between_rows_do_not_lose_any(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        store.begin()
        store.log.write([LogEntry("user", "create", "success", f"user{n}", cycle=1) for n in range(10)])
        store.db.execute("DELETE FROM log WHERE row=5")
        store.db.execute("UPDATE log_counts SET rows=9")
        store.commit()
        page, total = store.log_page(offset=4, limit=3)
    assert total == 9
    assert [each.row for each in page] == [6, 4, 3]


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", " =1"])
def test_cells_that_a_spreadsheet_would_run_are_defused(cell: str) -> None:
    assert defused(cell) == "'" + cell


@pytest.mark.parametrize("cell", ["ann", "a=b", "", 5, "1-2"])
def test_other_cells_stay(cell: object) -> None:
    assert defused(cell) == cell


def test_an_export_holds_every_row_that_passes(tmp_path: Path) -> None:
    entries = [
        LogEntry("user", "create", "success", "=HYPERLINK(1)", cycle=1),
        LogEntry("user", "update", "failure", "Bo", changes=[Change("a", "1", "2")], cycle=1),
    ]
    with Store.open(tmp_path) as store:
        store.begin()
        store.log.write(entries)
        store.commit()
        assert store.export_log(tmp_path / "all.csv") == 2
        assert store.export_log(tmp_path / "some.json", LogFilter(status="failure"), "json") == 1
    with (tmp_path / "all.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["name"] for row in rows] == ["'=HYPERLINK(1)", "Bo"]
    assert rows[1]["changes"] == "a: 1 -> 2"
    held = [json.loads(line) for line in (tmp_path / "some.json").read_text(encoding="utf-8").splitlines()]
    assert [each["name"] for each in held] == ["Bo"]


def test_a_page_far_down_reads_only_its_own_rows(tmp_path: Path) -> None:
    """Quick by construction: SQLite's own count of steps says so, whatever the machine does meanwhile."""
    with Store.open(tmp_path) as store:
        store.begin()
        store.log.write([LogEntry("user", "create", "success", f"user{n}", cycle=1) for n in range(20_000)])
        store.commit()
        steps = 0

        def count() -> int:
            nonlocal steps
            steps += 1
            return 0

        store.db.set_progress_handler(count, 100)
        page, total = LogQueries(store.db).page(
            LogFilter(), sort="time", descending=True, offset=15_000, limit=100
        )
        store.db.set_progress_handler(None, 0)
        assert (len(page), total) == (100, 20_000)
        assert steps < 200
        began = time.perf_counter()
        store.log_page(LogFilter(user="user19999"))
        assert time.perf_counter() - began < 1
