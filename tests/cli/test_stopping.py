"""Ctrl-C and its like: in good order, at any moment."""

from __future__ import annotations

import json
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from app.practice.app import PracticeApp
from tests.cli.asking import (
    SECRET,
    Rollcall,
    Slow,
    make_plan,
    start,
)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends Ctrl-C to consoles, not to processes")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_while_waiting_for_the_next_cycle(
    practice: PracticeApp, tmp_path: Path, number: signal.Signals
) -> None:
    plan = make_plan(tmp_path, practice.tenant_url, profile="invision")
    process = start(
        "sync", str(plan), "--every", "40", "--json", environment={"ROLLCALL_TOKEN": practice.token}
    )
    assert process.stdout is not None
    for line in process.stdout:
        if b"The next cycle begins in 40 minutes" in line:
            break
    process.send_signal(number)
    _, err = process.communicate(timeout=10)
    assert process.returncode == 130
    assert b"Traceback" not in err


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends Ctrl-C to consoles, not to processes")
def test_ctrl_c_stops_a_cycle_in_good_order(serve: Callable[..., str], tmp_path: Path) -> None:
    class Server(Slow):
        made: list[str] = []

    url = serve(Server)
    plan = make_plan(tmp_path, url, profile="invision")
    environment = {"ROLLCALL_TOKEN": SECRET}
    process = start("sync", str(plan), "--json", environment=environment)
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(json.loads(line))
        if lines[-1].get("action") == "create":
            process.send_signal(signal.SIGINT)
            break
    out, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert err == b""
    end = json.loads(out.splitlines()[-1])
    assert end["result"]["state"] == "stopped"
    assert 0 < len(Server.made) < 117
    made = list(Server.made)
    assert len(made) == len(set(made))

    # What was created is known: the next run creates the others only.
    again = start("sync", str(plan), "--json", environment=environment)
    out, _ = again.communicate(timeout=60)
    assert again.returncode == 0
    assert len(Server.made) == len(set(Server.made)) == 117


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends Ctrl-C to consoles, not to processes")
def test_ctrl_c_ends_a_check_that_waits_for_an_answer(serve: Callable[..., str]) -> None:
    asked = threading.Event()
    go_on = threading.Event()

    class Silent(Slow):
        def do_GET(self) -> None:
            asked.set()
            go_on.wait(30)

    process = start("check", serve(Silent), environment={"ROLLCALL_TOKEN": SECRET})
    assert asked.wait(20)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=10)
    go_on.set()
    assert process.returncode == 130
    assert b"CANCELLED" in err
    assert b"Traceback" not in err


def test_a_failing_cycle_does_not_end_every_but_a_wrong_start_does(
    rollcall: Rollcall, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert rollcall("sync", "missing.toml", "--every", "1").code == 2
    monkeypatch.setenv("ROLLCALL_TOKEN", SECRET)
    plan = make_plan(tmp_path, "http://127.0.0.1:9", profile="invision")
    (tmp_path / "users.csv").unlink()
    process = start("sync", str(plan), "--every", "0.001", "--json", environment={"ROLLCALL_TOKEN": SECRET})
    assert process.stdout is not None
    ends = 0
    for line in process.stdout:
        ends += b'"error"' in line or b"CycleSummary" in line
        if ends == 2:
            break
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=20)
    assert process.returncode == 130 if sys.platform != "win32" else True
