"""What a comparison with the app and an on-demand run cost beside the initial cycle of the same people.

Run ``python tests/benchmarks/drift.py [--users 10000]``: a server of its own with a dictionary behind it.
"""

from __future__ import annotations

import argparse
import asyncio
import resource
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from app.engine.control import Control  # noqa: E402
from app.engine.cycle.cycle import Cycle  # noqa: E402
from app.engine.drift.compare import compare  # noqa: E402
from app.engine.drift.rows import Comparison  # noqa: E402
from app.engine.on_demand.choose import choose_person  # noqa: E402
from app.engine.on_demand.provision import provision  # noqa: E402
from app.engine.state.store import Store  # noqa: E402
from app.people.csv_source import CsvDirectory  # noqa: E402
from app.scim.client import ScimClient  # noqa: E402
from app.setup.profile import load_profile  # noqa: E402
from app.setup.tenant_url import TenantUrl  # noqa: E402
from tests.benchmarks.cycle import server  # noqa: E402
from tests.benchmarks.senders.crowd import Crowd, everybody  # noqa: E402


async def measure(count: int, port: int, folder: Path) -> None:
    """Print the figures of one size."""
    users = folder / "users.csv"
    Crowd(count).write_csv(users)
    plan = everybody(f"http://127.0.0.1:{port}/scim/v2", str(users))
    profile = load_profile("scim")
    parts = (plan, profile, CsvDirectory(users))
    with Store.open(folder / "state") as store:
        async with ScimClient(TenantUrl.parse(plan.app.tenant_url), "token") as client:
            began = time.perf_counter()
            async for _ in Cycle(*parts, client, store, Control()).run():
                pass
            show("initial cycle", count, time.perf_counter() - began, client.requests)
            sent, began = client.requests, time.perf_counter()
            async for told in compare(*parts, client, store, Control()):
                if isinstance(told, Comparison):
                    assert (told.total, told.compared) == (0, count)
            show("comparison", count, time.perf_counter() - began, client.requests - sent)
            sent, began = client.requests, time.perf_counter()
            chosen = choose_person(CsvDirectory(users), f"person{count - 1}@contoso.com")
            async for _ in provision(*parts, client, store, Control(), chosen):
                pass
            show("one on demand", 1, time.perf_counter() - began, client.requests - sent)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(f"  peak memory {peak:.0f} MB\n")


def show(what: str, people: int, seconds: float, requests: int) -> None:
    """One line."""
    rate = people / seconds
    sys.stdout.write(f"  {what:14} {seconds:8.2f} s  {rate:10,.0f} people/s  {requests:8,} requests\n")


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--users", type=int, default=10_000)
    parser.add_argument("--short", action="store_true", help="1,000 people, as CI runs it")
    given = parser.parse_args()
    count = 1_000 if given.short else given.users
    sys.stdout.write(f"{count:,} people\n")
    with server() as port, tempfile.TemporaryDirectory() as folder:
        asyncio.run(measure(count, port, Path(folder)))


if __name__ == "__main__":
    main()
