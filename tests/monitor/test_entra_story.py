"""A setup in Microsoft Entra, watched in the monitor from its first cycle to quarantine and back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.monitor.entra.entra_monitor import EntraMonitor
from app.monitor.window import MonitorWindow
from app.setup.plan import Place
from app.setup.plan_file import read_plan, write_plan
from app.worker.client import WorkerClient
from tests.servers.described_proxy import DescribedTenant

LEAVER = "ann.nilsson@contoso.example"

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support propagateSizeHints")


@pytest.fixture
def control(described_tenant: DescribedTenant) -> Callable[..., None]:
    """Does something to the practice tenant from outside."""

    def do(name: str, **body: Any) -> None:
        url = f"{described_tenant.graph_url}/practice/{name}"
        httpx.post(url, json=body, trust_env=False).raise_for_status()

    do("lag", times=0)
    return do


@pytest.fixture
def ask(qtbot: QtBot, plan: Path, worker: WorkerClient) -> Callable[..., Any]:
    """Has the worker do a task of the plan; gives its result."""

    def do(task: str, **params: Any) -> Any:
        ended: list[Any] = []
        call = worker.ask(task, read_plan(plan), params, plan)
        call.finished.connect(ended.append)
        call.failed.connect(ended.append)
        qtbot.waitUntil(lambda: bool(ended), timeout=30_000)
        assert not isinstance(ended[0], Exception), ended[0]
        return ended[0]

    return do


def test_from_the_first_cycle_to_quarantine_and_back(
    qtbot: QtBot,
    plan: Path,
    worker: WorkerClient,
    described_tenant: DescribedTenant,
    control: Callable[..., None],
    ask: Callable[..., Any],
) -> None:
    decided = read_plan(plan)
    decided.app.tenant_url = ask("practice-start", policy="tolerant").tenant_url
    decided.run.where = Place.ENTRA
    decided.entra.cloud, decided.entra.graph = "practice", described_tenant.graph_url
    decided.scope.who, decided.scope.assigned = "assigned", [f"user:{LEAVER}"]
    write_plan(plan, decided)
    ask("entra-sign-in", method="practice", write=True)
    ask("entra-apply", own_check=False)

    window = MonitorWindow(plan, worker)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitUntil(lambda: isinstance(window.now.elsewhere, EntraMonitor), timeout=10_000)
    assert not window.header.run.isVisible()
    assert [window.places.tabText(each) for each in range(window.places.count())] == [
        "Now",
        "On demand",
        "Restart",
    ]
    monitor: EntraMonitor = window.now.elsewhere

    def until(holds: Callable[[Any], bool]) -> None:
        """Look again, as a person who presses Refresh, until the job stands so."""

        def holds_now() -> bool:
            monitor.job.watch.look()
            status = monitor.job.watch.status
            return status is not None and bool(holds(status))

        qtbot.waitUntil(holds_now, timeout=30_000)

    def logged(action: str) -> bool:
        return any(row.action == action for row in ask("entra-log").rows)

    until(lambda status: status.initial_done and not status.running)
    qtbot.waitUntil(lambda: logged("create"), timeout=10_000)
    monitor.log.read_again()
    qtbot.waitUntil(lambda: monitor.log.model.rowCount() > 0, timeout=10_000)

    control("user", user=LEAVER, values={"accountEnabled": False})
    control("cycle")
    qtbot.waitUntil(lambda: logged("disable"), timeout=20_000)

    control("revoke-app")
    control("cycle")
    until(lambda status: status.quarantine is not None)
    assert "quarantine" in monitor.job.state.text().lower()
    ask("entra-apply", own_check=False, touch_running=True)  # saves the credentials anew
    window.places.setCurrentIndex(2)
    qtbot.mouseClick(window.places.panel(2).restart, Qt.MouseButton.LeftButton)
    control("cycle")
    window.places.setCurrentIndex(0)
    until(lambda status: status.quarantine is None)
