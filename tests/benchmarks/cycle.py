"""Users a second of an initial cycle beside a bare loop of the same POSTs with the same client.

Run ``python tests/benchmarks/cycle.py [--users 1000 5000] [--memory]``. The server is a process of its own
and never the limit; each figure is measured in a fresh process. ``--memory`` adds 100,000 people and their
peak memory.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from app.engine.control import Control  # noqa: E402
from app.engine.cycle.cycle import Cycle  # noqa: E402
from app.engine.events import CycleEnd  # noqa: E402
from app.engine.rules.mapping import compile_mappings  # noqa: E402
from app.engine.state.store import Store  # noqa: E402
from app.people.record import Fault, Record  # noqa: E402
from app.scim.client import ScimClient  # noqa: E402
from app.scim.dialect import CLASSIC  # noqa: E402
from app.setup.plan import SetupPlan  # noqa: E402
from app.setup.profile import load_profile, user_mappings  # noqa: E402
from app.setup.tenant_url import TenantUrl  # noqa: E402

TOKEN = "benchmark"
SENDERS = 8


class Crowd:
    """People who are made as they are read, so that they cost no memory."""

    def __init__(self, count: int) -> None:
        self._count = count
        self.faults: list[Fault] = []

    def users(self) -> Iterator[Record]:
        for n in range(self._count):
            yield Record(
                "user",
                f"{n:08x}-1111-4222-8333-444444444444",
                {
                    "userPrincipalName": f"person{n}@contoso.com",
                    "displayName": f"Person {n}",
                    "givenName": "Person",
                    "surname": f"Number {n}",
                    "mail": f"person{n}@contoso.com",
                    "mailNickname": f"person{n}",
                    "jobTitle": "Designer",
                    "department": "Sales" if n % 2 else "Research",
                    "country": "Norway",
                    "city": "Oslo",
                    "postalCode": "0150",
                    "telephoneNumber": f"+47 {n:08d}",
                    "accountEnabled": True,
                },
            )

    def groups(self) -> Iterator[Record]:
        yield from ()


def the_plan(port: int) -> SetupPlan:
    plan = SetupPlan()
    plan.app.profile = "scim"
    plan.app.tenant_url = f"http://127.0.0.1:{port}/scim/v2"
    plan.scope.who = "all"
    return plan


def client(plan: SetupPlan) -> ScimClient:
    return ScimClient(TenantUrl.parse(plan.app.tenant_url), TOKEN, connections=SENDERS)


async def bare(plan: SetupPlan, count: int) -> dict[str, float]:
    """The same POSTs, and nothing else."""
    mappings = compile_mappings(user_mappings(plan, load_profile("scim")))
    bodies = [
        CLASSIC.new_user(mappings.apply(record, in_scope=True, creating=True).values)
        for record in Crowd(count).users()
    ]
    waiting = iter(bodies)

    async def send(app: ScimClient) -> None:
        for body in waiting:
            await app.create("Users", body)

    async with client(plan) as app:
        began, busy = time.perf_counter(), time.process_time()
        await asyncio.gather(*(send(app) for _ in range(SENDERS)))
        return {
            "seconds": time.perf_counter() - began,
            "cpu": time.process_time() - busy,
            "requests": app.requests,
        }


async def cycle(plan: SetupPlan, count: int, folder: Path) -> dict[str, float]:
    """An initial cycle, and one without changes after it."""
    figures: dict[str, float] = {}
    for name in ("", "again_"):
        with Store.open(folder) as store:
            async with client(plan) as app:
                began, busy = time.perf_counter(), time.process_time()
                async for event in Cycle(
                    plan, load_profile("scim"), Crowd(count), app, store, Control()
                ).run():
                    if isinstance(event, CycleEnd):
                        assert event.state == "succeeded", event
                figures[f"{name}seconds"] = time.perf_counter() - began
                figures[f"{name}cpu"] = time.process_time() - busy
                figures[f"{name}requests"] = app.requests
    figures["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return figures


def part(name: str, count: int, *, paging: bool = True) -> dict[str, Any]:
    """Measure one part in a fresh process against a fresh server."""
    with (
        tempfile.TemporaryDirectory() as folder,
        subprocess.Popen(
            [sys.executable, "-m", "tests.servers.quick_scim", *([] if paging else ["--no-paging"])],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as server,
    ):
        assert server.stdin is not None
        assert server.stdout is not None
        try:
            port = server.stdout.readline().strip()
            command = [sys.executable, __file__, "--part", name, "--users", str(count), "--port", port]
            done = subprocess.run(
                [*command, "--folder", folder], cwd=ROOT, capture_output=True, text=True, check=False
            )
            if done.returncode:
                raise SystemExit(done.stderr)
            return dict(json.loads(done.stdout))
        finally:
            server.stdin.close()


def report(counts: list[int]) -> None:
    print(f"machine: {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    for count in counts:
        alone, whole = part("bare", count), part("cycle", count)
        print(f"{count:,} people, {SENDERS} requests under way")
        line("bare loop of the POSTs", count, alone)
        line("initial cycle", count, whole)
        print(
            f"  ratio of users/s {alone['seconds'] / whole['seconds']:.2f},"
            f" of CPU {alone['cpu'] / whole['cpu']:.2f}"
            f"; peak memory {whole['peak_mb']:.0f} MB"
        )
        print(
            f"  cycle without changes {whole['again_seconds']:.2f} s, {whole['again_requests']:.0f} requests"
        )
        if count <= 5000:
            line("initial, listing unreliable", count, part("cycle", count, paging=False))


def line(title: str, count: int, figures: dict[str, Any]) -> None:
    speed, busy = count / figures["seconds"], figures["cpu"] / count * 1e6
    each = figures["requests"] / count
    print(f"  {title:28} {speed:7,.0f} users/s {busy:6.0f} us CPU/user {each:6.3f} requests/user")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--users", type=int, nargs="*", default=[1000, 5000])
    parser.add_argument("--short", action="store_true", help="1,000 people only, as CI runs it")
    parser.add_argument("--memory", action="store_true")
    parser.add_argument("--part", choices=["bare", "cycle"])
    parser.add_argument("--port", type=int)
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args()
    if given.short:
        given.users = [1000]
    if given.part:
        plan, count = the_plan(given.port), given.users[0]
        work = bare(plan, count) if given.part == "bare" else cycle(plan, count, given.folder)
        print(json.dumps(asyncio.run(work)))
        return
    report([*given.users, *([100_000] if given.memory else [])])


if __name__ == "__main__":
    main()
