"""A task of Windows' task scheduler: its XML is kept in Rollcall's data folder and handed to schtasks.

Source: Microsoft, "Task Scheduler Schema", and "schtasks create".
"""

from __future__ import annotations

import re
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Final

from app.schedule.job import ScheduledJob
from app.setup.folders import data_folder
from app.setup.problem import Problem

NAMESPACE: Final = "http://schemas.microsoft.com/windows/2004/02/mit/task"
_AUTHOR: Final = "Rollcall"
_EXPANDED: Final = re.compile(r"%[^%]+%|\$\(")


def task_name(name: str) -> str:
    """The task as the task scheduler's window shows it, in a folder of Rollcall's own."""
    return f"\\Rollcall\\{name}"


def paths(name: str) -> list[Path]:
    """The file of a job."""
    return [data_folder() / "schedule" / f"{name}.xml"]


def files(job: ScheduledJob) -> dict[Path, bytes]:
    """The file to write.

    Raises:
        Problem: a path has something in it that the task scheduler would take for a variable.
    """
    for part in (*job.command, job.python_path):
        if _EXPANDED.search(part):
            raise Problem(
                "SCHEDULE-PATH",
                "A path has something in it that Windows' task scheduler takes for a variable.",
                "What stands between two percent signs, or in brackets after a dollar sign, is replaced.",
                "Rename the folder or the plan file, and try again.",
                part,
            )
    ET.register_namespace("", NAMESPACE)
    return {paths(job.name)[0]: ET.tostring(_task(job), encoding="utf-16", xml_declaration=True)}


def _task(job: ScheduledJob) -> ET.Element:
    task = ET.Element(_tag("Task"), {"version": "1.2"})
    about = _child(task, "RegistrationInfo")
    _child(about, "Author", _AUTHOR)
    _child(about, "Description", str(job.plan))
    trigger = _child(_child(task, "Triggers"), "TimeTrigger")
    repetition = _child(trigger, "Repetition")
    _child(repetition, "Interval", f"PT{job.minutes}M")
    _child(repetition, "StopAtDurationEnd", "false")
    # In the past, so that it begins at once; without a duration, it goes on for ever.
    _child(trigger, "StartBoundary", "2026-01-01T00:00:00")
    _child(trigger, "Enabled", "true")
    principal = _child(_child(task, "Principals"), "Principal")
    principal.set("id", "Author")
    # As the person, while signed in: only then can the credential manager be read.
    _child(principal, "LogonType", "InteractiveToken")
    _child(principal, "RunLevel", "LeastPrivilege")
    settings = _child(task, "Settings")
    for name, value in (
        ("MultipleInstancesPolicy", "IgnoreNew"),
        ("DisallowStartIfOnBatteries", "false"),
        ("StopIfGoingOnBatteries", "false"),
        ("StartWhenAvailable", "true"),
        ("RunOnlyIfNetworkAvailable", "false"),
        ("ExecutionTimeLimit", "PT0S"),
    ):
        _child(settings, name, value)
    program, *arguments = job.command
    actions = _child(task, "Actions")
    actions.set("Context", "Author")
    execute = _child(actions, "Exec")
    _child(execute, "Command", program)
    _child(execute, "Arguments", subprocess.list2cmdline(arguments))
    if job.python_path:
        # Python looks for -m app there first.
        _child(execute, "WorkingDirectory", job.python_path)
    return task


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def _child(parent: ET.Element, name: str, text: str | None = None) -> ET.Element:
    made = ET.SubElement(parent, _tag(name))
    made.text = text
    return made


def is_ours(content: bytes, plan: Path) -> bool:
    """Whether a file was written for this plan."""
    task = _read(content)
    if task is None:
        return False
    author = task.findtext(f"{_tag('RegistrationInfo')}/{_tag('Author')}")
    return author == _AUTHOR and task.findtext(f"{_tag('RegistrationInfo')}/{_tag('Description')}") == str(
        plan
    )


def minutes_in(content: bytes) -> int:
    """The pace that a task says; 0 where it says none."""
    task = _read(content)
    interval = "" if task is None else task.findtext(f".//{_tag('Interval')}") or ""
    found = re.fullmatch(r"PT(\d+)M", interval)
    return int(found.group(1)) if found else 0


def _read(content: bytes) -> ET.Element | None:
    if b"<!" in content.replace(b"\0", b""):
        return None  # a document type: never one of ours, and it could name other files
    try:
        return ET.fromstring(content)
    except ET.ParseError:
        return None


def after_install(name: str) -> list[list[str]]:
    """Have it heeded."""
    return [["schtasks", "/Create", "/TN", task_name(name), "/XML", str(paths(name)[0]), "/F"]]


def before_remove(name: str) -> list[list[str]]:
    """Have it forgotten."""
    return [["schtasks", "/Delete", "/TN", task_name(name), "/F"]]


def after_remove(name: str) -> list[list[str]]:
    """Nothing more is to be done."""
    return []


HINT: Final = "It runs while you are signed in; the Task Scheduler shows it in the folder Rollcall."
