"""One request to the worker, as the window holds it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

if TYPE_CHECKING:
    from app.setup.problem import Problem
    from app.worker.client import WorkerClient

ANSWER_TO_CANCEL = 2_000
"""Milliseconds that a task has to end after it was cancelled; then its process is killed."""


class _Voice(QObject):
    """The signals of a call, in the window's thread.

    Apart from :class:`Call` because a QObject has a method named ``event`` already, and a signal of that name
    would take its place.
    """

    said = Signal(object)
    finished = Signal(object)
    failed = Signal(object)

    def __init__(self, client: WorkerClient, call: Call) -> None:
        super().__init__(client)
        self._client = client
        self._call = call
        self.patience = QTimer(self)
        self.patience.setSingleShot(True)
        self.patience.setInterval(ANSWER_TO_CANCEL)
        self.patience.timeout.connect(self._lose_patience)

    @Slot()
    def _lose_patience(self) -> None:
        if not self._call.over:
            self._client.give_up(self._call)


class Call:
    """A task that was asked for. It ends exactly once, with ``finished`` or with ``failed``.

    Connect its signals to bound methods of QObjects in the window's thread.

    Attributes:
        id: the request's id in the pipe.
        task: the task's name.
        over: whether it has ended.
        event: signal(object): the task said something: a model of ``app.tasks.events``.
        finished: signal(object): its result: a model of ``app.tasks.results``.
        failed: signal(object): a ``Problem``; code ``CANCELLED`` when it was cancelled.
    """

    def __init__(self, client: WorkerClient, id_: str, task: str) -> None:
        self.id = id_
        self.task = task
        self.over = False
        self._client = client
        self._cancelled = False
        self._voice = _Voice(client, self)
        self.event = self._voice.said
        self.finished = self._voice.finished
        self.failed = self._voice.failed

    def cancel(self, patience: int = ANSWER_TO_CANCEL) -> None:
        """Ask the task to end; its end still comes as a signal, after its time at the latest.

        Args:
            patience: milliseconds until its process is killed; more for a task that has to clean up in the
                app first.
        """
        if self.over or self._cancelled:
            return
        self._cancelled = True
        self._voice.patience.start(patience)
        self._client.send_cancel(self)

    def pause(self, on: bool) -> None:
        """Hold the task before its next step, or let it go on."""
        if not self.over:
            self._client.send_pause(self, on)

    @property
    def cancelling(self) -> bool:
        """Whether it was cancelled and has not ended yet."""
        return self._cancelled and not self.over

    def say(self, event: object) -> None:
        """Called by the client: the task said something."""
        if not self.over:
            self.event.emit(event)

    def end_well(self, result: object) -> None:
        """Called by the client: the result is there."""
        if self._end():
            self.finished.emit(result)

    def end_badly(self, problem: Problem) -> None:
        """Called by the client: it did not work out."""
        if self._end():
            self.failed.emit(problem)

    def _end(self) -> bool:
        if self.over:
            return False
        self.over = True
        self._voice.patience.stop()
        self._voice.deleteLater()
        return True
