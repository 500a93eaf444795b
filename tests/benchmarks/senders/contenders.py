"""The same people sent to one server in four ways; each is measured in a process of its own.

Run by ``cycle.py`` as ``contenders.py NAME --users N --port P``; prints one line of
JSON. The three that Rollcall is held against get their bodies made beforehand, and their garbage frozen.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterable
from contextlib import aclosing
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[3]))

from app.engine.control import Control  # noqa: E402
from app.engine.cycle.cycle import Cycle  # noqa: E402
from app.engine.dry_run import dry_run  # noqa: E402
from app.engine.events import CycleEnd  # noqa: E402
from app.engine.rules.mapping import compile_mappings  # noqa: E402
from app.engine.state.store import Store  # noqa: E402
from app.people.csv_source import CsvDirectory  # noqa: E402
from app.people.record import Directory  # noqa: E402
from app.scim.client import ScimClient  # noqa: E402
from app.scim.dialect import CLASSIC  # noqa: E402
from app.setup.plan import SetupPlan  # noqa: E402
from app.setup.profile import load_profile, user_mappings  # noqa: E402
from app.setup.tenant_url import TenantUrl  # noqa: E402
from tests.benchmarks.senders.crowd import Crowd, everybody  # noqa: E402

TOKEN = "benchmark"
SENDERS = 8
Figures = dict[str, float]


def bodies(plan: SetupPlan, count: int) -> list[dict[str, Any]]:
    """The bodies that a cycle sends for these people."""
    mappings = compile_mappings(user_mappings(plan, load_profile("scim")))
    made = [
        CLASSIC.new_user(mappings.apply(record, in_scope=True, creating=True).values)
        for record in Crowd(count).users()
    ]
    gc.collect()
    gc.freeze()
    return made


async def measured(send: Callable[[Any], Awaitable[object]], items: Iterable[Any]) -> Figures:
    """Send all items, so many at once."""
    waiting = iter(items)

    async def sender() -> None:
        for item in waiting:
            await send(item)

    began, busy = time.perf_counter(), time.process_time()
    await asyncio.gather(*(sender() for _ in range(SENDERS)))
    return {"seconds": time.perf_counter() - began, "cpu": time.process_time() - busy}


def client(plan: SetupPlan) -> ScimClient:
    return ScimClient(TenantUrl.parse(plan.app.tenant_url), TOKEN, connections=SENDERS)


async def same_client(plan: SetupPlan, count: int) -> Figures:
    """(a) a bare loop of the POSTs on Rollcall's own client."""
    async with client(plan) as app:
        figures = await measured(lambda body: app.create("Users", body), bodies(plan, count))
        return {**figures, "requests": app.requests}


async def scim2_client(plan: SetupPlan, count: int) -> Figures:
    """(b) scim2-client's asynchronous client."""
    from httpx2 import AsyncClient, Limits
    from scim2_client.engines.httpx2 import AsyncSCIMClient
    from scim2_models import EnterpriseUser, ResourceType, ScimProvider, User

    model = User[EnterpriseUser]
    people = [model.model_validate(body) for body in bodies(plan, count)]
    gc.freeze()
    provider = ScimProvider(models=[User, EnterpriseUser], resource_types=[ResourceType.from_resource(model)])
    async with AsyncClient(
        base_url=plan.app.tenant_url,
        headers={"Authorization": f"Bearer {TOKEN}"},
        limits=Limits(max_connections=SENDERS),
    ) as http:
        figures = await measured(AsyncSCIMClient(http, provider=provider).create, people)
    return {**figures, "requests": count}


async def aiohttp_loop(plan: SetupPlan, count: int) -> Figures:
    """(c) a bare loop on aiohttp: JSON out, JSON in, the id looked at."""
    import aiohttp

    address = f"{plan.app.tenant_url}/Users"
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/scim+json"}
    connector = aiohttp.TCPConnector(limit=SENDERS)
    async with aiohttp.ClientSession(connector=connector, headers=headers) as session:

        async def send(body: dict[str, Any]) -> None:
            async with session.post(address, data=json.dumps(body).encode()) as answer:
                assert answer.status == 201
                assert json.loads(await answer.read())["id"]

        figures = await measured(send, bodies(plan, count))
    return {**figures, "requests": count}


async def one_cycle(
    plan: SetupPlan, people: Directory, folder: Path, app: Any, name: str = "", state: str = "succeeded"
) -> Figures:
    """A cycle, from opening the state to closing it."""
    began, busy = time.perf_counter(), time.process_time()
    with Store.open(folder) as store:
        async with aclosing(Cycle(plan, load_profile("scim"), people, app, store, Control()).run()) as events:
            async for event in events:
                if isinstance(event, CycleEnd):
                    assert event.state == state, event
    return {
        f"{name}seconds": time.perf_counter() - began,
        f"{name}cpu": time.process_time() - busy,
        f"{name}requests": app.requests,
    }


async def cycle(plan: SetupPlan, count: int) -> Figures:
    """An initial cycle of everybody, and one after it from a CSV file in which nobody has changed."""
    # The expression language starts once in a process, in 50 ms; the others have it behind them as well.
    compile_mappings(user_mappings(plan, load_profile("scim")))
    with tempfile.TemporaryDirectory() as folder:
        state, file = Path(folder) / "state", Path(folder) / "users.csv"
        Crowd(count).write_csv(file)
        plan.source.users = str(file)
        async with client(plan) as app:
            figures = await one_cycle(plan, CsvDirectory(file), state, app)
        async with client(plan) as app:
            figures |= await one_cycle(plan, CsvDirectory(file), state, app, "again_")
    return {**figures, "peak_mb": peak()}


class Simulated:
    """An app in this process, which has nobody."""

    requests = 0
    at_once = 8

    async def find(self, *asked: object) -> list[Any]:
        """Nobody."""
        return []

    async def get(self, path: str, *, query: object = "") -> dict[str, int] | None:
        """An empty list."""
        return {"totalResults": 0} if path == "/Users" else None

    async def list_all(self, resource: str) -> Any:
        """Nobody."""
        for each in ():
            yield each


async def planned(plan: SetupPlan, count: int) -> Figures:
    """A dry run of everybody, with the app simulated: what a plan of this size takes in memory."""
    began, busy = time.perf_counter(), time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "users.csv"
        Crowd(count).write_csv(file)
        plan.source.users = str(file)
        app: Any = Simulated()
        run = dry_run(plan, load_profile("scim"), CsvDirectory(file), app, None, Control())
        async with aclosing(run) as events:
            async for event in events:
                if isinstance(event, CycleEnd):
                    assert event.counts["create"] == count, event
    return {
        "seconds": time.perf_counter() - began,
        "cpu": time.process_time() - busy,
        "requests": 0,
        "peak_mb": peak(),
    }


def peak() -> float:
    """The most memory that this process had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 1024)


CONTENDERS = {
    "cycle": cycle,
    "same-client": same_client,
    "scim2-client": scim2_client,
    "aiohttp": aiohttp_loop,
    "planned": planned,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", choices=CONTENDERS)
    parser.add_argument("--users", type=int, required=True)
    parser.add_argument("--port", type=int, default=9)
    given = parser.parse_args()
    plan = everybody(f"http://127.0.0.1:{given.port}/scim/v2")
    os.environ.setdefault("ROLLCALL_DATA_DIR", tempfile.gettempdir())
    sys.stdout.write(json.dumps(asyncio.run(CONTENDERS[given.name](plan, given.users))))


if __name__ == "__main__":
    main()
