"""The worker process: requests come in on standard input, what tasks say goes out on standard output.

Several requests run at once on one asyncio loop. The process ends when its standard input closes, whatever it
is doing, so it never outlives the window. It imports no Qt.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
import threading
import time
from contextlib import aclosing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from app.engine.control import Control
from app.setup.problem import Problem
from app.tasks.context import Context, Shared
from app.tasks.registry import find, perform, unexpected
from app.tasks.results import Result
from app.worker.messages import (
    CANCELLED,
    Answer,
    BadMessage,
    Cancel,
    ErrorBody,
    ErrorMessage,
    EventMessage,
    Incoming,
    Pause,
    Request,
    ResultMessage,
    encode,
    read_incoming,
)
from app.worker.outbox import Outbox
from app.worker.throttle import Throttle

if TYPE_CHECKING:
    from app.setup.secret_token import TokenStore

PATIENCE = 1.5
"""Seconds after a cancel in which a task may bring things in order by itself. The window waits 2."""
LAST_WORDS = 3.0
"""Seconds from the end of standard input to the end of the process, at most."""

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Running:
    """One request that is being worked on."""

    request: Request
    control: Control
    task: asyncio.Task[None] | None = field(default=None)


class Worker:
    """Runs requests and answers them.

    Attributes:
        running: the requests that have not ended, by id.
    """

    def __init__(self, outbox: Outbox, tokens: TokenStore) -> None:
        self.running: dict[str, Running] = {}
        self._outbox = outbox
        self._tokens = tokens
        self._shared = Shared()

    def hear(self, line: bytes) -> None:
        """Act on one line of the window. A line that is no message is answered by an error."""
        if not line.strip():
            return
        try:
            message = read_incoming(line)
        except BadMessage as problem:
            # With the id of a request that is running, the error would look like that request's end.
            id_ = None if problem.id in self.running else problem.id
            self._say(ErrorMessage(id=id_, error=ErrorBody.of(problem)))
            return
        self._obey(message)

    async def close(self) -> None:
        """Stop everything; return when all requests have ended, or after their time is up."""
        tasks = []
        for running in list(self.running.values()):
            self._cancel(running)
            if running.task is not None:
                tasks.append(running.task)
        if tasks:
            await asyncio.wait(tasks, timeout=PATIENCE + 0.5)
        self._shared.close()

    def _obey(self, message: Incoming) -> None:
        running = self.running.get(message.id)
        if isinstance(message, Request):
            if running is not None:
                clash = BadMessage(f"a request with the id {message.id} is running")
                self._say(ErrorMessage(id=None, error=ErrorBody.of(clash)))
                return
            self._start(message)
        elif running is None:
            # It has just ended; its end and this message passed each other in the pipe.
            return
        elif isinstance(message, Cancel):
            self._cancel(running)
        elif isinstance(message, Pause):
            if message.pause:
                running.control.pause()
            else:
                running.control.resume()

    def _start(self, request: Request) -> None:
        running = Running(request, Control())
        self.running[request.id] = running
        running.task = asyncio.get_running_loop().create_task(self._serve(running), name=request.task)

    def _cancel(self, running: Running) -> None:
        if running.task is None:
            return
        running.control.stop()
        if _ends_itself(running.request.task):
            # The engine ends at its next check-point with a summary; it is cut off when that takes too long.
            asyncio.get_running_loop().call_later(PATIENCE, running.task.cancel)
        else:
            running.task.cancel()

    async def _serve(self, running: Running) -> None:
        request = running.request
        try:
            end = await self._work(running)
        except asyncio.CancelledError:
            # The end of this asyncio task: there is nobody to tell but the window.
            end = _error(request.id, _cancelled())
        except Problem as problem:
            end = _error(request.id, problem)
        except Exception as error:
            log.exception("answering %s failed", request.task)
            end = _error(request.id, unexpected(request.task, error))
        finally:
            self.running.pop(request.id, None)
        self._say(end)

    async def _work(self, running: Running) -> Answer:
        request = running.request
        throttle = Throttle(
            lambda event: self._say(EventMessage(id=request.id, event=event)), asyncio.get_running_loop()
        )
        context = Context(
            tokens=self._tokens,
            control=running.control,
            shared=self._shared,
            plan=request.plan,
            plan_path=_whole(request.plan_path),
        )
        result: Result | None = None
        try:
            async with aclosing(perform(request.task, context, request.params)) as said:
                async for item in said:
                    if isinstance(item, Result):
                        result = item
                    else:
                        throttle.take(item)
                        await self._outbox.room()
        finally:
            throttle.finish()
        if result is None:
            raise RuntimeError(f"task {request.task} ended without a result")
        return ResultMessage(id=request.id, kind=type(result).__name__, result=result.model_dump())

    def _say(self, answer: Answer) -> None:
        self._outbox.post(encode(answer))


def main() -> int:
    """Be the worker until standard input closes."""
    from app.setup.logbook import open_log

    # Ctrl-C in the terminal that the window was started from is the window's affair.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    out = _own_output()
    open_log("worker")
    asyncio.run(_run(out))
    logging.shutdown()
    return 0


async def _run(out: int) -> None:
    from app.setup.secret_token import TokenStore

    loop = asyncio.get_running_loop()
    outbox = Outbox(out, loop)
    worker = Worker(outbox, TokenStore())
    closed = asyncio.Event()

    def read(source: BinaryIO) -> None:
        try:
            for line in source:
                loop.call_soon_threadsafe(worker.hear, line)
        finally:
            loop.call_soon_threadsafe(closed.set)
            # Should the loop be stuck in something that computes for ever, this thread ends the process.
            time.sleep(LAST_WORDS)
            os._exit(1)

    threading.Thread(target=read, args=(sys.stdin.buffer,), name="requests", daemon=True).start()
    await closed.wait()
    await worker.close()
    outbox.drain(0.3)


def _own_output() -> int:
    """Take standard output for the messages alone; whatever else prints goes to standard error."""
    out = os.dup(1)
    try:
        os.dup2(2, 1)
    except OSError:
        # A windowed program may be started without standard error.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    return out


def _whole(path: str | None) -> Path | None:
    return Path(path).absolute() if path else None


def _ends_itself(task: str) -> bool:
    try:
        return find(task).ends_itself
    except Problem:
        return False


def _error(id_: str, problem: Problem) -> ErrorMessage:
    from app.setup.redaction import secrets_seen

    body = ErrorBody.of(problem)
    return ErrorMessage(
        id=id_,
        error=ErrorBody(**{name: secrets_seen.clean(text) for name, text in body.model_dump().items()}),
    )


def _cancelled() -> Problem:
    return Problem(CANCELLED, "It was stopped before it ended.", remedy="Start it again when you like.")
