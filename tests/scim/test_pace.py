"""Rates and waits."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.network.pace import Pace, Waits, parse_retry_after

NOW = datetime(2026, 11, 25, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("3", 3.0),
        (" 0 ", 0.0),
        ("1.5", 1.5),
        ("Wed, 25 Nov 2026 12:00:30 GMT", 30.0),
        ("Wed, 25 Nov 2026 11:00:00 GMT", 0.0),
        ("", None),
        (None, None),
        ("soon", None),
        ("-3", None),
        ("9" * 40, None),
        ("nan", None),
        ("²", None),
    ],
)
def test_retry_after(text: str | None, seconds: float | None) -> None:
    assert parse_retry_after(text, NOW) == seconds


@given(st.text(max_size=30))
def test_any_header_is_a_number_or_nothing(text: str) -> None:
    found = parse_retry_after(text, NOW)
    assert found is None or 0 <= found < 1e20


@given(st.integers(1, 50), st.one_of(st.none(), st.floats(0, 60)))
def test_pauses_are_bounded(tries: int, asked: float | None) -> None:
    waits = Waits()
    pause = waits.before_try(tries, asked)
    assert 0 < pause <= waits.cap if asked is None else asked <= pause <= asked + 0.5


async def test_the_rate_is_kept_over_time() -> None:
    pace = Pace(rate=200, burst=4)
    began = time.monotonic()
    await asyncio.gather(*[pace.turn() for _ in range(44)])
    assert time.monotonic() - began >= 40 / 200 * 0.95


async def test_a_wait_holds_everybody() -> None:
    pace = Pace(rate=None)
    pace.hold(0.2)
    began = time.monotonic()
    await asyncio.gather(*[pace.turn() for _ in range(3)])
    assert time.monotonic() - began >= 0.19
