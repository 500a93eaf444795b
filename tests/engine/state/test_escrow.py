"""When somebody who failed is tried again: the documented steps, and a clock that is set back."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from app.engine.state.escrow import GIVEN_UP_AFTER, LEAST_TRIES, Escrows, next_try
from app.engine.state.store import Store
from tests.engine.conftest import SetClock

FIRST = datetime.fromisoformat("2026-03-01T12:00:00Z")
HOUR = timedelta(hours=1)


def tries(passing: bool = False) -> list[float]:
    """The hours after the first failure at which somebody is tried who fails each time, looked at hourly."""
    hours: list[float] = []
    due = next_try(FIRST, FIRST, passing=passing)
    now = FIRST
    while due is not None:
        now += HOUR
        if now >= due:
            hours.append((now - FIRST) / HOUR)
            due = next_try(FIRST, now, passing=passing)
    return hours


def test_the_documented_steps() -> None:
    """6, 12 and 24 hours after the first failure, then each 24 hours up to 28 days."""
    assert tries() == [6, 12, *(24 * day for day in range(1, 29))]


def test_what_is_the_apps_trouble_of_the_moment_is_tried_in_each_cycle_at_first() -> None:
    assert tries(passing=True)[:9] == [1, 2, 3, 4, 5, 6, 12, 24, 48]


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


def fail(folder: Path, clock: SetClock, digest: bytes = b"row", **options: bool) -> Escrows:
    with Store.open(folder) as store:
        escrows = Escrows(store, clock)
        escrows.failed("user", "1", "Ann", "BAD-REQUEST", digest, **options)
        store.commit()
        return Escrows(store, clock)


def test_they_wait_and_are_due_and_are_given_up(tmp_path: Path, clock: SetClock) -> None:
    escrows = fail(tmp_path, clock)
    assert escrows.waits("user", "1", b"row")
    assert not escrows.waits("group", "1", b"row")
    assert not escrows.waits("user", "1", b"another row")
    assert list(escrows.due("user")) == []
    clock.move(hours=6, seconds=1)
    assert not escrows.waits("user", "1", b"row")
    assert list(escrows.due("user")) == ["1"]
    clock.move(days=GIVEN_UP_AFTER.days)
    for _ in range(LEAST_TRIES):
        escrows = fail(tmp_path, clock)
    clock.move(days=1000)
    assert escrows.waits("user", "1", b"row")
    assert list(escrows.due("user")) == []
    assert not escrows.waits("user", "1", b"another row")


def test_a_new_row_begins_anew_and_success_ends_it(tmp_path: Path, clock: SetClock) -> None:
    fail(tmp_path, clock)
    clock.move(days=20)
    fail(tmp_path, clock, b"another row")
    with Store.open(tmp_path) as store:
        ((attempts, first, due),) = store.db.execute("SELECT attempts, first_failed, next_try FROM escrows")
        assert attempts == 1
        assert datetime.fromisoformat(due) - datetime.fromisoformat(first) == 6 * HOUR
        escrows = Escrows(store, clock)
        escrows.succeeded("user", "1")
        store.commit()
        assert not store.db.execute("SELECT * FROM escrows").fetchall()


def test_a_clock_that_is_set_back_keeps_nobody_waiting(tmp_path: Path, clock: SetClock) -> None:
    clock.move(days=900)
    escrows = fail(tmp_path, clock)
    clock.move(days=-900)
    assert not escrows.waits("user", "1", b"row")
    escrows = fail(tmp_path, clock)
    assert escrows.waits("user", "1", b"row")
    clock.move(hours=6, seconds=1)
    assert not escrows.waits("user", "1", b"row")


def test_nobody_is_put_off_where_none_is_to_be(tmp_path: Path, clock: SetClock) -> None:
    fail(tmp_path, clock)
    with Store.open(tmp_path) as store:
        assert not Escrows(store, clock, heed=False).waits("user", "1", b"row")


def test_a_clock_that_jumps_forward_gives_nobody_up(tmp_path: Path, clock: SetClock) -> None:
    fail(tmp_path, clock)
    clock.move(days=2000)
    escrows = fail(tmp_path, clock)
    assert escrows.waits("user", "1", b"row")
    clock.move(days=1, seconds=1)
    assert not escrows.waits("user", "1", b"row")
    for _ in range(LEAST_TRIES):  # until they are given up, by that clock
        escrows = fail(tmp_path, clock)
        clock.move(days=2)
    clock.move(days=1000)
    assert escrows.waits("user", "1", b"row")
    clock.move(days=-3000 - 2 * LEAST_TRIES - 1)
    assert not escrows.waits("user", "1", b"row")
    assert list(escrows.due("user")) == ["1"]


def test_a_clock_that_was_back_by_years_gives_nobody_up(tmp_path: Path, clock: SetClock) -> None:
    fail(tmp_path, clock)
    clock.move(days=-3650)
    fail(tmp_path, clock)
    clock.move(days=3650, hours=7)
    assert not fail(tmp_path, clock).waits("user", "1", b"another row")
    for _ in range(LEAST_TRIES - 4):
        clock.move(days=1, seconds=1)
        escrows = fail(tmp_path, clock)
        clock.move(days=1, seconds=1)
        assert not escrows.waits("user", "1", b"row")
