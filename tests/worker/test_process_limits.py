"""The worker process, for real: how much it says, and how it ends."""

from __future__ import annotations

import time

import psutil
import pytest

from app.setup.program import own_command
from app.worker.messages import (
    Done,
    Entry,
    EventMessage,
    PracticeReady,
    Progress,
)
from tests.worker.pipe import Start, result_of


def test_progress_comes_four_times_a_second_and_the_last_one_always(start: Start) -> None:
    pipe = start()
    began = time.monotonic()
    pipe.ask("1", "progress", count=1000)
    heard, _ = pipe.until_end("1")
    seconds = time.monotonic() - began
    told = [answer.event for answer in heard if isinstance(answer, EventMessage)]
    assert 2 <= len(told) <= seconds * 4 + 3
    last = told[-1]
    assert isinstance(last, Progress)
    assert last.done == 1000


def test_a_held_back_progress_comes_without_anything_after_it(start: Start) -> None:
    pipe = start()
    pipe.ask("1", "last-progress")
    texts = [answer.event.text for answer in (pipe.next(), pipe.next()) if isinstance(answer, EventMessage)]  # type: ignore[union-attr]
    assert texts == ["first", "second"]


def test_entries_of_a_cycle_do_not_flood_and_failures_come_through(start: Start) -> None:
    pipe = start()
    began = time.monotonic()
    pipe.ask("1", "entries", count=20_000)
    heard, _ = pipe.until_end("1", timeout=60)
    seconds = time.monotonic() - began
    rows = [answer.event for answer in heard if isinstance(answer, EventMessage)]
    assert len(rows) <= 50 * (seconds + 1) + 1
    assert isinstance(rows[-1], Entry)
    assert rows[-1].status == "failure"


def test_what_a_dry_run_plans_is_never_dropped(start: Start) -> None:
    pipe = start()
    pipe.ask("1", "planned", count=3000)
    heard, _ = pipe.until_end("1")
    assert len(heard) == 3000


def test_printing_does_not_spoil_the_pipe(start: Start) -> None:
    pipe = start()
    pipe.ask("1", "noisy")
    assert result_of(pipe.next()) == Done(sentence="said")
    pipe.hang_up()
    pipe.close()
    assert b"not a message" in pipe.errors


@pytest.mark.parametrize("task", ["compute", "gated", "last-progress"])
def test_it_ends_with_its_input_in_the_middle_of_work(start: Start, task: str) -> None:
    pipe = start()
    pipe.ask("1", task)
    pipe.next()
    assert pipe.hang_up() < 3


def test_it_ends_with_its_input_even_when_its_loop_is_stuck(start: Start) -> None:
    pipe = start()
    pipe.ask("1", "stuck")
    pipe.next()
    assert pipe.hang_up() < 6


def test_it_ends_with_its_input_when_nobody_reads_what_it_says(start: Start) -> None:
    pipe = start(read=False)
    pipe.ask("1", "planned", count=400_000)
    worker = psutil.Process(pipe.process.pid)

    def blocked() -> bool:
        before = worker.cpu_times().user
        time.sleep(0.3)
        return worker.cpu_times().user - before < 0.02 and before > 0.1

    deadline = time.monotonic() + 20
    while not blocked():
        assert time.monotonic() < deadline, "it never waited for its reader"
    # It holds the task back instead of piling 280 MB up.
    assert worker.memory_info().rss < 120 * 2**20
    assert pipe.hang_up() < 6


def test_a_killed_worker_takes_its_practice_app_along(start: Start) -> None:
    pipe = start(own_command("worker"))
    pipe.ask("1", "practice-start")
    ready = result_of(pipe.until_end("1")[1])
    assert isinstance(ready, PracticeReady)
    children = psutil.Process(pipe.process.pid).children()
    assert len(children) == 1
    pipe.process.kill()
    pipe.process.wait()
    children[0].wait(timeout=10)


def test_a_worker_that_ends_in_order_ends_its_practice_app(start: Start) -> None:
    pipe = start(own_command("worker"))
    pipe.ask("1", "practice-start")
    pipe.until_end("1")
    (practice,) = psutil.Process(pipe.process.pid).children()
    pipe.hang_up()
    practice.wait(timeout=1)
