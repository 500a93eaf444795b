"""Asks how the job stands, gently: when the last answer says so, slower while nothing changes, and not at all
while nobody looks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QWidget

from app.monitor.entra.job_words import SLOWEST, wait_before_next

if TYPE_CHECKING:
    from app.monitor.watched_plan import WatchedPlan
    from app.setup.problem import Problem
    from app.worker.call import Call
    from app.worker.messages import JobStatus

_AFTER_FAILURE = 60.0
_LOOK_AGAIN = 5.0
"""Seconds until a minimised window is looked at again."""


class JobWatch(QObject):
    """Holds what is known of a job.

    Signals:
        told(): there is another answer; see ``status``.
        failed(object): it could not be asked; a Problem.
        busy_changed(): a question was asked or answered.
    """

    told = Signal()
    failed = Signal(object)
    busy_changed = Signal()

    def __init__(self, watched: WatchedPlan, viewer: QWidget) -> None:
        """Watch.

        Args:
            watched: whose job.
            viewer: nothing is asked while it is not seen.
        """
        super().__init__(viewer)
        self._watched = watched
        self._viewer = viewer
        self._on = False
        self._call: Call | None = None
        self._unchanged = 0
        self._failures = 0
        self._estimated = False
        self._outdated = False
        self.status: JobStatus | None = None
        self.timer = QTimer(self)
        self.timer.setSingleShot(True)
        self.timer.timeout.connect(self._due)

    @property
    def busy(self) -> bool:
        """Whether an answer is awaited."""
        return self._call is not None

    def begin(self) -> None:
        """Look now, and from now on."""
        self._on = True
        self.look()

    def stop(self) -> None:
        """Look no more."""
        self._on = False
        self.timer.stop()

    def seen(self) -> None:
        """Whoever looks is back: look at once where the time for it may have passed."""
        if self._on and not self.timer.isActive():
            self.look()

    @Slot()
    def look(self) -> None:
        """Ask now."""
        self.timer.stop()
        if self._call is not None:
            return
        # The estimate costs calls of its own: once until the initial cycle is done is enough.
        self._call = self._watched.ask("entra-status", estimate=not self._estimated)
        self._call.finished.connect(self._take)
        self._call.failed.connect(self._miss)
        self.busy_changed.emit()

    def take(self, status: JobStatus) -> None:
        """What is known now, told by an answer to something else; one still on its way is older."""
        self._outdated = self._call is not None
        before = self.status
        if self._estimated and before is not None and status.kind == "initial" and before.people:
            # What was counted before still holds; minutes are Microsoft's, by people.
            status = status.model_copy(
                update={
                    "people": status.people or before.people,
                    "minutes_left": status.minutes_left or before.minutes_left,
                }
            )
        self._unchanged = self._unchanged + 1 if status == self.status else 0
        self._failures = 0
        self.status = status
        self.told.emit()
        self._wait(wait_before_next(status, self._unchanged))

    @Slot(object)
    def _take(self, status: JobStatus) -> None:
        self._call = None
        if self._outdated:
            self._outdated = False
            self.look()
            return
        self._estimated = True
        self.busy_changed.emit()
        self.take(status)

    @Slot(object)
    def _miss(self, problem: Problem) -> None:
        self._call = None
        self._outdated = False
        self._failures += 1
        self.busy_changed.emit()
        self.failed.emit(problem)
        if not problem.code.startswith("SIGN-IN"):
            self._wait(min(SLOWEST, _AFTER_FAILURE * 2 ** min(self._failures, 5)))

    def _wait(self, seconds: float) -> None:
        if self._on:
            self.timer.start(round(seconds * 1000))

    @Slot()
    def _due(self) -> None:
        if not self._viewer.isVisible():
            return  # begin() looks when it is shown again
        if self._viewer.window().isMinimized():
            self._wait(_LOOK_AGAIN)
        else:
            self.look()
