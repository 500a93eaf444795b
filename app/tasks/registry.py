"""Every task by name, and the one way to run one.

A task is a module with ``class Params(BaseModel)`` and ``async def run(context, params)`` that yields events
and, last, one result. Modules are imported when first asked for: a worker that only tests a connection never
loads the engine.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass
from importlib import import_module
from typing import Any, TypeAlias

from pydantic import BaseModel, ValidationError

from app.setup.problem import Problem
from app.tasks.context import Context
from app.tasks.events import Event
from app.tasks.results import Result

Said: TypeAlias = AsyncGenerator[Event | Result, None]
"""What a task's ``run`` gives: any number of events, then one result."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Task:
    """One thing that can be asked for.

    Attributes:
        name: as in a request.
        module: where it is, imported when first needed.
        ends_itself: a cancel is first only told to its control, for it has something to bring in order.
    """

    name: str
    module: str
    ends_itself: bool = False

    def params(self, given: dict[str, Any]) -> BaseModel:
        """The task's own parameters.

        Raises:
            Problem: they are not as the task has them.
        """
        model: type[BaseModel] = import_module(self.module).Params
        try:
            return model.model_validate(given)
        except ValidationError as error:
            raise _bad_params(self.name, error) from error

    def run(self, context: Context, params: BaseModel) -> Said:
        """Start it."""
        runner: Callable[[Context, BaseModel], Said] = import_module(self.module).run
        return runner(context, params)


TASKS: dict[str, Task] = {
    task.name: task
    for task in (
        Task("check", "app.tasks.check"),
        Task("save-report", "app.tasks.save_report"),
        Task("compare-reports", "app.tasks.compare_reports"),
        Task("read-people", "app.tasks.read_people"),
        Task("list-people", "app.tasks.list_people"),
        Task("check-expression", "app.tasks.check_expression"),
        Task("list-functions", "app.tasks.list_functions"),
        Task("preview-person", "app.tasks.preview_person"),
        Task("count-scope", "app.tasks.count_scope"),
        Task("preview", "app.tasks.preview", ends_itself=True),
        Task("run", "app.tasks.run", ends_itself=True),
        Task("provision-one", "app.tasks.provision_one", ends_itself=True),
        Task("drift", "app.tasks.drift", ends_itself=True),
        Task("repair-drift", "app.tasks.repair_drift", ends_itself=True),
        Task("cycle-points", "app.tasks.cycle_points"),
        Task("mail-password-set", "app.tasks.mail_password_set"),
        Task("mail-password-state", "app.tasks.mail_password_state"),
        Task("mail-password-forget", "app.tasks.mail_password_forget"),
        Task("mail-test", "app.tasks.mail_test"),
        Task("schedule-install", "app.tasks.schedule_install"),
        Task("schedule-remove", "app.tasks.schedule_remove"),
        Task("schedule-show", "app.tasks.schedule_show"),
        Task("staged", "app.tasks.staged"),
        Task("decide-staged", "app.tasks.decide_staged"),
        Task("restart", "app.tasks.restart"),
        Task("status", "app.tasks.status"),
        Task("log", "app.tasks.log"),
        Task("export-log", "app.tasks.export_log"),
        Task("pause", "app.tasks.pause"),
        Task("resume", "app.tasks.resume"),
        Task("token-set", "app.tasks.token_set"),
        Task("token-state", "app.tasks.token_state"),
        Task("token-forget", "app.tasks.token_forget"),
        Task("practice-start", "app.tasks.practice_start"),
        Task("practice-tenant", "app.tasks.practice_tenant"),
        Task("entra-sign-in", "app.tasks.entra.sign_in"),
        Task("entra-sign-out", "app.tasks.entra.sign_out"),
        Task("entra-whoami", "app.tasks.entra.whoami"),
        Task("entra-check", "app.tasks.entra.check"),
        Task("entra-set-saml", "app.tasks.entra.set_saml"),
        Task("entra-status", "app.tasks.entra.status"),
        Task("entra-pause", "app.tasks.entra.pause"),
        Task("entra-resume", "app.tasks.entra.resume"),
        Task("entra-restart", "app.tasks.entra.restart"),
        Task("entra-allow-deletes", "app.tasks.entra.allow_deletes"),
        Task("entra-provision", "app.tasks.entra.provision"),
        Task("entra-log", "app.tasks.entra.log"),
        Task("entra-export-log", "app.tasks.entra.export_log"),
        Task("entra-calls", "app.tasks.entra.calls"),
        Task("entra-apply", "app.tasks.entra.apply", ends_itself=True),
        Task("entra-undo", "app.tasks.entra.undo", ends_itself=True),
        Task("entra-find-apps", "app.tasks.entra.find_apps"),
        Task("entra-search", "app.tasks.entra.search"),
        Task("entra-assigned", "app.tasks.entra.assigned"),
        Task("entra-unassign", "app.tasks.entra.unassign"),
        Task("entra-restore-schema", "app.tasks.entra.restore_schema"),
        Task("export-runbook", "app.tasks.entra.export_runbook"),
    )
}


def find(name: str) -> Task:
    """A task by its name.

    Raises:
        Problem: there is none of that name.
    """
    task = TASKS.get(name)
    if task is None:
        raise Problem(
            "NO-SUCH-TASK",
            f"Rollcall's worker knows no task named {name!r}.",
            "The window and the worker are most likely of different versions.",
            "Close Rollcall and start it again.",
        )
    return task


async def perform(name: str, context: Context, given: dict[str, Any]) -> Said:
    """Run a task by name; whatever goes wrong comes out as a :class:`Problem`.

    Raises:
        Problem: what the task raised, or ``UNEXPECTED`` for an error that nobody foresaw. Its traceback is in
            the log.
    """
    try:
        task = find(name)
        async with aclosing(task.run(context, task.params(given))) as said:
            async for item in said:
                yield item
    except Problem:
        raise
    except Exception as error:
        log.exception("task %s ended unexpectedly", name)
        raise unexpected(name, error) from error


def unexpected(doing: str, error: BaseException) -> Problem:
    """The problem of an error that nobody foresaw. Its text may hold anything, so only its kind is shown."""
    return Problem(
        "UNEXPECTED",
        f"Something went wrong inside Rollcall ({doing}).",
        "This is a mistake in Rollcall, not in what you did. Nothing else was stopped by it.",
        "Try again. If it happens again, report it with the log file from Rollcall's data folder.",
        type(error).__name__,
    )


def _bad_params(name: str, error: ValidationError) -> Problem:
    # Never the input itself: token-set has a token in it.
    found = error.errors(include_input=False, include_url=False, include_context=False)
    return Problem(
        "BAD-PARAMETERS",
        f"The task {name} was asked for in a way it does not know.",
        "; ".join(f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}" for fault in found),
        "Close Rollcall and start it again; window and worker are most likely of different versions.",
    )
