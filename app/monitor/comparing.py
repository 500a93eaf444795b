"""Comparing the app with what should be there, and repairing what differs: one thing at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from PySide6.QtCore import QObject, Signal, Slot

from app.monitor.compare_words import LISTED
from app.setup.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.monitor.watched_plan import WatchedPlan
    from app.worker.client import Call
    from app.worker.messages import CycleSummary, DriftReport, Progress

Doing: TypeAlias = Literal["", "look", "compare", "repair"]

_NEVER = "NOT-COMPARED"
_STOPPED = {"CANCELLED", "STOPPED"}


class Comparing(QObject):
    """Asks the worker, and knows what it said last.

    Attributes:
        report: the last comparison; None before there was one, or before it was asked for.
        looked: whether it is known if there was one.
        doing: what is under way; empty for nothing.
        progress: how far that is; None while unknown.
        stopping: whether it was told to stop.

    Signals:
        changed(): any of the attributes is another now.
        noticed(object): a Notice of what is under way.
        repaired(object): a repair ended; its CycleSummary.
        stopped(str): what was under way ended because it was told to; what it was.
        failed(object): it did not work; a Problem.
    """

    changed = Signal()
    noticed = Signal(object)
    repaired = Signal(object)
    stopped = Signal(str)
    failed = Signal(object)

    def __init__(self, watched: WatchedPlan, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._watched = watched
        self._call: Call | None = None
        self.report: DriftReport | None = None
        self.looked = False
        self.doing: Doing = ""
        self.progress: Progress | None = None
        self.stopping = False

    @Slot()
    def look(self) -> None:
        """Ask for the comparison made last; nothing is compared."""
        self._begin("look", "drift", last=True, rows=LISTED)

    @Slot()
    def compare(self) -> None:
        """Compare now."""
        self._begin("compare", "drift", rows=LISTED)

    def repair(self, ids: Sequence[str]) -> None:
        """Repair these differences of the last comparison; all of them when none is named."""
        if ids:
            self._begin("repair", "repair-drift", ids=list(ids))
        else:
            self._begin("repair", "repair-drift", all=True)

    @Slot()
    def stop(self) -> None:
        """End what is under way at its next safe point."""
        if self._call is not None and not self.stopping:
            self.stopping = True
            self._call.cancel()
            self.changed.emit()

    def _begin(self, doing: Doing, task: str, **params: Any) -> None:
        if self.doing:
            return
        try:
            self._watched.refresh()
        except Problem as problem:
            self.failed.emit(problem)
            return
        self.doing, self.progress, self.stopping = doing, None, False
        self._call = self._watched.ask(task, **params)
        self._call.event.connect(self._hear)
        self._call.finished.connect(self._finish)
        self._call.failed.connect(self._break_off)
        self.changed.emit()

    @Slot(object)
    def _hear(self, event: Progress) -> None:
        if event.event == "progress":
            self.progress = event
            self.changed.emit()
        elif event.event == "notice":
            self.noticed.emit(event)

    @Slot(object)
    def _finish(self, result: DriftReport | CycleSummary) -> None:
        doing = self._end()
        if doing == "repair":
            self.repaired.emit(result)
            self.look()  # what is repaired is off the list
            return
        self.report = result  # type: ignore[assignment]
        self.looked = True
        self.changed.emit()

    @Slot(object)
    def _break_off(self, problem: Problem) -> None:
        stopping, doing = self.stopping, self._end()
        if doing == "look" and problem.code == _NEVER:
            self.report, self.looked = None, True
            self.changed.emit()
            return
        self.changed.emit()
        if stopping and problem.code in _STOPPED:
            self.stopped.emit(doing)
        else:
            self.failed.emit(problem)
        if doing == "repair":
            self.look()  # a part may have been sent

    def _end(self) -> Doing:
        doing, self.doing = self.doing, ""
        self._call = self.progress = None
        self.stopping = False
        return doing
