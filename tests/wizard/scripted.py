"""A worker that answers what a test tells it to, for what the real one cannot be made to say on demand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.setup.plan import SetupPlan
from app.setup.problem import Problem
from app.worker.messages import Event, Result

Answer: TypeAlias = Callable[[dict[str, Any], SetupPlan | None], Result | Problem]


class ScriptedCall(QObject):
    """A call that ends when the test says so, or as its task's answer says."""

    event = Signal(object)
    finished = Signal(object)
    failed = Signal(object)

    def __init__(
        self,
        task: str,
        params: dict[str, Any],
        plan: SetupPlan | None,
        answer: Answer | None,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self.task, self.params, self.plan = task, params, plan
        self.cancelled = False
        self.pauses: list[bool] = []
        self._answer = answer
        if answer is not None:
            QTimer.singleShot(0, self, self._answer_now)

    @Slot()
    def _answer_now(self) -> None:
        assert self._answer is not None
        self.end(self._answer(self.params, self.plan))

    def say(self, event: Event) -> None:
        self.event.emit(event)

    def end(self, outcome: Result | Problem) -> None:
        (self.failed if isinstance(outcome, Problem) else self.finished).emit(outcome)

    def cancel(self, patience: int = 2_000) -> None:
        self.cancelled = True
        self.patience = patience

    def pause(self, on: bool) -> None:
        self.pauses.append(on)


class ScriptedWorker(QObject):
    """Stands in for ``WorkerClient``.

    Attributes:
        answers: by task; a task without one stays open until the test ends its call.
        calls: everything that was asked, in order.
    """

    started = Signal()
    died = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.answers: dict[str, Answer] = {}
        self.calls: list[ScriptedCall] = []

    def start(self) -> None:
        pass

    def ask(
        self,
        task: str,
        plan: SetupPlan | None = None,
        params: dict[str, Any] | None = None,
        plan_path: Path | None = None,
    ) -> ScriptedCall:
        call = ScriptedCall(task, params or {}, plan, self.answers.get(task), self)
        self.calls.append(call)
        return call

    def of(self, task: str) -> list[ScriptedCall]:
        return [call for call in self.calls if call.task == task]
