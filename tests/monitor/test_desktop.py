"""Wizard and monitor together: one worker for both, and each outlives the other."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.desktop import Desktop
from app.wizard.flow import PAGES
from app.wizard.frame import Frame

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def desktop(qapp: QApplication) -> Iterator[Desktop]:
    thresholds = gc.get_threshold()
    qapp.setQuitOnLastWindowClosed(False)
    desktop = Desktop(qapp)
    yield desktop
    for window in list(desktop.monitors.values()):
        window.close()
    if desktop.wizard is not None:
        desktop.wizard.close()
    desktop.worker().stop()
    desktop.deleteLater()
    qapp.setQuitOnLastWindowClosed(True)
    gc.unfreeze()
    gc.set_threshold(*thresholds)


def opened(qtbot: QtBot, desktop: Desktop) -> Frame:
    frame = desktop.wizard
    assert frame is not None
    qtbot.waitUntil(lambda: len(frame.pages) == len(PAGES), timeout=15_000)
    return frame


def test_the_monitor_that_the_wizard_asks_for_shares_its_worker_and_outlives_it(
    qtbot: QtBot, desktop: Desktop, plan: Path
) -> None:
    desktop.open_wizard()
    frame = opened(qtbot, desktop)
    session = frame.session
    assert session is not None
    session.monitor_wanted.emit(plan)
    (monitor,) = desktop.monitors.values()
    assert monitor.watched.worker is session.worker
    qtbot.waitUntil(lambda: monitor.cycles.status is not None, timeout=10_000)
    frame.close()
    assert desktop.wizard is None
    assert desktop.worker().pid > 0
    monitor.refresh()
    qtbot.waitUntil(lambda: not monitor.log.model.busy)
    monitor.close()
    assert not desktop.monitors


def test_a_plan_has_one_monitor(qtbot: QtBot, desktop: Desktop, plan: Path) -> None:
    desktop.open_monitor(plan)
    first = next(iter(desktop.monitors.values()))
    desktop.open_monitor(plan.parent / "." / plan.name)
    assert list(desktop.monitors.values()) == [first]


def test_change_setup_opens_the_wizard_on_that_plan(qtbot: QtBot, desktop: Desktop, plan: Path) -> None:
    desktop.open_monitor(plan)
    monitor = next(iter(desktop.monitors.values()))
    qtbot.waitUntil(lambda: monitor.watched.plan is not None)
    monitor.header.setup.click()
    frame = opened(qtbot, desktop)
    session = frame.session
    assert session is not None
    assert session.plan_path == plan.resolve()
    assert session.plan.app.tenant_url == "https://contoso.invisionapp.com/scim/v2"


def test_what_stays_is_spared_by_the_collector(qtbot: QtBot, desktop: Desktop, plan: Path) -> None:
    assert gc.get_freeze_count() == 0
    desktop.open_monitor(plan)
    qtbot.waitUntil(lambda: gc.get_freeze_count() > 10_000, timeout=10_000)
