"""The rate that an app allows is found from its refusals, and kept to; only the test moves the clock."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.network.learnt_rate import LearntRate
from tests.servers.throttle import Throttle


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def play(throttle: Throttle, clock: Clock, learnt: LearntRate, count: int, speed: float) -> float:
    """Send so many requests one after the other, as the rate says; gives the seconds that it took."""
    began, done = clock.now, 0
    while done < count:
        sent = clock.now
        clock.now += 1 / speed
        if throttle.lets_pass():
            done += 1
            learnt.accepted(clock.now)
            clock.now = max(clock.now, sent + learnt.gap)
        else:
            clock.now += learnt.refused(sent, clock.now, throttle.retry_after)
    return clock.now - began


@pytest.mark.parametrize("bucket", [True, False])
@pytest.mark.parametrize(("rate", "asked"), [(100, 1.0), (100, None), (40, 2.0), (300, None)])
def test_at_least_nine_tenths_of_what_is_allowed_are_used(
    rate: float, asked: float | None, bucket: bool
) -> None:
    clock = Clock()
    throttle = Throttle(rate, bucket=bucket, retry_after=asked, clock=clock)
    people = int(rate * 40)
    seconds = play(throttle, clock, LearntRate(), people, speed=600)
    allowed = (people - rate) / rate  # the first second's worth goes at once
    assert allowed / seconds >= 0.9
    assert throttle.refused <= 12


@settings(deadline=None, max_examples=200)
@given(
    rate=st.integers(2, 400),
    asked=st.sampled_from([None, 0.5, 1.0, 2.0, 7.0]),
    bucket=st.booleans(),
    speed=st.integers(50, 3000),
)
def test_it_comes_to_an_end_with_any_app(rate: int, asked: float | None, bucket: bool, speed: int) -> None:
    clock = Clock()
    throttle = Throttle(rate, bucket=bucket, retry_after=asked, clock=clock)
    learnt = LearntRate()
    play(throttle, clock, learnt, rate * 20, speed)
    before = throttle.refused
    seconds = play(throttle, clock, learnt, rate * 20, speed)
    assert throttle.refused - before <= 60
    best = rate * 20 / min(rate, speed)
    assert seconds <= best * 2.5 + 30, "it lost more than half of what is allowed"


def test_what_was_under_way_at_a_refusal_teaches_nothing() -> None:
    learnt = LearntRate()
    for number in range(50):
        learnt.accepted(1.0 + number / 1000)
    assert learnt.refused(1.05, 1.06, 1.0) == 1.0
    rate = learnt.rate
    assert learnt.refused(1.05, 1.2, 1.0) == pytest.approx(0.86)
    assert learnt.rate == rate == 50


def test_a_stray_refusal_slows_nothing_down() -> None:
    learnt = LearntRate()
    learnt.accepted(1.0)
    learnt.refused(1.0, 1.1, None)
    assert learnt.rate is None


def test_more_is_tried_after_a_long_time_without_a_refusal() -> None:
    learnt = LearntRate(100.0)
    for second in range(40):
        learnt.accepted(float(second))
    assert learnt.rate == pytest.approx(103.0)
