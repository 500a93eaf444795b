"""The window's side of the pipe to the worker process.

The work lives in a process of its own because Python's lock would stop the window otherwise (measured: a 5 ms
timer late by up to 8.8 s with the work on a thread). This side starts that process, cuts its output into
messages, hands them to the calls they belong to, and starts a new one when it dies.
"""

from __future__ import annotations

import itertools
import logging
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QProcess, QTimer, Signal, Slot

from app.setup.problem import Problem
from app.worker.call import Call
from app.worker.launch import worker_command, worker_environment
from app.worker.lines import Lines, LineTooLong

if TYPE_CHECKING:
    from app.setup.plan import SetupPlan
    from app.worker.messages import Answer, Incoming

__all__ = ["Call", "WorkerClient"]

_log = logging.getLogger(__name__)

BACK_OFF = (0, 500, 1_000, 2_000, 4_000)
"""Milliseconds before each new start after a death. When all are used up, the next request starts it
again."""

_LAST_WORDS = 20
_GOODBYE = 2_000


class WorkerClient(QObject):
    """Asks the worker process for tasks.

    Signals:
        started(): a worker process runs.
        died(str): the process ended without being asked to; the text has the last lines it said.
    """

    started = Signal()
    died = Signal(str)

    def __init__(self, parent: QObject | None = None, command: tuple[str, list[str]] | None = None) -> None:
        super().__init__(parent)
        self._program, self._arguments = command or worker_command()
        self._process: QProcess | None = None
        self._lines = Lines()
        self._words: deque[str] = deque(maxlen=_LAST_WORDS)
        self._calls: dict[str, Call] = {}
        self._ids = itertools.count(1)
        self._waiting: list[bytes] = []
        self._deaths = 0
        self._closing = False
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.timeout.connect(self._launch)

    @property
    def pid(self) -> int:
        """The worker's process id; 0 while none runs."""
        running = self._process is not None and self._process.state() == QProcess.ProcessState.Running
        return self._process.processId() if running and self._process is not None else 0

    @property
    def calls(self) -> list[Call]:
        """The calls that have not ended."""
        return list(self._calls.values())

    def start(self) -> None:
        """Start the process before it is first needed. Asking starts it too."""
        if self._process is None and not self._again.isActive() and not self._closing:
            self._launch()

    def ask(
        self,
        task: str,
        plan: SetupPlan | None = None,
        params: dict[str, Any] | None = None,
        plan_path: Path | None = None,
    ) -> Call:
        """Ask for a task.

        Args:
            task: its name in ``app.tasks.registry``.
            plan: the plan as it stands in the window.
            params: the task's parameters; plain JSON values. Secrets may be among them: they go through the
                pipe only.
            plan_path: where the plan is saved; relative paths in it are meant from there.

        Returns:
            The call. It never ends before control is back in the event loop, so there is time to connect.
        """
        from app.worker.messages import Request, encode  # after the first paint: pydantic takes its time

        call = Call(self, str(next(self._ids)), task)
        self._calls[call.id] = call
        where = str(plan_path.resolve()) if plan_path is not None else None
        line = encode(Request(id=call.id, task=task, plan=plan, plan_path=where, params=params or {}))
        if self._running():
            self._write(line)
        else:
            self._waiting.append(line)
            self.start()
        return call

    def stop(self) -> None:
        """End the process: close its input, wait up to 2 s, then kill it. Pending calls fail."""
        self._closing = True
        self._again.stop()
        process, self._process = self._process, None
        if process is not None:
            self._unhear(process)
            process.closeWriteChannel()
            if not process.waitForFinished(_GOODBYE):
                process.kill()
                process.waitForFinished(_GOODBYE)
            process.deleteLater()
        self._fail_all(Problem("CANCELLED", "Rollcall was closed before this had ended."))

    # What calls use

    def send_cancel(self, call: Call) -> None:
        """Send a cancel for a call (used by :class:`Call`)."""
        from app.worker.messages import Cancel

        self._send(Cancel(id=call.id))

    def send_pause(self, call: Call, on: bool) -> None:
        """Send a pause for a call (used by :class:`Call`)."""
        from app.worker.messages import Pause

        self._send(Pause(id=call.id, pause=on))

    def give_up(self, call: Call) -> None:
        """Kill the worker because a cancelled call did not end (used by :class:`Call`)."""
        _log.warning("task %s did not end within 2 s of its cancel; its process is killed", call.task)
        self._calls.pop(call.id, None)
        process, self._process = self._process, None
        if process is not None:
            self._unhear(process)
            process.kill()
            process.finished.connect(process.deleteLater)
        self._lines.drop()
        call.end_badly(
            Problem(
                "CANCELLED",
                f"The task '{call.task}' was stopped by force.",
                "It did not answer within 2 seconds.",
                "What it had sent by then is kept in the log; start it again when you are ready.",
            )
        )
        self._fail_all(
            Problem(
                "WORKER-RESTARTED",
                "This was interrupted because another task had to be stopped by force.",
                "Both ran in the same worker process.",
                "Try again; a new worker is starting.",
            )
        )
        self._launch()

    # The process

    def _unhear(self, process: QProcess) -> None:
        """What this process still says or does is of no interest any more."""
        process.readyReadStandardOutput.disconnect(self._on_output)
        process.readyReadStandardError.disconnect(self._on_words)
        process.finished.disconnect(self._on_finished)
        process.errorOccurred.disconnect(self._on_error)

    def _running(self) -> bool:
        return self._process is not None and self._process.state() == QProcess.ProcessState.Running

    @Slot()
    def _launch(self) -> None:
        if self._closing or self._process is not None:
            return
        process = QProcess(self)
        process.setProcessEnvironment(worker_environment())
        process.setProcessChannelMode(QProcess.ProcessChannelMode.SeparateChannels)
        process.started.connect(self._on_started)
        process.readyReadStandardOutput.connect(self._on_output)
        process.readyReadStandardError.connect(self._on_words)
        process.finished.connect(self._on_finished)
        process.errorOccurred.connect(self._on_error)
        self._process = process
        self._words.clear()
        self._lines.drop()
        process.start(self._program, self._arguments)

    @Slot()
    def _on_started(self) -> None:
        waiting, self._waiting = self._waiting, []
        for line in waiting:
            self._write(line)
        self.started.emit()

    def _write(self, line: bytes) -> None:
        if self._process is not None:
            self._process.write(line)

    def _send(self, message: Incoming) -> None:
        from app.worker.messages import encode

        line = encode(message)
        if self._running():
            self._write(line)
        else:
            self._waiting.append(line)

    @Slot()
    def _on_words(self) -> None:
        if self._process is None:
            return
        said = bytes(self._process.readAllStandardError().data()).decode("utf-8", "replace")
        self._words.extend(line for line in said.splitlines() if line.strip())

    @Slot()
    def _on_output(self) -> None:
        if self._process is None:
            return
        try:
            lines = self._lines.feed(bytes(self._process.readAllStandardOutput().data()))
        except LineTooLong as error:
            self._words.append(str(error))
            self._process.kill()
            return
        for line in lines:
            self._on_line(line)

    def _on_line(self, line: bytes) -> None:
        from app.worker.messages import BadMessage, read_answer

        try:
            self._on_answer(read_answer(line))
        except BadMessage as problem:
            # The line itself may hold anything, so only what is wrong with it is kept.
            _log.warning("the worker said what is no message: %s", problem.details)
            call = self._calls.pop(problem.id, None) if problem.id is not None else None
            if call is not None:
                call.end_badly(problem)

    def _on_answer(self, answer: Answer) -> None:
        from app.worker.messages import EventMessage, ResultMessage

        if isinstance(answer, EventMessage):
            call = self._calls.get(answer.id)
            if call is not None:
                call.say(answer.event)
            return
        if isinstance(answer, ResultMessage):
            result = answer.typed()
            call = self._calls.pop(answer.id, None)
            self._deaths = 0
            if call is not None:
                call.end_well(result)
            return
        call = self._calls.pop(answer.id, None) if answer.id is not None else None
        self._deaths = 0
        if call is not None:
            call.end_badly(answer.error.problem())
        else:
            _log.warning("the worker reported %s without a request", answer.error.code)

    # Its death

    @Slot(QProcess.ProcessError)
    def _on_error(self, error: QProcess.ProcessError) -> None:
        # Every other error is followed by `finished`.
        if error == QProcess.ProcessError.FailedToStart and self._process is not None:
            self._words.append(self._process.errorString())
            self._bury("it could not be started")

    @Slot(int, QProcess.ExitStatus)
    def _on_finished(self, code: int, status: QProcess.ExitStatus) -> None:
        self._on_output()
        self._on_words()
        crashed = status == QProcess.ExitStatus.CrashExit
        self._bury(f"it was ended by signal {code}" if crashed else f"it ended with exit code {code}")

    def _bury(self, how: str) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.deleteLater()
        self._waiting.clear()
        words = "\n".join(self._words)
        self._deaths += 1
        more = self._deaths <= len(BACK_OFF)
        if more and not self._closing:
            self._again.start(BACK_OFF[self._deaths - 1])
        self._fail_all(
            Problem(
                "WORKER-DIED",
                "Rollcall's worker process stopped in the middle of this.",
                f"Most likely {how} by the system or another program, or it met a fault of its own.",
                "Try again; a new worker is starting."
                if more
                else "Close Rollcall and start it again; if that fails too, copy the details for support.",
                f"{how}\n{words}".strip(),
            )
        )
        self.died.emit(f"{how}\n{words}".strip())

    def _fail_all(self, problem: Problem) -> None:
        calls, self._calls = self._calls, {}
        for call in calls.values():
            call.end_badly(problem)
