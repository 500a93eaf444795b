"""The worker process, for real: requests, cancels, pauses, and lines that are no messages."""

from __future__ import annotations

import socket
import time
from pathlib import Path

import pytest

from app.setup.plan import Place
from app.setup.program import own_command
from app.worker.messages import (
    Cancel,
    Done,
    ErrorMessage,
    EventMessage,
    Pause,
    PeoplePage,
    Request,
    ResultMessage,
)
from tests.worker.pipe import SECRET, Start, code_of, people_plan, result_of


def test_the_real_worker_answers_and_ends_with_its_input(start: Start, tmp_path: Path) -> None:
    pipe = start(own_command("worker"))
    pipe.ask("1", "list-people", people_plan(tmp_path), kind="group")
    _, end = pipe.until_end("1")
    page = result_of(end)
    assert isinstance(page, PeoplePage)
    assert page.total == 8
    assert pipe.hang_up() < 2
    assert pipe.process.returncode == 0
    pipe.close()
    assert pipe.errors == b""


def test_a_worker_without_work_loads_nothing_heavy_and_never_qt(start: Start) -> None:
    pipe = start()
    pipe.ask("1", "modules")
    assert result_of(pipe.next()) == Done(sentence="")


def test_several_requests_run_at_once(start: Start) -> None:
    pipe = start()
    pipe.ask("slow", "compute")
    pipe.ask("counting", "gated")
    pipe.ask("quick", "modules")
    heard, end = pipe.until_end("quick")
    assert isinstance(end, ResultMessage)
    pipe.say(Cancel(id="slow"))
    more, end = pipe.until_end("slow")
    assert code_of(end) == "CANCELLED"
    pipe.say(Cancel(id="counting"))
    rest, end = pipe.until_end("counting")
    assert isinstance(end, ResultMessage)
    assert {answer.id for answer in (*heard, *more, *rest)} == {"slow", "counting"}


def test_cancel_arrives_in_the_middle_of_computing(start: Start) -> None:
    pipe = start()
    pipe.ask("1", "compute")
    assert isinstance(pipe.next(), EventMessage)
    began = time.monotonic()
    pipe.say(Cancel(id="1"))
    assert code_of(pipe.until_end("1")[1]) == "CANCELLED"
    assert time.monotonic() - began < 1


def test_a_task_that_ends_itself_ends_with_its_result(start: Start) -> None:
    pipe = start()
    pipe.ask("1", "gated")
    pipe.next()
    pipe.say(Cancel(id="1"))
    assert result_of(pipe.until_end("1")[1]).sentence.startswith("stopped at")


def test_pause_holds_and_resume_lets_go_on(start: Start) -> None:
    pipe = start()
    pipe.ask("1", "gated")
    pipe.next()
    pipe.say(Pause(id="1", pause=True))
    pipe.ask("2", "modules")
    pipe.until_end("2")
    # What the throttle held back may still come, once; 0.7 s is then nearly three of its periods.
    while not pipe.silent(0.7):
        pass
    pipe.say(Pause(id="1", pause=False))
    assert isinstance(pipe.next(), EventMessage)


def test_a_paused_task_can_be_cancelled(start: Start) -> None:
    pipe = start()
    pipe.ask("1", "gated")
    pipe.next()
    pipe.say(Pause(id="1", pause=True))
    pipe.say(Cancel(id="1"))
    assert isinstance(pipe.until_end("1")[1], ResultMessage)


