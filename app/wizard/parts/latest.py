"""Ask the worker while somebody types: wait for a pause, ask once, and only the newest answer counts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot

if TYPE_CHECKING:
    from app.setup.plan import SetupPlan
    from app.worker.client import Call, WorkerClient

TYPING_PAUSE = 300
"""Milliseconds without a key before the worker is asked."""


class LatestAnswer(QObject):
    """Asks one task again and again, one question at a time, and drops every answer but the newest's.

    An outdated question is not cancelled: it ends soon by itself, and a cancel that is not answered in time
    costs the worker its process.

    Signals:
        started(): a question went to the worker.
        answered(object): the result of the newest question.
        failed(object): the Problem of the newest question.
    """

    started = Signal()
    answered = Signal(object)
    failed = Signal(object)

    def __init__(self, worker: WorkerClient, task: str, parent: QObject, pause: int = TYPING_PAUSE) -> None:
        super().__init__(parent)
        self._worker = worker
        self._task = task
        self._call: Call | None = None
        self._outdated = False
        self._question: tuple[SetupPlan | None, dict[str, Any], Path | None] | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(pause)
        self._timer.timeout.connect(self._ask)

    @property
    def waiting(self) -> bool:
        """Whether an answer that counts is still to come."""
        return self._question is not None or (self._call is not None and not self._outdated)

    def ask_soon(
        self, params: dict[str, Any], plan: SetupPlan | None = None, plan_path: Path | None = None
    ) -> None:
        """Ask when the typing pauses; a later question replaces this one."""
        self._outdated = self._call is not None
        self._question = (plan.model_copy(deep=True) if plan is not None else None, params, plan_path)
        self._timer.start()

    def ask_now(
        self, params: dict[str, Any], plan: SetupPlan | None = None, plan_path: Path | None = None
    ) -> None:
        """Ask without waiting for a pause."""
        self.ask_soon(params, plan, plan_path)
        self._timer.stop()
        self._ask()

    def drop(self) -> None:
        """Forget the question, asked or not."""
        self._timer.stop()
        self._question = None
        self._outdated = self._call is not None

    @Slot()
    def _ask(self) -> None:
        if self._call is not None or self._question is None:
            return  # a running one asks the next when it ends
        plan, params, plan_path = self._question
        self._question = None
        self._outdated = False
        self._call = self._worker.ask(self._task, plan, params, plan_path)
        self._call.finished.connect(self._finish)
        self._call.failed.connect(self._fail)
        self.started.emit()

    def _counts(self) -> bool:
        """Note the end of the call; whether its answer is the newest question's."""
        self._call = None
        outdated, self._outdated = self._outdated, False
        if self._question is not None and not self._timer.isActive():
            self._ask()
        return not outdated

    @Slot(object)
    def _finish(self, result: object) -> None:
        if self._counts():
            self.answered.emit(result)

    @Slot(object)
    def _fail(self, problem: object) -> None:
        if self._counts():
            self.failed.emit(problem)
