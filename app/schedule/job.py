"""What the system is to run, however the system calls it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from app.setup.problem import Problem

LEAST, MOST = 1, 44_640
"""Minutes between two runs: Windows' task scheduler takes one minute to 31 days."""
_SLUG: Final = re.compile(r"[^A-Za-z0-9]+")


@dataclass(frozen=True, slots=True)
class ScheduledJob:
    """One plan, run again and again.

    Attributes:
        name: of the unit, agent or task: the plan file's name and a mark of its path, so that two plans of
            the same name do not meet.
        command: the program with its arguments.
        plan: the plan file, absolute.
        minutes: between the end of a run, or its start, and the next one.
        python_path: where Rollcall's own code is, for one that is not packaged; empty otherwise.
    """

    name: str
    command: tuple[str, ...]
    plan: Path
    minutes: int
    python_path: str = ""


def job_for(plan: Path, minutes: int, command: list[str], python_path: str) -> ScheduledJob:
    """The job of a plan.

    Raises:
        Problem: the pace is out of bounds, or a path has characters that no system's file of jobs can hold.
    """
    if not LEAST <= minutes <= MOST:
        raise Problem(
            "SCHEDULE-PACE",
            f"{minutes:,} minutes is no pace at which a plan can be run.",
            f"It goes from {LEAST} minute to {MOST:,} minutes, which are 31 days.",
            "Choose another number of minutes; Entra's own pace is 40.",
        )
    for part in (*command, python_path):
        if any(ord(letter) < 32 or 0xD800 <= ord(letter) <= 0xDFFF for letter in part):
            raise Problem(
                "SCHEDULE-PATH",
                "A path has characters that cannot be written into the system's list of jobs.",
                "There is a line end or a control character in it, or a character that is not Unicode.",
                "Rename the folder or the plan file, and try again.",
                repr(part),
            )
    return ScheduledJob(job_name(plan), tuple(command), plan, minutes, python_path)


def job_name(plan: Path) -> str:
    """The name that a plan's job has on every system: letters, digits and hyphens."""
    mark = sha256(str(plan).encode("utf-8", "surrogatepass")).hexdigest()[:8]
    slug = _SLUG.sub("-", plan.stem).strip("-").lower()[:40] or "plan"
    return f"rollcall-{slug}-{mark}"
