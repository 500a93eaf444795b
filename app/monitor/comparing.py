"""Comparing the app with what should be there, and repairing what differs: one thing at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from PySide6.QtCore import QObject, Signal, Slot

from app.monitor.compare_words import LISTED
from app.monitor.under_way import UnderWay

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.monitor.watched_plan import WatchedPlan
    from app.setup.problem import Problem
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
        self.report: DriftReport | None = None
        self.looked = False
        self.doing: Doing = ""
        self._task = UnderWay(watched, self)
        self._task.changed.connect(self.changed)
        self._task.noticed.connect(self.noticed)
        self._task.refused.connect(self.failed)
        self._task.ended.connect(self._finish)
        self._task.broken.connect(self._break_off)

    @property
    def progress(self) -> Progress | None:
        """How far it is; None while unknown."""
        return self._task.progress

    @property
    def stopping(self) -> bool:
        """Whether it was told to stop."""
        return self._task.stopping

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
        self._task.stop()

    def _begin(self, doing: Doing, task: str, **params: Any) -> None:
        if not self.doing and self._task.begin(task, **params):
            self.doing = doing
            self.changed.emit()

    @Slot(object)
    def _finish(self, result: DriftReport | CycleSummary) -> None:
        doing, self.doing = self.doing, ""
        if doing == "repair":
            self.repaired.emit(result)
            self.look()  # what is repaired is off the list
            return
        self.report = result  # type: ignore[assignment]
        self.looked = True
        self.changed.emit()

    @Slot(object, bool)
    def _break_off(self, problem: Problem, stopping: bool) -> None:
        doing, self.doing = self.doing, ""
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
