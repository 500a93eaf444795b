"""Starts and stops the practice app, a process of its own."""

from __future__ import annotations

import json
import secrets
import subprocess
import sys
from contextlib import suppress
from threading import Timer
from types import TracebackType
from typing import IO, Literal, TypeAlias

from app.setup.problem import Problem
from app.setup.program import own_command, own_environment

Policy: TypeAlias = Literal["tolerant", "strict"]

PATIENCE = 30.0
"""Seconds that the practice app may take to start. It takes about one; a virus scanner may add some."""


class PracticeApp:
    """A running practice app. It ends with :meth:`stop`, and at the latest with this process.

    Attributes:
        tenant_url: its whole tenant URL, on loopback.
        port: its port.
        token: the only token it takes; new with each start.
        policy: how strict it is.
        instance: a name that no other start ever had; not secret.
    """

    def __init__(
        self, process: subprocess.Popen[bytes], tenant_url: str, port: int, token: str, policy: Policy
    ):
        self._process = process
        self.tenant_url = tenant_url
        self.port = port
        self.token = token
        self.policy = policy
        self.instance = secrets.token_hex(8)

    @classmethod
    def start(cls, policy: Policy = "tolerant") -> PracticeApp:
        """Start one, and return when it answers. Blocks for about a second.

        Raises:
            Problem: it did not start.
        """
        token = secrets.token_urlsafe(32)
        process = subprocess.Popen(
            own_command("practice-app"),
            env=own_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0) if sys.platform == "win32" else 0,
        )
        # The token goes through the pipe: arguments and environment can be read by other programs.
        try:
            answer = _ask(process, {"token": token, "policy": policy})
            return cls(process, str(answer["url"]), int(answer["port"]), token, policy)
        except (OSError, ValueError, KeyError) as error:
            _end(process)
            raise _did_not_start(f"{error} (exit code {process.returncode})") from error

    @property
    def running(self) -> bool:
        """Whether it still runs."""
        return self._process.poll() is None

    def stop(self) -> None:
        """End it; all that was in it is gone. A second call does nothing."""
        _end(self._process)

    def __enter__(self) -> PracticeApp:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def _ask(process: subprocess.Popen[bytes], wish: dict[str, str]) -> dict[str, str | int]:
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
        raise ValueError("the practice app was started without pipes")
    return process.stdin, process.stdout


def _did_not_start(details: str) -> Problem:
    return Problem(
        "PRACTICE-START",
        "The practice app did not start.",
        "A security program may keep Rollcall from starting a second process or opening a loopback port.",
        "Try again. If it happens again, allow Rollcall in that program, or choose another place to run.",
        details,
    )
