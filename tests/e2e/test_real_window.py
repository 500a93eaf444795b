"""One walk through the whole road in a real window, with real keys and clicks, as a person would.

The practice app is the target; what was provisioned is then read through the commands, so that the window,
the worker, the engine and the state that they leave are held against each other.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.screen import Screen, wait_for
from tests.e2e.window import ROOT, RollcallWindow


@pytest.fixture
def screen(tmp_path: Path) -> Iterator[Screen]:
    screen = Screen(tmp_path)
    yield screen
    screen.close()


def rollcall(screen: Screen, *words: str) -> list[dict[str, Any]]:
    done = subprocess.run(
        [sys.executable, "-m", "app", *words],
        env=screen.environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_the_whole_road_by_keyboard_and_mouse(screen: Screen, tmp_path: Path) -> None:
    with RollcallWindow(screen) as window:
        go_on = window.go_on
        screen.press("alt+p")
        go_on(["alt+n"], "See what a real setup needs")
        go_on(["alt+n"], "Turn SCIM on")
        # The step list, by mouse: back to the first page and, with nothing lost, forward again.
        screen.click(window.id, 100, 80)
        wait_for(lambda: "Choose the app" in window.title, 10, "the first page after a click")
        go_on(["alt+n"], "See what a real setup needs")
        go_on(["alt+n"], "Turn SCIM on")
        go_on(["alt+n"], "Meet the practice app")
        go_on(["alt+n"], "Test the connection")
        go_on(["alt+n"], "Say where your people come from", 60)
        go_on(["alt+n"], "Decide what each person gets")
        go_on(["alt+n"], "Choose who is provisioned")
        screen.press("alt+e")
        go_on(["alt+n"], "Decide who is told")
        screen.press("alt+m")
        go_on(["alt+n"], "Look it over")
        go_on(["alt+s"], "Provisioning has ended", 60)
        go_on(["alt+n"], "in step with")

        (plan,) = (tmp_path / "data" / "drafts").glob("*.toml")
        (status,) = rollcall(screen, "status", str(plan), "--json")
        assert status["result"]["users"] == 117, "120 sample people, three of them disabled"
        entries = rollcall(screen, "log", str(plan), "--format", "json")
        created = [entry for entry in entries if entry.get("action") == "create"]
        assert len(created) == 117
        assert all(entry["status"] == "success" for entry in created)

        window.finish()
