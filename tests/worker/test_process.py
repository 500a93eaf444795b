"""The worker process, for real: its pipes, its ends, and what it does with tasks that misbehave."""

from __future__ import annotations

import queue
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from app.practice.people import write_people
from app.setup.plan import Place, SetupPlan
from app.setup.program import own_command, own_environment
from app.worker.messages import (
    Answer,
    Cancel,
    Done,
    Entry,
    ErrorMessage,
    EventMessage,
    Incoming,
    Pause,
    PeoplePage,
    PracticeReady,
    Progress,
    Request,
    ResultMessage,
    encode,
    read_answer,
)

ODD = [sys.executable, str(Path(__file__).with_name("odd_worker.py"))]
SECRET = "tok-planted-8c1f52aa90"


class Pipe:
    """A worker process, spoken with as the window does."""

    def __init__(self, command: list[str]) -> None:
        self.process = subprocess.Popen(
            command,
            env=own_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self.answers: queue.Queue[Answer] = queue.Queue()
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.errors = b""
        self.listener = threading.Thread(target=self._listen, daemon=True)
        self.listener.start()

    def read(self) -> Pipe:
        """Begin to read; a worker may also be left unread."""
        self.reader.start()
        return self

    def say(self, message: Incoming) -> None:
        self.raw(encode(message))

    def ask(self, id_: str, task: str, plan: SetupPlan | None = None, **params: Any) -> None:
        self.say(Request(id=id_, task=task, plan=plan, params=params))

    def raw(self, line: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(line)
        self.process.stdin.flush()

    def next(self, timeout: float = 10) -> Answer:
        return self.answers.get(timeout=timeout)

    def until_end(self, id_: str, timeout: float = 20) -> tuple[list[Answer], ResultMessage | ErrorMessage]:
        """All that comes until this request's end, and the end."""
        heard: list[Answer] = []
        deadline = time.monotonic() + timeout
        while True:
            answer = self.next(deadline - time.monotonic())
            if answer.id == id_ and not isinstance(answer, EventMessage):
                return heard, answer
            heard.append(answer)

    def silent(self, seconds: float) -> bool:
        """Whether nothing comes for so long."""
        try:
            self.answers.get(timeout=seconds)
        except queue.Empty:
            return True
        return False

    def hang_up(self, timeout: float = 10) -> float:
        """Close its standard input; how many seconds it took to end."""
        assert self.process.stdin is not None
        began = time.monotonic()
        self.process.stdin.close()
        self.process.wait(timeout)
        return time.monotonic() - began

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        if self.reader.ident is not None:
            self.reader.join()
        self.listener.join()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            assert stream is not None
            try:
                stream.close()
            except BrokenPipeError:
                continue

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.answers.put(read_answer(line))

    def _listen(self) -> None:
        assert self.process.stderr is not None
        self.errors = self.process.stderr.read()


Start = Callable[..., Pipe]


@pytest.fixture
def start() -> Iterator[Start]:
    pipes: list[Pipe] = []

    def begin(command: list[str] = ODD, *, read: bool = True) -> Pipe:
        pipe = Pipe(command)
        pipes.append(pipe)
        return pipe.read() if read else pipe

    yield begin
    for pipe in pipes:
        pipe.close()


def people_plan(folder: Path) -> SetupPlan:
    files = write_people(folder)
    plan = SetupPlan()
    plan.source.users, plan.source.groups = str(files.users), str(files.groups)
    return plan


def result_of(answer: Answer) -> Any:
    assert isinstance(answer, ResultMessage), answer
    return answer.typed()


def code_of(answer: Answer) -> str:
    assert isinstance(answer, ErrorMessage), answer
    return answer.error.code


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
