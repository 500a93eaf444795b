"""Starts cycles in a process of their own and kills them, by the clock or at a request."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from tests.engine.conftest import Bench
from tests.servers.scim_process import ScimProcess, When

ROOT = Path(__file__).parents[2]
_BEGINNING = 0.2  # seconds that any cycle takes before its first request
WHENS: tuple[When, ...] = ("dropped", "carried out", "answered")


@dataclass(frozen=True)
class Moment:
    """When a cycle is killed: so many seconds after it began, or at its n-th request and how."""

    seconds: float = 0.0
    request: int = 0
    when: When = "dropped"

    def __str__(self) -> str:
        return f"request {self.request} {self.when}" if self.request else f"{self.seconds:.3f} s"


@dataclass
class Span:
    """How long a cycle is, by the clock and in requests: what a moment is picked from."""

    seconds: float = 0.5
    requests: int = 50

    def moment(self, random_: random.Random) -> tuple[Moment, Span]:
        """Any moment, half of them by the clock, half of them at a request; and what is left afterwards."""
        share = random_.random()
        left = Span(self.seconds * (1 - share) + _BEGINNING * share, int(self.requests * (1 - share)))
        if random_.random() < 0.5:
            return Moment(seconds=share * self.seconds), left
        return Moment(request=1 + int(share * self.requests), when=random_.choice(WHENS)), left


@dataclass(frozen=True)
class Ran:
    """What became of a cycle: its state, or ``killed``."""

    state: str
    span: Span


class Killer:
    """Runs cycles of a bench against a server, and kills them."""

    def __init__(self, server: ScimProcess) -> None:
        self._server = server
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.engine.killed"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )

    def run(self, bench: Bench, moment: Moment | None, mirror: Path | None = None) -> Ran:
        """Run a cycle and kill it at a moment; None lets it live.

        Args:
            mirror: the folder of a directory that tells changes only; None: all of it is read.
        """
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        order = {**bench.order(), "mirror": str(mirror) if mirror else ""}
        process.stdin.write(json.dumps(order) + "\n")
        child = int(process.stdout.readline())
        self._server.requests()
        if moment is not None and moment.request:
            self._server.kill(child, moment.request, moment.when)
        began = time.perf_counter()
        os.kill(child, signal.SIGCONT)
        if moment is not None and not moment.request:
            time.sleep(moment.seconds)  # the moment of the kill, not a wait for something
            os.kill(child, signal.SIGKILL)
        process.stdin.write("\n")
        state = "killed"
        while (line := process.stdout.readline().strip()) != "over":
            state = line  # it had ended before the kill
        span = Span(time.perf_counter() - began, self._server.requests())
        self._server.spare()
        return Ran(state, span)

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait(timeout=10)
