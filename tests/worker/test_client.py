"""The window's side of the pipe: with the real worker process, which is really killed, and with rude ones."""

from __future__ import annotations

import os
import signal
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QObject, Slot
from pytestqt.qtbot import QtBot

from app.setup.problem import Problem
from app.worker.client import Call, WorkerClient
from app.worker.launch import worker_command
from app.worker.lines import Lines, LineTooLong
from app.worker.messages import Progress, TokenState

QUESTION = {"tenant_url": "https://contoso.example/scim/v2"}
Make = Callable[..., WorkerClient]


class Ear(QObject):
    """Hears one call."""

    def __init__(self, call: Call) -> None:
        super().__init__()
        self.events: list[object] = []
        self.ends: list[object] = []
        call.event.connect(self.on_event)
        call.finished.connect(self.on_end)
        call.failed.connect(self.on_end)

    @Slot(object)
    def on_event(self, event: object) -> None:
        self.events.append(event)

    @Slot(object)
    def on_end(self, end: object) -> None:
        self.ends.append(end)

    @property
    def problem(self) -> Problem:
        (end,) = self.ends
        assert isinstance(end, Problem)
        return end


@pytest.fixture
def make(qtbot: QtBot, tmp_path: Path) -> Iterator[Make]:
    """Makes clients: of the real worker, or of a script."""
    clients: list[WorkerClient] = []

    def make_one(script: str = "") -> WorkerClient:
        command = None
        if script:
            file = tmp_path / f"worker{len(clients)}.py"
            file.write_text(_RUDE + textwrap.dedent(script), encoding="utf-8")
            command = (sys.executable, [str(file)])
        client = WorkerClient(command=command)
        clients.append(client)
        return client

    yield make_one
    for client in clients:
        client.stop()


_RUDE = """\
import json, os, sys, time
def say(**what):
    sys.stdout.write(json.dumps(what) + "\\n"); sys.stdout.flush()
def hear():
    return json.loads(sys.stdin.readline() or "{}")
"""


def test_real_worker_answers_with_the_typed_result(qtbot: QtBot, make: Make) -> None:
    ear = Ear(make().ask("token-state", params=QUESTION))
    qtbot.waitUntil(lambda: bool(ear.ends))
    (state,) = ear.ends
    assert isinstance(state, TokenState)
    assert not state.stored


def test_real_worker_answers_an_unknown_task_with_a_problem(qtbot: QtBot, make: Make) -> None:
    ear = Ear(make().ask("make-coffee"))
    qtbot.waitUntil(lambda: bool(ear.ends))
    assert ear.problem.what
    assert ear.problem.remedy


def test_killed_worker_fails_what_was_asked_and_a_new_one_answers(qtbot: QtBot, make: Make) -> None:
    client = make()
    with qtbot.waitSignal(client.started):
        client.start()
    first = client.pid
    pending = Ear(client.ask("practice-start"))
    with qtbot.waitSignal(client.died):
        os.kill(first, signal.SIGKILL)
    assert pending.problem.code == "WORKER-DIED"
    assert pending.problem.remedy
    again = Ear(client.ask("token-state", params=QUESTION))
    qtbot.waitUntil(lambda: bool(again.ends))
    assert isinstance(again.ends[0], TokenState)
    assert client.pid not in {0, first}


def test_worker_of_a_stopped_client_is_gone(qtbot: QtBot, make: Make) -> None:
    client = make()
    with qtbot.waitSignal(client.started):
        client.start()
    pid = client.pid
    client.stop()
    assert not psutil.pid_exists(pid)


def test_worker_ends_when_its_window_is_killed(tmp_path: Path, qtbot: QtBot) -> None:
    """A window that crashes takes its worker along: the pipe closes."""
    import subprocess

    script = tmp_path / "window.py"
    script.write_text(
        "import sys\n"
        "from PySide6.QtCore import QCoreApplication\n"
        "from app.worker.client import WorkerClient\n"
        "app = QCoreApplication([])\n"
        "client = WorkerClient()\n"
        "client.started.connect(lambda: print(client.pid, flush=True))\n"
        "client.start()\n"
        "app.exec()\n",
        encoding="utf-8",
    )
    root = Path(__file__).parents[2]
    with subprocess.Popen(
        [sys.executable, str(script)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(root)},
        text=True,
    ) as window:
        assert window.stdout is not None
        worker = psutil.Process(int(window.stdout.readline()))
        window.kill()
    worker.wait(timeout=10)


def test_cancel_that_is_not_answered_kills_the_process(qtbot: QtBot, make: Make) -> None:
    client = make("hear()\nwhile True: time.sleep(60)\n")
    call = client.ask("endless")
    ear = Ear(call)
    qtbot.waitUntil(lambda: client.pid != 0)
    process = psutil.Process(client.pid)
    call.cancel()
    assert call.cancelling
    qtbot.waitUntil(lambda: bool(ear.ends), timeout=4_000)
    assert ear.problem.code == "CANCELLED"
    process.wait(timeout=5)
    qtbot.waitUntil(lambda: client.pid not in {0, process.pid})


def test_cancel_that_is_answered_kills_nothing(qtbot: QtBot, make: Make) -> None:
    client = make(
        """
        first = hear()
        assert hear() == {"id": first["id"], "cancel": True}
        say(id=first["id"], error={"code": "CANCELLED", "what": "It was stopped."})
        hear()
        """
    )
    call = client.ask("long")
    ear = Ear(call)
    qtbot.waitUntil(lambda: client.pid != 0)
    pid = client.pid
    call.cancel()
    qtbot.waitUntil(lambda: bool(ear.ends), timeout=1_500)
    assert ear.problem.code == "CANCELLED"
    assert client.pid == pid


