"""Old rows go, portion by portion; what is left is still counted and found as it should be."""

from __future__ import annotations

import random
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.engine.clock import written
from app.engine.events import LogEntry
from app.engine.state import tidy as tidying
from app.engine.state.cycles import begin_cycle
from app.engine.state.log import LogFilter
from app.engine.state.store import Store
from app.engine.state.tidy import tidy
from tests.engine.state.parts import small_parts

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


def fill(store: Store, ages: list[int], people: int = 40) -> list[LogEntry]:
    """A cycle for each age in days, the oldest first; gives all rows."""
    random_ = random.Random(3)
    rows = []
    for age in ages:
        began = written(NOW - timedelta(days=age))
        cycle = begin_cycle(store, "incremental", began)
        entries = [
            LogEntry(
                "user",
                random_.choice(["create", "update"]),
                random_.choice(["success", "failure"]),
                f"person{cycle if n % 2 else ''}-{n}",
                time=began,
                cycle=cycle,
            )
            for n in range(people)
        ]
        store.write_log(entries)
        store.commit()
        rows += entries
    return rows


@pytest.mark.parametrize("blocks", [False, True])
async def test_rows_older_than_the_days_go_and_all_counts_stay_right(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, blocks: bool
) -> None:
    monkeypatch.setattr(tidying, "_PORTION", 17)
    if blocks:
        small_parts(monkeypatch, 10)
    with Store.open(tmp_path) as store:
        rows = fill(store, [200, 120, 91, 89, 30, 1, 0])
        await tidy(store, 0, NOW)
        assert store.log_page().total == len(rows)
        assert await tidy(store, 90, NOW) == 120
        left = [row for row in rows if row.cycle >= 4]
        for wanted in (
            LogFilter(),
            LogFilter(status="failure"),
            LogFilter(user="person1"),
            LogFilter(user="person4"),
            LogFilter(user="-2", status="success"),
            LogFilter(action="update", user="PERSON"),
            LogFilter(cycle=2),
        ):
            expected = [
                row.row
                for row in reversed(left)
                if wanted.status in {"", row.status}
                and wanted.action in {"", row.action}
                and wanted.user.casefold() in row.name
                and wanted.cycle in {0, row.cycle}
            ]
            found = store.log_page(wanted, limit=1000)
            assert [row.row for row in found.rows] == expected
            assert found.total == len(expected)
        names = {name for (name,) in store.db.execute("SELECT text FROM log_names")}
        assert names == {row.name for row in left}
        assert await tidy(store, 90, NOW) == 0


async def test_a_name_that_takes_the_number_of_one_that_went_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_parts(monkeypatch, 7)
    monkeypatch.setattr(tidying, "_KEPT", 0)
    with Store.open(tmp_path) as store:
        fill(store, [200])
        await tidy(store, 0, NOW)
        await tidy(store, 90, NOW)
        store.write_log([LogEntry("user", "create", "success", "newcomer", cycle=9)])
        store.commit()
        assert store.log_page(LogFilter(user="newcomer")).total == 1
        assert store.log_page(LogFilter(user="person")).total == 0


async def test_the_last_cycles_stay_though_the_clock_says_that_they_are_old(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        rows = fill(store, [3, 2, 1, 0])
        await tidy(store, 90, NOW + timedelta(days=5000))
        assert store.log_page().total == len(rows) - 40


async def test_others_read_and_write_between_the_portions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tidying, "_PORTION", 10)
    with Store.open(tmp_path) as store:
        fill(store, [200, 199, 3, 2, 1])
        seen = []
        portions = tidying._prune(store, written(NOW - timedelta(days=90)))
        async for _ in portions:
            with Store.look(tmp_path) as other:
                seen.append(other.log_page().total)
    assert seen == list(range(190, 119, -10))


async def test_questions_stay_quick_on_many_rows(tmp_path: Path) -> None:
    """By SQLite's own count of steps: the same on any machine, and a hundredth of reading all rows."""
    with Store.open(tmp_path) as store:
        for start in range(0, 60_000, 5000):
            store.write_log(
                [
                    LogEntry(
                        "user",
                        "update" if n % 3 else "create",
                        "failure" if n % 100 == 0 else "success",
                        f"person{n % 6000}",
                        cycle=1 + start // 6000,
                    )
                    for n in range(start, start + 5000)
                ]
            )
            store.commit()
        await tidy(store, 0, NOW)
        steps = 0

        def count() -> int:
            nonlocal steps
            steps += 1
            return 0

        store.db.set_progress_handler(count, 1000)
        for wanted, sort, offset in (
            (LogFilter(user="person77"), "time", 0),
            (LogFilter(user="person77", status="success"), "time", 50),
            (LogFilter(user="person", status="success"), "time", 0),
            (LogFilter(status="failure"), "name", 0),
            (LogFilter(status="success"), "name", 100),
            (LogFilter(user="person5", status="failure", action="create"), "time", 0),
        ):
            steps, began = 0, time.perf_counter()
            store.log_page(wanted, sort=sort, offset=offset)  # type: ignore[arg-type]
            assert steps < 160, (wanted, sort, steps, time.perf_counter() - began)
        store.db.set_progress_handler(None, 0)
