"""An agent of the person's own launchd, on macOS. Source: launchd.plist(5), launchctl(1)."""

from __future__ import annotations

import os
import plistlib
from pathlib import Path
from typing import Any, Final
from xml.parsers.expat import ExpatError

from app.schedule.job import ScheduledJob


def label(name: str) -> str:
    """The agent's label; reverse domain form is the custom."""
    return f"app.rollcall.{name.removeprefix('rollcall-')}"


def paths(name: str) -> list[Path]:
    """The file of a job."""
    return [Path.home() / "Library" / "LaunchAgents" / f"{label(name)}.plist"]


def files(job: ScheduledJob) -> dict[Path, bytes]:
    """The file to write."""
    body: dict[str, Any] = {
        "Label": label(job.name),
        "ProgramArguments": list(job.command),
        "StartInterval": job.minutes * 60,
        "RunAtLoad": True,
        "ProcessType": "Background",
        # Which plan it is for is said once more, apart, so that nothing else is ever taken for it.
        "EnvironmentVariables": {"ROLLCALL_SCHEDULED": str(job.plan)},
    }
    if job.python_path:
        body["EnvironmentVariables"]["PYTHONPATH"] = job.python_path
    return {paths(job.name)[0]: plistlib.dumps(body)}


def is_ours(content: bytes, plan: Path) -> bool:
    """Whether a file was written for this plan."""
    environment = _read(content).get("EnvironmentVariables")
    return isinstance(environment, dict) and environment.get("ROLLCALL_SCHEDULED") == str(plan)


def minutes_in(content: bytes) -> int:
    """The pace that an agent says; 0 where it says none."""
    seconds = _read(content).get("StartInterval")
    return seconds // 60 if isinstance(seconds, int) else 0


def _read(content: bytes) -> dict[str, Any]:
    try:
        body = plistlib.loads(content)
    except (ValueError, ExpatError, plistlib.InvalidFileException):
        return {}
    return body if isinstance(body, dict) else {}


def _domain() -> str:
    return f"gui/{os.getuid() if hasattr(os, 'getuid') else 0}"


def after_install(name: str) -> list[list[str]]:
    """Have it heeded."""
    return [["launchctl", "bootstrap", _domain(), str(paths(name)[0])]]


def before_remove(name: str) -> list[list[str]]:
    """Have it stopped and forgotten."""
    return [["launchctl", "bootout", f"{_domain()}/{label(name)}"]]


def after_remove(name: str) -> list[list[str]]:
    """Nothing more is to be done."""
    return []


HINT: Final = "It runs while you are signed in; System Settings, Login Items, lists it."
