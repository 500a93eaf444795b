"""Writes, shows and removes what makes the system run a plan; and nothing that it did not write itself."""

from __future__ import annotations

import asyncio
import shutil
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Final, Literal, TypeAlias

from app.schedule import launchd, systemd, windows
from app.schedule.job import ScheduledJob, job_name
from app.setup.problem import Problem

System: TypeAlias = Literal["systemd", "launchd", "windows"]
Runner: TypeAlias = Callable[[list[str]], Awaitable[str]]
"""Runs a command of the system's; gives what went wrong, or nothing."""

_MODULES: Final[dict[System, ModuleType]] = {"systemd": systemd, "launchd": launchd, "windows": windows}
_PATIENCE: Final = 30.0  # seconds for one command


@dataclass(slots=True)
class Schedule:
    """What stands on the disk for a plan.

    Attributes:
        commands: what was run to have it heeded, each as a line.
        faults: what went wrong with them, in a sentence each.
    """

    system: System
    installed: bool = False
    minutes: int = 0
    files: dict[Path, str] = field(default_factory=dict)
    commands: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    hint: str = ""


def this_system() -> System:
    """The system that this computer has.

    Raises:
        Problem: none that Rollcall knows.
    """
    if sys.platform == "win32":
        return "windows"
    if sys.platform == "darwin":
        return "launchd"
    if shutil.which("systemctl"):
        return "systemd"
    raise Problem(
        "SCHEDULE-NO-SYSTEM",
        "This computer has no systemd that could run the plan.",
        "It is a container, or a Linux that starts its services in another way.",
        "Have cron run it, with a line such as: */40 * * * * rollcall sync PLAN. Or leave "
        "rollcall sync PLAN --every 40 running.",
    )


async def run_command(command: list[str]) -> str:
    """Run one command of the system's; gives what went wrong, or nothing."""
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
    except OSError as error:
        return error.strerror or type(error).__name__
    try:
        said, _ = await asyncio.wait_for(process.communicate(), _PATIENCE)
    except TimeoutError:
        process.kill()
        await process.wait()
        return f"it did not end within {_PATIENCE:g} seconds"
    text = " ".join(said.decode("utf-8", "replace").split())[:300]
    return "" if process.returncode == 0 else text or f"exit code {process.returncode}"


async def install(job: ScheduledJob, system: System, run: Runner = run_command) -> Schedule:
    """Write the files and have them heeded; what an earlier install wrote is replaced.

    Raises:
        Problem: a file of that name is not ours, or cannot be written.
    """
    module = _MODULES[system]
    contents: dict[Path, bytes] = module.files(job)
    known = await asyncio.to_thread(_ours, module, job.name, job.plan)
    if known and system == "launchd":
        # A loaded agent keeps what it was loaded with.
        await _all(module.before_remove(job.name), run)
    await asyncio.to_thread(_write, contents)
    made = await show(job.plan, system)
    made.commands, made.faults = await _all(module.after_install(job.name), run)
    return made


async def remove(plan: Path, system: System, run: Runner = run_command) -> Schedule:
    """Take away what was written for a plan; nothing to take away is no failure.

    Raises:
        Problem: a file of that name is not ours, or cannot be removed.
    """
    module, name = _MODULES[system], job_name(plan)
    gone = await show(plan, system)
    if not gone.files:
        return gone
    gone.commands, gone.faults = await _all(module.before_remove(name), run)
    await asyncio.to_thread(_delete, list(gone.files))
    commands, faults = await _all(module.after_remove(name), run)
    gone.commands += commands
    gone.faults += faults
    gone.installed = False
    return gone


async def show(plan: Path, system: System) -> Schedule:
    """What stands there for a plan.

    Raises:
        Problem: a file of that name is not ours.
    """
    module, name = _MODULES[system], job_name(plan)
    found: dict[Path, bytes] = await asyncio.to_thread(_ours, module, name, plan)
    return Schedule(
        system,
        installed=bool(found),
        minutes=max((module.minutes_in(content) for content in found.values()), default=0),
        files={path: _text(content) for path, content in found.items()},
        hint=module.HINT.format(name=name),
    )


def _text(content: bytes) -> str:
    utf16 = content[:2] in {b"\xff\xfe", b"\xfe\xff"}
    return content.decode("utf-16" if utf16 else "utf-8", "replace")


def _ours(module: ModuleType, name: str, plan: Path) -> dict[Path, bytes]:
    found: dict[Path, bytes] = {}
    for path in module.paths(name):
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            continue
        except OSError as error:
            raise _cannot("read", path, error) from error
        if not module.is_ours(content, plan):
            raise Problem(
                "SCHEDULE-NOT-OURS",
                f"{path} was not written by Rollcall for this plan.",
                "Somebody changed its first lines, or another program uses the same name.",
                "Look at the file; move it away if nobody needs it, and try again. It was left as it is.",
            )
        found[path] = content
    return found


def _write(contents: dict[Path, bytes]) -> None:
    for path, content in contents.items():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            beside = path.with_name(f".{path.name}.new")
            beside.write_bytes(content)
            beside.replace(path)
        except OSError as error:
            raise _cannot("written", path, error) from error


def _delete(paths: list[Path]) -> None:
    for path in paths:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise _cannot("removed", path, error) from error


def _cannot(done: str, path: Path, error: OSError) -> Problem:
    return Problem(
        "SCHEDULE-FILE",
        f"{path} cannot be {done}.",
        "The folder is read-only, belongs to another account, or its disk is full.",
        "Give your account the right to it, or make room, and try again.",
        error.strerror or str(error),
    )


async def _all(commands: list[list[str]], run: Runner) -> tuple[list[str], list[str]]:
    """Run them in order; one that fails does not keep the others from being tried."""
    lines = [_line(command) for command in commands]
    faults: list[str] = []
    for command, line in zip(commands, lines, strict=True):
        if fault := await run(command):
            faults.append(f"{line} failed: {fault}")
    return lines, faults


def _line(command: list[str]) -> str:
    return " ".join(f'"{part}"' if " " in part else part for part in command)
