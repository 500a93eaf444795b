"""What a run that is cut off leaves in the app is removed by the next one, whatever the moment."""

from __future__ import annotations

import asyncio
import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tests.connection.conftest import report_on
from tests.servers.quirk_server import QuirkServer

# Imports once, then runs the checks in a child of its own for each line, and says its pid and its end.
STARTER = """
import asyncio, os, sys
from app.connection.runner import run_catalogue
from app.setup.tenant_url import TenantUrl
from tests.connection.conftest import EVERYTHING

async def main(token):
    async for each in run_catalogue(TenantUrl.parse(sys.argv[1]), token, EVERYTHING, "write"):
        pass

token = sys.stdin.readline().strip()
for line in sys.stdin:
    pid = os.fork()
    if pid == 0:
        asyncio.run(main(token))
        os._exit(0)
    print(pid, flush=True)
    os.waitpid(pid, 0)
    print("ended", flush=True)
"""


class Starter:
    """Starts runs that can be killed, without importing everything each time."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._input, self._output = process.stdin, process.stdout

    def start(self) -> int:
        self._input.write("go\n")
        self._input.flush()
        return int(self._output.readline())

    def ended(self) -> bool:
        """Whether the run has ended by itself, or by being killed."""
        readable, _, _ = select.select([self._output], [], [], 0.002)
        return bool(readable)

    def wait(self) -> None:
        assert self._output.readline() == "ended\n"


@contextmanager
def starter(server: QuirkServer) -> Iterator[Starter]:
    process = subprocess.Popen(
        [sys.executable, "-c", STARTER, server.tenant_url.text],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.getcwd()},
    )
    with process:
        assert process.stdin is not None
        process.stdin.write(server.token + "\n")
        yield Starter(process)


def test_a_kill_at_each_request_is_made_good_by_the_next_run(quirky: QuirkServer) -> None:
    before = quirky.state()
    left = 0
    with starter(quirky) as runs:
        at = 0
        while True:
            quirky.log.clear()
            quirky.hanging.clear()
            quirky.hang_after = at
            pid = runs.start()
            while not quirky.hanging.is_set() and not runs.ended():
                pass
            if not quirky.hanging.is_set():
                break  # a whole run has fewer requests than this
            os.kill(pid, signal.SIGKILL)
            runs.wait()
            left += quirky.state() != before
            at += 1
    quirky.hang_after = None
    assert at > 140
    assert left > 100  # there was something to remove after most kills
    report = asyncio.run(report_on(quirky.tenant_url, quirky.token))
    assert report.bad == {}
    assert report.verdict.leftovers == []
    assert quirky.state() == before
