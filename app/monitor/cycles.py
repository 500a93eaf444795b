"""Running cycles: what the monitor's buttons do, and what is known about the plan's state."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.monitor.schedule import CYCLE_EVERY, GRACE, Schedule
from app.monitor.under_way import UnderWay
from app.monitor.words import parse_time
from app.setup.problem import Problem

if TYPE_CHECKING:
    from app.monitor.watched_plan import WatchedPlan
    from app.worker.messages import CycleSummary, Progress, StatusReport

_LOOK_AGAIN = 5_000
"""Milliseconds between two looks at the state while another Rollcall runs a cycle of this plan."""


class Cycles(QObject):
    """Runs, pauses and stops cycles of one plan, and asks how it stands.

    Attributes:
        status: the last report; None before the first.
        held: whether the running cycle is held.

    Signals:
        changed(): any of the attributes is another now.
        noticed(object): a Notice of the running cycle.
        ended(object): a cycle ended; its CycleSummary.
        failed(object): something asked for did not work; a Problem.
    """

    changed = Signal()
    noticed = Signal(object)
    ended = Signal(object)
    failed = Signal(object)

    def __init__(self, watched: WatchedPlan, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._watched = watched
        self.status: StatusReport | None = None
        self.held = False
        self._run = UnderWay(watched, self)
        self._run.changed.connect(self.changed)
        self._run.noticed.connect(self.noticed)
        self._run.refused.connect(self.failed)
        self._run.ended.connect(self._finish)
        self._run.broken.connect(self._break_off)
        self._asking = False
        self._ask_again = False
        self._wants_pause: bool | None = None
        self.schedule = Schedule(self)
        self.schedule.due.connect(self.run)
        self._look = QTimer(self)
        self._look.setInterval(_LOOK_AGAIN)
        self._look.timeout.connect(self.refresh)

    @property
    def running(self) -> bool:
        """Whether a cycle of this window runs."""
        return self._run.on

    @property
    def progress(self) -> Progress | None:
        """How far the running cycle is; None while none of this window runs."""
        return self._run.progress

    @property
    def stopping(self) -> bool:
        """Whether the running cycle was told to stop."""
        return self._run.stopping

    @property
    def running_elsewhere(self) -> bool:
        """Whether another window or command runs a cycle of this plan."""
        return not self.running and self.status is not None and self.status.state == "running"

    @property
    def paused(self) -> bool:
        """Whether the plan is paused, or the running cycle held."""
        return self.held or (self.status is not None and self.status.state == "paused")

    @Slot()
    def refresh(self) -> None:
        """Ask how the plan stands; a second wish while the first is answered comes after it."""
        if self._asking:
            self._ask_again = True
            return
        try:
            self._watched.refresh()
        except Problem as problem:
            self.failed.emit(problem)
            return
        self._asking = True
        call = self._watched.ask("status", cycles=20)
        call.finished.connect(self._take_status)
        call.failed.connect(self._miss_status)

    @Slot()
    def run(self) -> None:
        """Start a cycle now, unless one of this window runs or the plan is paused."""
        if self.running or self.paused or not self._run.begin("run"):
            return
        self.schedule.wait_for(None)
        self.held = False
        self.changed.emit()

    @Slot()
    def stop(self) -> None:
        """End the running cycle at its next safe point; what was sent stays and is remembered."""
        self._run.stop()

    @Slot()
    def pause(self) -> None:
        """Hold the running cycle, and begin no other one until resumed."""
        self._set_paused(True)

    @Slot()
    def resume(self) -> None:
        """Let the held cycle go on, or the next one come."""
        self._set_paused(False)

    def _set_paused(self, on: bool) -> None:
        if self._wants_pause is not None:
            return
        self._wants_pause = on
        if self.running:
            self._run.hold(on)
            self.held = on
        call = self._watched.ask("pause" if on else "resume")
        call.finished.connect(self._paused)
        call.failed.connect(self._not_paused)
        self.changed.emit()

    @Slot(object)
    def _paused(self, done: object) -> None:  # noqa: ARG002 - the signal's own argument
        self._wants_pause = None
        self.refresh()

    @Slot(object)
    def _not_paused(self, problem: object) -> None:
        self._wants_pause = None
        self.failed.emit(problem)
        self.refresh()

    @Slot(object)
    def _finish(self, summary: CycleSummary) -> None:
        self.held = False
        self.changed.emit()
        self.ended.emit(summary)
        self.refresh()

    @Slot(object, bool)
    def _break_off(self, problem: Problem, stopping: bool) -> None:
        self.held = False
        self.changed.emit()
        if not (stopping and problem.code == "CANCELLED"):
            self.failed.emit(problem)
        self.refresh()

    @Slot(object)
    def _take_status(self, status: StatusReport) -> None:
        self._asking = False
        self.status = status
        self._plan_next(status)
        if self.running_elsewhere:
            self._look.start()
        else:
            self._look.stop()
        self.changed.emit()
        self._maybe_again()

    @Slot(object)
    def _miss_status(self, problem: object) -> None:
        self._asking = False
        self._look.stop()
        self.failed.emit(problem)
        self._maybe_again()

    def _maybe_again(self) -> None:
        if self._ask_again:
            self._ask_again = False
            self.refresh()

    def _plan_next(self, status: StatusReport) -> None:
        """Wait for the next cycle where one is to come: a plan that never ran is started by a person."""
        if self.running or status.state not in {"idle", "quarantined"}:
            self.schedule.wait_for(None)
            return
        ended = parse_time(status.last.ended) if status.last else None
        now = datetime.now(UTC)
        due = parse_time(status.next_run) or (ended + CYCLE_EVERY if ended else now)
        # Overdue and already waiting out its grace: another look at the state does not put it off again.
        if self.schedule.at is None or due > now:
            self.schedule.wait_for(max(due, now + GRACE))
