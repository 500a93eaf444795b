"""Starts a process of Rollcall's own that serves something, hands it what it needs, and ends it again."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from threading import Timer
from typing import IO, Any

from app.setup.problem import Problem
from app.setup.program import own_command, own_environment

PATIENCE = 30.0
"""Seconds that it may take to start. It takes about one; a virus scanner may add some."""


class Child:
    """A running process. It ends with :meth:`stop`, and at the latest with this process.

    Attributes:
        answer: what it said once it was ready.
    """

    def __init__(self, process: subprocess.Popen[bytes], answer: Mapping[str, Any]) -> None:
        self._process = process
        self.answer = answer

    @classmethod
    def start(cls, command: str, what: str, wish: Mapping[str, Any]) -> Child:
        """Start it, and return when it answers. Blocks for about a second.

        Args:
            command: the command of Rollcall's that is the process.
            what: what it is called, for a sentence.
            wish: what it is told; through the pipe, because arguments and environment can be read by others.

        Raises:
            Problem: it did not start.
        """
        process = subprocess.Popen(
            own_command(command),
            env=own_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0) if sys.platform == "win32" else 0,
        )
        try:
            return cls(process, _ask(process, wish))
        except (OSError, ValueError) as error:
            _end(process)
            raise did_not_start(what, f"{error} (exit code {process.returncode})") from error

    @property
    def running(self) -> bool:
        """Whether it still runs."""
        return self._process.poll() is None

    def stop(self) -> None:
        """End it; all that was in it is gone. A second call does nothing."""
        _end(self._process)


def _ask(process: subprocess.Popen[bytes], wish: Mapping[str, Any]) -> dict[str, Any]:
    wishes, answers = _pipes(process)
    # A child that hangs is killed: its end of the pipe closes, and the reading below returns.
    patience = Timer(PATIENCE, process.kill)
    patience.start()
    try:
        wishes.write(json.dumps(wish).encode() + b"\n")
        wishes.flush()
        answer = json.loads(answers.readline() or b'{"error": "it ended at once"}')
    finally:
        patience.cancel()
    if "error" in answer:
        raise ValueError(answer["error"])
    return dict(answer)


def _end(process: subprocess.Popen[bytes]) -> None:
    wishes, answers = _pipes(process)
    # Broken: it has ended by itself, with what was written still in the pipe.
    with suppress(BrokenPipeError):
        wishes.close()
    try:
        process.wait(timeout=4)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    answers.close()


def _pipes(process: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    if process.stdin is None or process.stdout is None:
        raise ValueError("the process was started without pipes")
    return process.stdin, process.stdout


def did_not_start(what: str, details: str) -> Problem:
    """What to say when one did not start."""
    return Problem(
        "PRACTICE-START",
        f"The {what} did not start.",
        "A security program may keep Rollcall from starting a second process or opening a loopback port.",
        "Try again. If it happens again, allow Rollcall in that program, or choose another place to run.",
        details,
    )
