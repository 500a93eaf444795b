"""How many requests are under way: the rule by itself, and on a server that says 429."""

from __future__ import annotations

import asyncio
import random
import time

from hypothesis import given, settings
from hypothesis import strategies as st

from app.network.flow import Flow, Window
from app.network.pace import Waits
from app.scim.client import ScimClient
from tests.servers.raw_server import RawServer, Request, answer

ANSWERS = st.lists(
    st.tuples(st.floats(0.001, 2.0), st.sampled_from([False, False, False, True]), st.booleans()),
    max_size=150,
)


@given(st.integers(1, 64), ANSWERS)
def test_the_window_stays_in_its_bounds_and_moves_by_the_rule(most: int, answers: list) -> None:
    window, clock, cut_at = Window(most), 100.0, 0.0
    for seconds, trouble, full in answers:
        before, began = window.size, clock
        clock += seconds
        window.answered(began, clock, trouble=trouble, full=full)
        assert 1 <= window.size <= most
        assert window.size in {before, before + 1, max(1, before // 2)}
        if began >= cut_at and trouble:
            assert window.size == max(1, before // 2)
        if window.size > before:
            assert full
            assert not trouble
        if window.size < before:
            cut_at = clock


@given(st.integers(1, 64), st.floats(0.001, 5.0))
def test_good_answers_open_it_wide(most: int, seconds: float) -> None:
    window = Window(most)
    for number in range(most * most):
        window.answered(number, number + seconds, trouble=False, full=True)
    assert window.size == most


@given(st.integers(8, 64))
def test_a_volley_of_refusals_halves_it_once(most: int) -> None:
    window = Window(most)
    for number in range(most * most):
        window.answered(number, number + 0.1, trouble=False, full=True)
    began = float(most * most)
    for number in range(most):
        window.answered(began, began + 1 + number * 0.01, trouble=True, full=True)
    assert window.size == most // 2


@given(st.floats(0.01, 0.5))
def test_answers_that_grow_slow_close_it(best: float) -> None:
    window = Window(32)
    clock = 0.0
    for _ in range(32 * 32):
        clock += best
        window.answered(clock - best, clock, trouble=False, full=True)
    assert window.size == 32
    for _ in range(200):
        clock += best * 4 + 0.2
        window.answered(clock - (best * 4 + 0.2), clock, trouble=False, full=True)
    assert window.size < 32


@settings(max_examples=40)
@given(st.integers(1, 6), st.integers(1, 30), st.integers(0, 2**16))
def test_places_are_given_once_and_none_is_lost(most: int, callers: int, seed: int) -> None:
    random_ = random.Random(seed)
    inside = peak = 0

    async def call(flow: Flow) -> None:
        nonlocal inside, peak
        await flow.enter()
        inside += 1
        peak = max(peak, inside)
        try:
            await asyncio.sleep(0)
        finally:
            inside -= 1
            flow.leave(time.monotonic(), trouble=random_.random() < 0.2)

    async def everybody() -> None:
        flow = Flow(most)
        tasks = [asyncio.create_task(call(flow)) for _ in range(callers)]
        await asyncio.sleep(0)
        for task in tasks:
            if random_.random() < 0.2:
                task.cancel()
        done = await asyncio.gather(*tasks, return_exceptions=True)
        assert all(each is None or isinstance(each, asyncio.CancelledError) for each in done)

    asyncio.run(asyncio.wait_for(everybody(), 10))
    assert peak <= most


async def test_a_server_with_a_limit_is_not_stormed() -> None:
    """It takes three requests at a time; whoever comes on top is told 429, as real apps do."""
    under_way, refused, served = 0, 0, 0

    async def respond(request: Request, writer: object) -> bytes:
        nonlocal under_way, refused, served
        if under_way >= 3:
            refused += 1
            return answer(429, {"detail": "slow down"}, headers={"Retry-After": "0"})
        under_way += 1
        await asyncio.sleep(0.005)
        under_way -= 1
        served += 1
        return answer(201, {"id": str(served)})

    async with RawServer(respond) as server:
        waits = Waits(first=0.005)
        async with ScimClient(server.tenant_url, "t", connections=16, retries=8, waits=waits) as client:
            made = await asyncio.gather(*(client.create("Users", {"userName": f"u{n}"}) for n in range(300)))
    assert len({each["id"] for each in made}) == 300
    assert refused < 150, f"{refused} of {refused + served} requests were too much"


async def test_the_rate_of_the_profile_is_kept() -> None:
    times: list[float] = []

    def respond(request: Request, writer: object) -> bytes:
        times.append(time.monotonic())
        return answer(201, {"id": str(len(times))})

    async with (
        RawServer(respond) as server,
        ScimClient(server.tenant_url, "t", connections=4, rate=100) as client,
    ):
        await asyncio.gather(*(client.create("Users", {}) for _ in range(44)))
    assert times[-1] - times[0] >= 40 / 100 * 0.95