def test_pause_goes_to_the_task(qtbot: QtBot, make: Make) -> None:
    client = make(
        """
        first = hear()
        said = hear()
        say(id=first["id"], event={"event": "progress", "text": json.dumps(said["pause"])})
        say(id=first["id"], kind="Done", result={})
        hear()
        """
    )
    call = client.ask("long")
    ear = Ear(call)
    call.pause(True)
    qtbot.waitUntil(lambda: bool(ear.ends))
    assert ear.events == [Progress(text="true")]


def test_last_words_are_told(qtbot: QtBot, make: Make) -> None:
    client = make("hear()\nsys.stderr.write('the disk is full\\n')\nsys.exit(3)\n")
    ear = Ear(client.ask("anything"))
    with qtbot.waitSignal(client.died) as died:
        pass
    assert "exit code 3" in died.args[0]
    assert "the disk is full" in died.args[0]
    assert "the disk is full" in ear.problem.details


def test_worker_that_cannot_be_started_is_told(qtbot: QtBot) -> None:
    client = WorkerClient(command=("/nowhere/rollcall", ["worker"]))
    ear = Ear(client.ask("anything"))
    qtbot.waitUntil(lambda: bool(ear.ends))
    assert "could not be started" in ear.problem.details
    client.stop()


def test_restarts_have_an_end(qtbot: QtBot, make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.worker.client.BACK_OFF", (0, 1, 1))
    client = make("sys.exit(1)\n")
    deaths: list[str] = []

    class Count(QObject):
        @Slot(str)
        def on_died(self, words: str) -> None:
            deaths.append(words)

    counter = Count()
    client.died.connect(counter.on_died)
    client.start()
    qtbot.waitUntil(lambda: len(deaths) == 4)
    # Nothing is started any more by itself; a request does.
    ear = Ear(client.ask("anything"))
    qtbot.waitUntil(lambda: bool(ear.ends))
    assert len(deaths) == 5
    assert "start it again" in ear.problem.remedy


def test_message_that_arrives_byte_by_byte(qtbot: QtBot, make: Make) -> None:
    client = make(
        """
        id = hear()["id"]
        text = json.dumps(dict(id=id, kind="Done", result={"sentence": "ä" * 50})) + "\\n"
        for letter in text:
            sys.stdout.write(letter); sys.stdout.flush()
        hear()
        """
    )
    ear = Ear(client.ask("anything"))
    qtbot.waitUntil(lambda: bool(ear.ends))
    assert getattr(ear.ends[0], "sentence", "") == "ä" * 50


def test_garbage_between_messages_is_survived(qtbot: QtBot, make: Make) -> None:
    client = make(
        """
        print("Traceback: something a library printed", flush=True)
        print("{", flush=True)
        say(id=hear()["id"], kind="Done", result={"sentence": "here"})
        hear()
        """
    )
    ear = Ear(client.ask("anything"))
    qtbot.waitUntil(lambda: bool(ear.ends))
    assert getattr(ear.ends[0], "sentence", "") == "here"


def test_result_of_an_unknown_kind_ends_its_call(qtbot: QtBot, make: Make) -> None:
    client = make('say(id=hear()["id"], kind="Surprise", result={})\nhear()\n')
    ear = Ear(client.ask("anything"))
    qtbot.waitUntil(lambda: bool(ear.ends))
    assert ear.problem.code == "BAD-MESSAGE"


def test_a_hundred_calls_each_get_their_own_end(qtbot: QtBot, make: Make) -> None:
    client = make()
    ears = [Ear(client.ask("token-state", params=QUESTION)) for _ in range(100)]
    qtbot.waitUntil(lambda: all(ear.ends for ear in ears), timeout=20_000)
    assert all(isinstance(ear.ends[0], TokenState) for ear in ears)
    assert client.calls == []


def test_command_is_this_program_with_the_word_worker() -> None:
    assert worker_command() == (sys.executable, ["-m", "app", "worker"])


@pytest.mark.parametrize("beside", [True, False])
def test_packaged_windows_app_prefers_the_console_executable(
    beside: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(sys, "executable", str(tmp_path / "Rollcall.exe"))
    if beside:
        (tmp_path / "rollcall-cli.exe").touch()
    program, arguments = worker_command()
    assert Path(program).name == ("rollcall-cli.exe" if beside else "Rollcall.exe")
    assert arguments == ["worker"]


@given(st.lists(st.binary(max_size=40)), st.integers(1, 7))
def test_lines_are_the_same_however_they_are_cut(parts: list[bytes], size: int) -> None:
    stream = b"\n".join(part.replace(b"\n", b"").replace(b"\r", b"") for part in parts) + b"\n"
    at_once = Lines().feed(stream)
    lines = Lines()
    cut = [line for at in range(0, len(stream), size) for line in lines.feed(stream[at : at + size])]
    assert cut == at_once
    assert at_once == [line for line in stream.split(b"\n") if line.strip()]


def test_a_line_without_end_is_refused() -> None:
    lines = Lines(longest=10)
    with pytest.raises(LineTooLong):
        lines.feed(b"x" * 11)
    assert lines.feed(b"y\n") == [b"y"]


def test_none_keeps_its_references(qapp: object) -> None:
    """PySide6 6.12.0 loses one reference of None in each call that returns nothing, and aborts after some
    5,000. This fails before a person's window does."""
    from PySide6.QtWidgets import QLabel

    label = QLabel()
    before = sys.getrefcount(None)
    for number in range(1_000):
        label.setText(str(number))
    assert abs(sys.getrefcount(None) - before) < 100
