"""The plot of people per cycle: what it asks, shows, says, and how it is walked along."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPalette
from pytestqt.qtbot import QtBot

from app.look.palette import make_palette
from app.monitor.cycle_bars import ACTIONS, paint_action, parts_of
from app.monitor.cycle_plot import MOST, CyclePlot
from app.monitor.watched_plan import WatchedPlan
from app.setup.problem import Problem
from app.worker.client import WorkerClient
from app.worker.messages import CyclePoint, CyclePoints
from tests.wizard.scripted import ScriptedWorker


def points(first: int, last: int) -> CyclePoints:
    return CyclePoints(
        points=[
            CyclePoint(
                cycle=number,
                began="2020-03-04T10:20:30+00:00",
                kind="incremental",
                counts={"update": number, "create": 2, "unchanged": 90},
            )
            for number in range(first, last + 1)
        ]
    )


@pytest.fixture
def said() -> ScriptedWorker:
    return ScriptedWorker()


@pytest.fixture
def plot(qtbot: QtBot, plan: Path, said: ScriptedWorker) -> CyclePlot:
    made = CyclePlot(WatchedPlan(plan, said))  # type: ignore[arg-type]
    qtbot.addWidget(made)
    made.resize(600, 110)
    made.show()
    return made


def test_it_asks_once_at_a_time(plot: CyclePlot, said: ScriptedWorker) -> None:
    assert not said.calls
    plot.refresh()
    plot.refresh()
    assert [call.params for call in said.of("cycle-points")] == [{"limit": MOST}]
    said.calls[0].end(points(1, 1))
    assert len(said.calls) == 2


def test_the_arrow_keys_walk_along_the_bars(qtbot: QtBot, plot: CyclePlot, said: ScriptedWorker) -> None:
    plot.refresh()
    said.calls[0].end(points(1, 60))
    assert [bar.cycle for bar in plot.bars] == list(range(21, 61))
    assert plot.text.startswith("Cycle 60, incremental, ")
    assert plot.text.endswith(": 2 created, 60 updated, 90 unchanged")
    qtbot.keyClick(plot, Qt.Key.Key_Right)
    assert plot.place == 39
    qtbot.keyClick(plot, Qt.Key.Key_Left)
    assert plot.text.startswith("Cycle 59,")
    assert plot.accessibleDescription().startswith("Cycle 59,")
    qtbot.keyClick(plot, Qt.Key.Key_Home)
    assert plot.text.startswith("Cycle 21,")
    assert "Cycle 60," in plot.accessibleDescription()
    qtbot.keyClick(plot, Qt.Key.Key_End)
    assert plot.place == 39


def test_a_bar_in_hand_is_kept_and_the_newest_gives_way_to_a_newer(
    qtbot: QtBot, plot: CyclePlot, said: ScriptedWorker
) -> None:
    plot.refresh()
    said.calls[-1].end(points(1, 40))
    plot.refresh()
    said.calls[-1].end(points(2, 41))
    assert plot.text.startswith("Cycle 41,")
    qtbot.keyClick(plot, Qt.Key.Key_Left)
    plot.refresh()
    said.calls[-1].end(points(3, 42))
    assert plot.text.startswith("Cycle 40,")


def test_a_click_takes_a_bar_in_hand(qtbot: QtBot, plot: CyclePlot, said: ScriptedWorker) -> None:
    plot.refresh()
    said.calls[0].end(points(1, 3))
    qtbot.mouseClick(plot, Qt.MouseButton.LeftButton, pos=QPoint(2, 2))
    assert plot.place == 2  # beside the chart: nothing
    middle = plot._chart().topLeft().toPoint()
    middle.setX(round(plot._slot() * 1.5))
    middle.setY(middle.y() + 5)
    qtbot.mouseClick(plot, Qt.MouseButton.LeftButton, pos=middle)
    assert plot.place == 1


def test_no_cycle_and_no_answer_say_so(plot: CyclePlot, said: ScriptedWorker) -> None:
    plot.refresh()
    said.calls[-1].end(CyclePoints())
    assert "No cycle has run yet" in plot.accessibleDescription()
    assert plot.focusPolicy() == Qt.FocusPolicy.NoFocus
    plot.refresh()
    said.calls[-1].end(Problem("STATE", "The state folder cannot be read."))
    assert "The state folder cannot be read." in plot.text
    plot.grab()


def test_parts_have_their_order_and_leave_out_who_did_not_change() -> None:
    assert parts_of({"unchanged": 9, "failure": 1, "delete": 0, "create": 2}) == (
        ("create", 2),
        ("failure", 1),
    )


@pytest.mark.parametrize("dark", [False, True])
def test_actions_look_different_without_colour(qtbot: QtBot, dark: bool) -> None:  # noqa: ARG001 - a Qt application
    seen = set()
    for action in ACTIONS:
        image = QImage(24, 24, QImage.Format.Format_Grayscale8)
        image.fill(QColor("white"))
        painter = QPainter(image)
        paint_action(painter, action, QRectF(0, 0, 24, 24), make_palette(dark))
        painter.end()
        # Which pixels are painted, whatever their shade.
        ground = make_palette(dark).color(QPalette.ColorRole.Base).lightness()
        shades = [image.pixelColor(x, y).lightness() for x in range(24) for y in range(24)]
        seen.add(tuple(abs(shade - ground) > 40 for shade in shades))
    assert len(seen) == len(ACTIONS)


def test_the_real_worker_tells_the_cycles(
    qtbot: QtBot, history: Callable[[int], Path], worker: WorkerClient
) -> None:
    watched = WatchedPlan(history(30), worker)
    watched.refresh()
    plot = CyclePlot(watched)
    qtbot.addWidget(plot)
    plot.refresh()
    qtbot.waitUntil(lambda: len(plot.bars) == 3, timeout=5_000)
    assert plot.text.startswith("Cycle 3, incremental")
