"""The road to Microsoft Entra in a real window, by keyboard, against the practice tenant.

What was decided is then read from the plan, and what was made in the tenant from the road's own notes.
"""

from __future__ import annotations

import json
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.entra.road_journal import FILE
from tests.e2e.screen import Screen
from tests.e2e.window import RollcallWindow


@pytest.fixture
def screen(tmp_path: Path) -> Iterator[Screen]:
    screen = Screen(tmp_path)
    yield screen
    screen.close()


def test_the_road_to_microsoft_entra_by_keyboard(screen: Screen, tmp_path: Path) -> None:
    with RollcallWindow(screen) as window:

        def go_on(keys: list[str], heading: str, seconds: float = 40.0) -> None:
            window.go_on(keys, heading, seconds, again=0.8)

        # Microsoft Entra; which cloud: the practice tenant stands first. The title does not tell of either,
        # so these keys come as a person presses them, one after the other's effect is seen.
        for key in ("alt+m", "alt+w", "Home"):
            screen.press(key)
            time.sleep(0.5)
        go_on(["alt+n"], "Enter the practice tenant")
        # Alt+E enters; what comes after it does nothing until one is in.
        go_on(["alt+e", "alt+n"], "Turn SCIM on")
        go_on(["alt+n"], "Meet the practice app")
        go_on(["alt+n"], "Test the connection")
        go_on(["alt+n"], "Choose the enterprise app", 60)
        go_on(["alt+n"], "Decide what Microsoft Entra sends")
        go_on(["alt+n"], "Choose who is provisioned")
        # The search, past the kind, to the list, whose first person Enter assigns.
        screen.type("Ann Nilsson")
        time.sleep(1.5)  # a person reads the list before choosing
        screen.press("Tab", "Tab", "Return")
        go_on(["alt+n"], "Decide who is told")
        screen.type("it@contoso.example")
        go_on(["alt+n"], "Look it over")
        # Alt+E allows writing; Alt+S starts as soon as it is allowed.
        go_on(["alt+e", "alt+s"], "Provisioning is set up", 90)
        go_on(["alt+n"], "Provisioning runs in Microsoft Entra")

        (path,) = (tmp_path / "data" / "drafts").glob("*.toml")
        plan = tomllib.loads(path.read_text("utf-8"))
        assert plan["run"]["where"] == "entra"
        assert plan["scope"]["assigned"] == ["user:ann.nilsson@contoso.example"]
        assert plan["entra"]["application_name"] == "InVision SCIM"

        (notes,) = (tmp_path / "data").rglob(FILE)
        road = json.loads(notes.read_text("utf-8"))
        assert road["state"] == "done"
        assert road["facts"]["job"]

        window.finish()
