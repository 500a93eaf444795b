"""How late the window is while a cycle runs: a 5 ms timer in the monitor's process, with the monitor open.

    python tests/benchmarks/responsiveness.py                 20,000 users, as README states it
    python tests/benchmarks/responsiveness.py --short         1,500 users, as .ci/run measures

A tick's lateness is the time since the tick before it, less 5 ms: any slot or paint that takes long shows up
as the lateness of the next tick. So does another program that takes the processor; therefore the processor
time that the window's thread used between two ticks is printed too: that part is our own. With ``--hands``
somebody scrolls, selects and filters all the while.
"""

from __future__ import annotations

import argparse
import csv
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, QObject, Qt, QTimer, SignalInstance, Slot  # noqa: E402
from PySide6.QtWidgets import QApplication  # noqa: E402

from app.desktop import Desktop  # noqa: E402
from app.look.palette import apply_colours  # noqa: E402
from app.monitor.window import MonitorWindow  # noqa: E402

TICK = 5.0
COLUMNS = (
    "userPrincipalName",
    "displayName",
    "surname",
    "mail",
    "givenName",
    "id",
    "accountEnabled",
    "department",
)
PLAN = """\
version = 1
[app]
profile = "scim"
[run]
where = "practice"
[source]
kind = "csv"
users = "users.csv"
[scope]
who = "all"
"""


class Clock(QObject):
    """Ticks every 5 ms and writes down how late each tick was, in milliseconds."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.late: list[float] = []
        self.busy: list[float] = []
        self._last = time.perf_counter()
        self._used = time.thread_time()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._timer.start(int(TICK))

    @Slot()
    def _tick(self) -> None:
        now = time.perf_counter()
        used = time.thread_time()
        self.late.append(max(0.0, (now - self._last) * 1000 - TICK))
        self.busy.append((used - self._used) * 1000)
        self._last, self._used = now, used

    def stop(self) -> None:
        """End."""
        self._timer.stop()


class Hands(QObject):
    """Somebody who scrolls, selects and filters, twice a second."""

    def __init__(self, window: MonitorWindow) -> None:
        super().__init__(window)
        self._log = window.log
        self._count = 0
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._do)
        self._timer.start(500)

    @Slot()
    def _do(self) -> None:
        self._count += 1
        table, rows = self._log.table, self._log.model.rowCount()
        turn = self._count % 6
        if turn in (1, 2) and rows:
            table.verticalScrollBar().setValue(rows * turn // 3)
        elif turn == 3 and rows:
            table.selectRow(min(rows - 1, table.rowAt(40) if table.rowAt(40) >= 0 else 0))
        elif turn == 4:
            self._log.filter.search.setText("person1")
        elif turn == 5:
            self._log.filter.search.clear()


def write_people(path: Path, users: int) -> None:
    """A file of users as the admin center exports it, with the columns that the mapping reads."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for number in range(users):
            name = f"person{number}"
            address = f"{name}@contoso.example"
            identity = f"00000000-0000-4000-8000-{number:012}"
            writer.writerow(
                (address, f"Person {number}", f"Surname {number}", address, name, identity, "True", "Sales")
            )


def measure(users: int, hands: bool) -> int:
    """Provision so many users with the monitor open and print what was measured."""
    application = QApplication(sys.argv[:1])
    apply_colours(application)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["ROLLCALL_DATA_DIR"] = str(Path(folder) / "data")
        plan = Path(folder) / "plan.toml"
        plan.write_text(PLAN, encoding="utf-8")
        write_people(Path(folder) / "users.csv", users)
        desktop = Desktop(application)
        desktop.open_monitor(plan)
        window = desktop.monitors[plan.resolve()]
        ended: list[object] = []
        for signal in (window.cycles.ended, window.cycles.failed):
            signal.connect(ended.append)
        _until(window.log.model.started)
        _pause(2_000)  # a person takes longer than that to press Run now
        clock = Clock(window)
        tapping = Hands(window) if hands else None
        began = time.perf_counter()
        window.run_now()
        _until(window.cycles.ended, window.cycles.failed)
        took = time.perf_counter() - began
        clock.stop()
        if tapping is not None:
            tapping.deleteLater()
        window.close()
        desktop.worker().stop()
    _print(users, hands, took, clock, ended[0], application.platformName())
    return 0


def _until(*signals: SignalInstance) -> None:
    """Let the event loop run, as it does in the app, until one of the signals comes."""
    loop = QEventLoop()
    for signal in signals:
        signal.connect(loop.quit)
    loop.exec()


def _pause(milliseconds: int) -> None:
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def _figures(values: list[float]) -> str:
    ordered = sorted(values) or [0.0]
    p99, worst = ordered[int(len(ordered) * 0.99)], ordered[-1]
    return f"median {statistics.median(ordered):.1f}, p99 {p99:.1f}, worst {worst:.1f} ms"


def _print(users: int, hands: bool, took: float, clock: Clock, end: object, platform: str) -> None:
    print(f"responsiveness: {users} users, {took:.1f} s ({users / took:.0f} a second), {platform}, {hands=}")
    print(f"  {len(clock.late)} ticks of 5 ms, late by: {_figures(clock.late)}")
    print(f"  the window's own work between two ticks: {_figures(clock.busy)}")
    print(f"  {getattr(end, 'sentence', end)}")


def main() -> int:
    """Read the arguments and measure."""
    parser = argparse.ArgumentParser(description="How late the window is while a cycle runs.")
    parser.add_argument("--users", type=int, default=20_000)
    parser.add_argument("--short", action="store_true", help="1,500 users")
    parser.add_argument("--hands", action="store_true", help="somebody scrolls and filters meanwhile")
    given = parser.parse_args()
    return measure(1_500 if given.short else given.users, given.hands)


if __name__ == "__main__":
    sys.exit(main())
