"""The provisioning log: pages, totals, and what a spreadsheet must not run."""

from __future__ import annotations

import asyncio
import csv
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.engine.events import Change, LogEntry, Step
from app.engine.state.log import LogFilter
from app.engine.state.log_export import defused
from app.engine.state.store import Store
from app.engine.state.tidy import tidy
from tests.engine.state.parts import small_parts

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


def in_order(entries: list[LogEntry], sort: str, *, descending: bool) -> list[LogEntry]:
    key: Callable[[LogEntry], Any] = {
        "name": lambda each: (each.name.casefold(), each.row),
        "action": lambda each: (each.action, each.row),
        "status": lambda each: (each.status, each.row),
    }.get(sort, lambda each: each.row)
    return sorted(entries, key=key, reverse=descending)


@settings(max_examples=200)
@given(
    cycles=st.lists(st.lists(ENTRIES, max_size=8), min_size=1, max_size=4),
    wanted=st.builds(
        LogFilter,
        status=st.sampled_from(["", "success", "failure"]),
        action=st.sampled_from(["", "create", "update"]),
        user=st.sampled_from(
            ["", "a", "ÅSE", "_", "%", "σίσυφοσ", "nobody", "ann", "[a]*", "e b", "o%2", "\ud800"]
        ),
        cycle=st.sampled_from([0, 1, 2]),
    ),
    sort=st.sampled_from(["time", "name", "action", "status", "cycle"]),
    descending=st.booleans(),
    offset=st.integers(0, 12),
    limit=st.integers(1, 10),
    part=st.sampled_from([2, 3, 5, 64]),
    tidied=st.sampled_from([0, 1, 3]),
    most=st.sampled_from([(3, 2), (5_000, 1_000)]),
)
def test_pages_are_what_a_plain_search_gives(
    tmp_path_factory, cycles, wanted, sort, descending, offset, limit, part, tidied, most
):
    with pytest.MonkeyPatch.context() as patch:
        small_parts(patch, part)
        patch.setattr("app.engine.state.log_query.MOST", most[0])
        patch.setattr("app.engine.state.log_query.FIRST_NAMES", most[1])
        with Store.open(tmp_path_factory.mktemp("log")) as store:
            entries = []
            for number, rows in enumerate(cycles, 1):
                for row in rows:
                    row.cycle = number
                    row.row = 0
                store.write_log(rows)
                store.commit()
                if number == tidied:
                    asyncio.run(tidy(store, 0, datetime.now(UTC)))
                entries += rows
            expected = in_order(brute(entries, wanted), sort, descending=descending)
            found = store.log_page(wanted, sort=sort, descending=descending, offset=offset, limit=limit)
            bound = most[bool(wanted.user) and sort == "name"]
            if found.more:
                assert len(expected) > bound
                assert found.total == most[sort == "name"]
                expected = expected[: found.total]
            elif wanted.user or sort == "name":
                assert len(expected) <= bound
            assert found.total == len(expected)
            assert [each.row for each in found.rows] == [
                each.row for each in expected[offset : offset + limit]
            ]
            assert [each.row for each in store.log.rows(wanted)] == sorted(
                each.row for each in brute(entries, wanted)
            )


@settings(max_examples=100)
@given(
    entries=st.lists(ENTRIES, min_size=8, max_size=24),
    later=st.lists(st.tuples(st.integers(0, 7), st.sampled_from(["success", "failure"])), max_size=4),
    again=st.booleans(),
)
def test_rows_that_become_others_are_found_as_what_they_are(tmp_path_factory, entries, later, again):
    """A cycle amends rows of its own, whose part may have its blocks by then."""
    with pytest.MonkeyPatch.context() as patch:
        small_parts(patch, 4)
        with Store.open(tmp_path_factory.mktemp("log")) as store:
            for number, entry in enumerate(entries):
                entry.row, entry.cycle, entry.source_id, entry.name = 0, 1, str(number), f"user{number}"
            store.write_log(entries)
            store.commit()
            asyncio.run(tidy(store, 0, datetime.now(UTC)))
            for number, status in later:
                more = LogEntry("user", "update", status, f"user{number}", str(number), cycle=1, row=-1)
                store.write_log([more])
            store.commit()
            if again:
                asyncio.run(tidy(store, 0, datetime.now(UTC)))
            now = list(store.log.rows(LogFilter()))
            for wanted in (
                LogFilter(status="failure"),
                LogFilter(action="update", user="user"),
                LogFilter(status="success", user="1"),
            ):
                found = store.log_page(wanted)
                assert [each.row for each in found.rows] == [each.row for each in brute(now, wanted)][::-1]


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
        found = store.log_page()
    assert found.total == 1
    assert found.rows == [entry]


def test_numbers_missing_between_rows_do_not_lose_any(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        store.begin()
        store.log.write([LogEntry("user", "create", "success", f"user{n}", cycle=1) for n in range(10)])
        store.db.execute("DELETE FROM log WHERE row=5")
        store.db.execute("UPDATE log_counts SET rows=9")
        store.commit()
        found = store.log_page(offset=4, limit=3)
    assert found.total == 9
    assert [each.row for each in found.rows] == [6, 4, 3]


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
