"""Does what a command asks for: the same tasks as the worker's, in this process, until done or Ctrl-C."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import aclosing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

import click

from app.engine.control import Control
from app.setup.logbook import close_log, open_log
from app.setup.plan import EntraChoice, SetupPlan
from app.setup.plan_file import PlanProblem, read_plan
from app.setup.problem import Problem
from app.setup.profile import ProfileProblem
from app.setup.redaction import secrets_seen
from app.setup.secret_token import TokenProblem, TokenStore, clean_token
from app.setup.tenant_url import TenantUrlProblem
from app.tasks.addressing import address
from app.tasks.context import Context, Shared
from app.tasks.events import Notice
from app.tasks.registry import find, perform
from app.tasks.results import Result
from app.terminal import HumanVoice, JsonVoice, Voice, exit_code

TOKEN_VARIABLE = "ROLLCALL_TOKEN"
CANCELLED = 130
WRONG_USE = 2
_WRONG = (PlanProblem, TenantUrlProblem, TokenProblem, ProfileProblem)
_WRONG_CODES = frozenset(
    {
        "TOKEN-MISSING",
        "NO-USERS-FILE",
        "BAD-PARAMETERS",
        "GRAPH-NOT-LOOPBACK",
        "PLACE-NOT-ENTRA",
    }
)


@dataclass(slots=True)
class Job:
    """One task with all it needs.

    Attributes:
        url: whose token is handed in, for tasks without a plan.
        json: speak JSON.
        token_stdin: the token comes from standard input.
        quiet: only a problem is said.
        everybody: tables name all people, however many they are.
        graph: the Graph of a practice tenant, in place of what the plan says.
        entra: keys of the plan's part [entra], for tasks without a plan.
        voice: put around the voice that speaks, for a command that does more with what is said.
        judge: the exit code of the task's result.
    """

    task: str
    params: dict[str, Any] = field(default_factory=dict)
    plan_path: Path | None = None
    url: str = ""
    json: bool = False
    token_stdin: bool = False
    quiet: bool = False
    everybody: bool = False
    graph: str = ""
    entra: dict[str, str] = field(default_factory=dict)
    voice: Callable[[Voice], Voice] | None = None
    judge: Callable[[Result], int] = exit_code


class Session:
    """What the cycles of one command share: tokens, the practice app, and Ctrl-C."""

    def __init__(self, job: Job) -> None:
        self._stop = asyncio.Event()
        self._job = job
        self._tokens = TokenStore()
        self._shared = Shared()
        self._control = Control()
        self._running: asyncio.Task[int] | None = None
        self._handed_in = _handed_in(job)

    @property
    def stopped(self) -> bool:
        """Whether Ctrl-C was pressed."""
        return self._stop.is_set()

    async def once(self, voice: Voice) -> int:
        """Do the job once; gives the exit code."""
        self._running = asyncio.current_task()
        try:
            plan, path = self._plan()
            context = Context(self._tokens, self._control, self._shared, plan, path)
            self._take_token(context)
            code = 0
            async with aclosing(perform(self._job.task, context, self._job.params)) as said:
                async for item in said:
                    if isinstance(item, Result):
                        code = self._job.judge(item)
                    if not self._job.quiet:
                        voice.result(item) if isinstance(item, Result) else voice.event(item)
        except Problem as problem:
            voice.problem(_clean(problem))
            if problem.code == "CANCELLED":
                return CANCELLED
            wrong = isinstance(problem, _WRONG) or problem.code in _WRONG_CODES
            return WRONG_USE if wrong else 1
        except asyncio.CancelledError:
            voice.problem(Problem("CANCELLED", "It was stopped before it ended."))
            return CANCELLED
        else:
            return CANCELLED if self.stopped else code
        finally:
            self._running = None

    async def every(self, voice: Voice, seconds: float) -> int:
        """Do the job again and again until Ctrl-C. A failed cycle does not end that; a wrong start does."""
        first = True
        while True:
            code = await self.once(voice)
            if self.stopped or (first and code == WRONG_USE):
                return code
            first = False
            voice.event(Notice(text=f"The next cycle begins in {seconds / 60:g} minutes. Ctrl-C ends this."))
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stop.wait(), seconds)
                voice.event(Notice(text="Stopped."))
                return CANCELLED

    def stop(self) -> None:
        """End in good order; the second time at once."""
        task = find(self._job.task)
        again = self.stopped
        self._stop.set()
        self._control.stop()
        if self._running is not None and (again or not task.ends_itself):
            self._running.cancel()

    def close(self) -> None:
        """End the practice app, if one was started."""
        self._shared.close()

    def _plan(self) -> tuple[SetupPlan | None, Path | None]:
        """The plan as its file has it now, so that a change counts from the next cycle on."""
        plan, path = None, None
        if self._job.plan_path is not None:
            path = self._job.plan_path.absolute()
            plan = read_plan(path)
        elif self._job.entra or self._job.graph:
            plan = SetupPlan(entra=EntraChoice.model_validate(self._job.entra))
        if plan is not None and self._job.graph:
            plan.entra = plan.entra.model_copy(update={"cloud": "practice", "graph": self._job.graph})
        return plan, path

    def _take_token(self, context: Context) -> None:
        if not self._handed_in:
            return
        if self._job.url:
            url = address(context, self._job.url, None)
        elif context.plan is not None and context.plan.app.tenant_url:
            url = context.tenant_url()
        else:
            return
        self._tokens.remember(url, clean_token(self._handed_in).token)


def do(job: Job) -> int:
    """Do a job once; gives the exit code."""
    return _work(job, None)


def do_every(job: Job, seconds: float) -> int:
    """Do a job, wait, do it again, until Ctrl-C."""
    return _work(job, seconds)


def read_token(what: str = "Secret token") -> str:
    """A secret from standard input; asked for, and not shown, where a person sits there."""
    if sys.stdin.isatty():
        return str(click.prompt(what, hide_input=True, err=True))
    return sys.stdin.read()


def _work(job: Job, seconds: float | None) -> int:
    voice: Voice = JsonVoice() if job.json else HumanVoice(everybody=job.everybody)
    voice = job.voice(voice) if job.voice is not None else voice
    with voice:
        try:
            logging_to = open_log("cli")
        except OSError as error:
            voice.problem(_no_data_folder(error))
            return 1
        session = Session(job)
        try:
            return asyncio.run(_heeding_signals(session, voice, seconds))
        finally:
            session.close()
            close_log(logging_to)


async def _heeding_signals(session: Session, voice: Voice, seconds: float | None) -> int:
    with _signals(session, asyncio.get_running_loop()):
        return await (session.once(voice) if seconds is None else session.every(voice, seconds))


@contextmanager
def _signals(session: Session, loop: asyncio.AbstractEventLoop) -> Iterator[None]:
    """Ctrl-C, and a service that is told to end, stop the job in good order."""

    def hear(number: int, frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(session.stop)

    before = {number: signal.signal(number, hear) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _handed_in(job: Job) -> str:
    """The token from standard input or the environment; known to the redactor before anything is written."""
    token = sys.stdin.read() if job.token_stdin else os.environ.get(TOKEN_VARIABLE, "")
    secrets_seen.add(token.strip())
    return token


def _clean(problem: Problem) -> Problem:
    return Problem(
        problem.code,
        secrets_seen.clean(problem.what),
        secrets_seen.clean(problem.why),
        secrets_seen.clean(problem.remedy),
        secrets_seen.clean(problem.details),
    )


def _no_data_folder(error: OSError) -> Problem:
    return Problem(
        "DATA-FOLDER",
        "Rollcall's data folder cannot be written to.",
        "It is read-only, belongs to another account, or its disk is full.",
        "Choose another one with --data-dir FOLDER.",
        str(error),
    )
