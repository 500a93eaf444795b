"""The plan's job on this computer's system, and how it is told."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from app.schedule.installing import Schedule
from app.schedule.job import ScheduledJob, job_for
from app.setup.folders import DATA_DIR_VARIABLE
from app.setup.plan import Place
from app.setup.problem import Problem
from app.setup.program import own_folder, windowless_command
from app.tasks.context import Context
from app.tasks.engine_results import ScheduleFile, ScheduleReport


def plan_file(context: Context) -> Path:
    """The plan's file; its job is known by it.

    Raises:
        Problem: the plan is not saved.
    """
    context.state()  # refuses a plan that is not saved
    path = context.plan_path or Path()
    return path.absolute()


def job_of(context: Context, minutes: int) -> ScheduledJob:
    """The job that runs the plan's cycles.

    Raises:
        Problem: the plan runs elsewhere, or cannot be written into a file of jobs.
    """
    plan = context.need_plan()
    if plan.run.where is not Place.THIS_COMPUTER:
        raise Problem(
            "SCHEDULE-PLACE",
            "Only a plan that runs on this computer can be scheduled on it.",
            "Microsoft's own service runs by itself, and the practice app ends with the command.",
            'Choose "This computer" as the place (in the plan: where = "this-computer").',
        )
    path = plan_file(context)
    chosen = os.environ.get(DATA_DIR_VARIABLE)
    data = ["--data-dir", str(Path(chosen).absolute())] if chosen else []
    command = windowless_command("sync", "--scheduled", *data, str(path))
    packaged = bool(getattr(sys, "frozen", False))
    return job_for(path, minutes, command, "" if packaged else own_folder())


def report(made: Schedule, sentence: str) -> ScheduleReport:
    """What stands on the disk, as it is told."""
    return ScheduleReport(
        system=made.system,
        installed=made.installed,
        every=made.minutes,
        files=[ScheduleFile(path=str(path), text=text) for path, text in made.files.items()],
        commands=made.commands,
        sentence=sentence,
    )
