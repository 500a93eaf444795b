"""A timer and a service of the person's own systemd.

Source: systemd.service(5), systemd.timer(5), and systemd.syntax(7) for quoting.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from app.schedule.job import ScheduledJob

MARK: Final = "# Written by Rollcall for this plan: "


def folder() -> Path:
    """Where a person's own units are."""
    base = os.environ.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    return Path(base) / "systemd" / "user"


def paths(name: str) -> list[Path]:
    """The files of a job, the one that shows its pace first."""
    return [folder() / f"{name}.timer", folder() / f"{name}.service"]


def files(job: ScheduledJob) -> dict[Path, bytes]:
    """The files to write."""
    timer, service = paths(job.name)
    return {timer: _timer(job).encode(), service: _service(job).encode()}


def _timer(job: ScheduledJob) -> str:
    return f"""{_head(job)}
[Unit]
Description=Rollcall: {_specifiers(job.plan.name)} every {job.minutes} min

[Timer]
# Soon after the start of the session, and then so long after the end of each run.
OnActiveSec=1min
OnUnitInactiveSec={job.minutes}min
AccuracySec=10s

[Install]
WantedBy=timers.target
"""


def _service(job: ScheduledJob) -> str:
    program, *arguments = job.command
    # Variables are not replaced in the program itself, so its dollar signs stay single.
    command = " ".join([_quoted(program), *(_quoted(each).replace("$", "$$") for each in arguments)])
    environment = f"Environment={_quoted(f'PYTHONPATH={job.python_path}')}\n" if job.python_path else ""
    return f"""{_head(job)}
[Unit]
Description=Rollcall: {_specifiers(job.plan.name)}, one cycle

[Service]
Type=oneshot
{environment}ExecStart={command}
# Stopped in good order, which is what systemctl stop asks for.
SuccessExitStatus=130
"""


def _head(job: ScheduledJob) -> str:
    return f"{MARK}{job.plan}"


def _specifiers(text: str) -> str:
    return text.replace("%", "%%")


def _quoted(text: str) -> str:
    """One word of a command line: C-like escapes in double quotes, and no specifiers."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{_specifiers(escaped)}"'


def is_ours(content: bytes, plan: Path) -> bool:
    """Whether a file was written for this plan."""
    return content.decode("utf-8", "replace").splitlines()[:1] == [f"{MARK}{plan}"]


def minutes_in(content: bytes) -> int:
    """The pace that a timer says; 0 where it says none."""
    for line in content.decode("utf-8", "replace").splitlines():
        key, _, value = line.partition("=")
        if key == "OnUnitInactiveSec" and value.endswith("min") and value[:-3].isdigit():
            return int(value[:-3])
    return 0


def after_install(name: str) -> list[list[str]]:
    """Have them heeded."""
    return [
        ["systemctl", "--user", "daemon-reload"],
        ["systemctl", "--user", "enable", "--now", f"{name}.timer"],
    ]


def before_remove(name: str) -> list[list[str]]:
    """Have the timer stopped while its file is still there."""
    return [["systemctl", "--user", "disable", "--now", f"{name}.timer"]]


def after_remove(name: str) -> list[list[str]]:
    """Have it forgotten."""
    return [["systemctl", "--user", "daemon-reload"]]


HINT: Final = (
    "It runs while you are signed in; `loginctl enable-linger` has it run from the start of the computer on. "
    "`journalctl --user -u {name}` shows what it said."
)
