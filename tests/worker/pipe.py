"""A worker process as the window speaks with it, for tests."""

from __future__ import annotations

import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from app.practice.people import write_people
from app.setup.plan import SetupPlan
from app.setup.program import own_environment
from app.worker.messages import (
    Answer,
    ErrorMessage,
    EventMessage,
    Incoming,
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
