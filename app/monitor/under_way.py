"""A task that takes long, one at a time: how far it is, what it notices, its end, and the way to stop it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal, Slot

from app.setup.problem import Problem

if TYPE_CHECKING:
    from app.monitor.watched_plan import WatchedPlan
    from app.worker.client import Call
    from app.worker.messages import Progress, Result


class UnderWay(QObject):
    """Asks for a task on the plan as its file has it now.

    Attributes:
        progress: how far it is; None while unknown.
        stopping: whether it was told to stop.

    Signals:
        changed(): it is further now, or was told to stop. Beginning and end are for who began it to tell.
        noticed(object): a Notice.
        ended(object): it ended well; its result.
        broken(object, bool): it did not; a Problem, and whether it had been told to stop.
        refused(object): it did not begin, for the plan cannot be read; a Problem.
    """

    changed = Signal()
    noticed = Signal(object)
    ended = Signal(object)
    broken = Signal(object, bool)
    refused = Signal(object)

    def __init__(self, watched: WatchedPlan, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._watched = watched
        self._call: Call | None = None
        self.progress: Progress | None = None
        self.stopping = False

    @property
    def on(self) -> bool:
        """Whether a task is under way."""
        return self._call is not None

    def begin(self, task: str, **params: Any) -> bool:
        """Begin a task; False when the plan cannot be read."""
        try:
            self._watched.refresh()
        except Problem as problem:
            self.refused.emit(problem)
            return False
        self.progress, self.stopping = None, False
        self._call = self._watched.ask(task, **params)
        self._call.event.connect(self._hear)
        self._call.finished.connect(self._finish)
        self._call.failed.connect(self._break_off)
        return True

    @Slot()
    def stop(self) -> None:
        """End it at its next safe point."""
        if self._call is not None and not self.stopping:
            self.stopping = True
            self._call.cancel()
            self.changed.emit()

    def hold(self, on: bool) -> None:
        """Let it wait, or go on."""
        if self._call is not None:
            self._call.pause(on)

    @Slot(object)
    def _hear(self, event: Progress) -> None:
        if event.event == "progress":
            self.progress = event
            self.changed.emit()
        elif event.event == "notice":
            self.noticed.emit(event)

    @Slot(object)
    def _finish(self, result: Result) -> None:
        self._forget()
        self.ended.emit(result)

    @Slot(object)
    def _break_off(self, problem: Problem) -> None:
        stopping = self._forget()
        self.broken.emit(problem, stopping)

    def _forget(self) -> bool:
        """Be ready for the next one; gives whether this one had been told to stop."""
        stopping = self.stopping
        self._call = self.progress = None
        self.stopping = False
        return stopping