@pytest.mark.parametrize("task", ["run", "preview", "check"])
def test_cancel_is_answered_within_two_seconds_while_the_app_is_silent(
    start: Start, tmp_path: Path, task: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/scim/v2"
        plan = people_plan(tmp_path)
        plan.app.tenant_url = url
        plan.run.where = Place.THIS_COMPUTER
        plan.scope.who = "all"
        pipe = start(own_command("worker"))
        pipe.ask("0", "token-set", tenant_url=url, token=SECRET)
        pipe.until_end("0")
        pipe.say(Request(id="1", task=task, plan=plan, plan_path=str(tmp_path / "plan.toml")))
        silent.settimeout(20)
        connection, _ = silent.accept()
        with connection:
            assert connection.recv(100)
            began = time.monotonic()
            pipe.say(Cancel(id="1"))
            _, end = pipe.until_end("1")
            assert time.monotonic() - began < 2
    # What it began is settled: the same worker can be asked at once again.
    pipe.say(Request(id="2", task="status", plan=plan, plan_path=str(tmp_path / "plan.toml")))
    assert result_of(pipe.until_end("2")[1]).state != "running"


def test_cancel_and_pause_of_what_has_ended_are_no_fault(start: Start) -> None:
    pipe = start()
    pipe.say(Cancel(id="never"))
    pipe.say(Pause(id="never", pause=True))
    pipe.ask("1", "modules")
    assert isinstance(pipe.next(), ResultMessage)


def test_an_unforeseen_error_is_told_and_the_worker_lives_on(start: Start, data_folder: Path) -> None:
    pipe = start()
    # The worker has seen this token, so it is blanked wherever it would be written.
    pipe.ask("0", "token-set", tenant_url="https://app.example.com", token=SECRET)
    pipe.until_end("0")
    pipe.ask("1", "boom", text=SECRET)
    heard, end = pipe.until_end("1")
    assert code_of(end) == "UNEXPECTED"
    assert SECRET not in str(heard) + str(end)
    pipe.ask("2", "modules")
    assert isinstance(pipe.next(), ResultMessage)
    pipe.hang_up()
    log = (data_folder / "logs" / "worker.log").read_text(encoding="utf-8")
    assert "nobody foresaw this" in log
    assert "Traceback" in log
    assert SECRET not in log


def test_a_task_without_an_end_is_told(start: Start) -> None:
    pipe = start()
    pipe.ask("1", "endless")
    assert code_of(pipe.until_end("1")[1]) == "UNEXPECTED"


@pytest.mark.parametrize(
    ("line", "id_"),
    [
        (b"garbage\n", None),
        (b"\xff\xfe\x00\n", None),
        (b'{"id": "9"}\n', "9"),
        (b'{"id": "9", "task": "modules", "params": 7}\n', "9"),
        (b"[" * 50_000 + b"\n", None),
    ],
)
def test_garbage_is_answered_and_the_worker_lives_on(start: Start, line: bytes, id_: str | None) -> None:
    pipe = start()
    pipe.raw(b"\n" + line)
    answer = pipe.next()
    assert code_of(answer) == "BAD-MESSAGE"
    assert answer.id == id_
    pipe.ask("1", "modules")
    assert isinstance(pipe.next(), ResultMessage)


def test_a_second_request_with_an_id_in_use_does_not_end_the_first(start: Start) -> None:
    pipe = start()
    pipe.ask("1", "gated")
    pipe.next()
    pipe.ask("1", "modules")
    pipe.raw(b'{"id": "1", "task": 7}\n')
    faults = 0
    while faults < 2:
        answer = pipe.next()
        if isinstance(answer, ErrorMessage):
            assert answer.id is None
            faults += 1
    pipe.say(Cancel(id="1"))
    assert isinstance(pipe.until_end("1")[1], ResultMessage)


@pytest.mark.parametrize(
    ("task", "params", "code"),
    [
        ("no-such", {}, "NO-SUCH-TASK"),
        ("check", {"nonsense": SECRET}, "BAD-PARAMETERS"),
        ("status", {}, "PLAN-NOT-SAVED"),
    ],
)
def test_wrong_requests_are_told_without_repeating_them(
    start: Start, task: str, params: dict[str, str], code: str
) -> None:
    pipe = start()
    pipe.ask("1", task, **params)
    end = pipe.next()
    assert code_of(end) == code
    assert SECRET not in str(end)
