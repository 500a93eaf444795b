"""What an incremental cycle costs where the directory tells changes only: by the changes, not by the people.

Run ``python tests/benchmarks/deltas.py [--users 10000]``: a server of its own with a dictionary behind it;
the directory is the copy that a tenant's deltas are kept in.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from app.engine.control import Control  # noqa: E402
from app.engine.cycle.cycle import Cycle  # noqa: E402
from app.engine.events import CycleEnd  # noqa: E402
from app.engine.state.store import Store  # noqa: E402
from app.people.csv_source import CsvDirectory  # noqa: E402
from app.people.mirror import Heard, Mirror  # noqa: E402
from app.scim.client import ScimClient  # noqa: E402
from app.setup.plan import SetupPlan  # noqa: E402
from app.setup.profile import load_profile  # noqa: E402
from app.setup.tenant_url import TenantUrl  # noqa: E402
from tests.benchmarks.cycle import server  # noqa: E402
from tests.benchmarks.senders.crowd import Crowd, everybody  # noqa: E402

_PAGE = 999  # objects a page of Graph's delta has at most


class Told(Mirror):
    """A directory that tells what is put into ``coming``."""

    coming: list[Heard]

    async def catch_up(self, *, anew: bool = False) -> None:
        """Take over what is coming."""
        whole = self.link("user") is None
        reading = self.read("user", whole=whole)
        for start in range(0, len(self.coming), _PAGE):
            reading.apply(self.coming[start : start + _PAGE])
        reading.finish("next")
        self.coming = []


async def measure(count: int, port: int, folder: Path) -> None:
    """Print the figures of one size."""
    users = folder / "users.csv"
    Crowd(count).write_csv(users)
    plan = everybody(f"http://127.0.0.1:{port}/scim/v2", str(users))
    everyone = [Heard(each.id, each.attributes) for each in CsvDirectory(users).users()]
    with Told(folder / "mirror") as directory:
        directory.coming = everyone
        show("initial", count, *await run(plan, directory, folder))
        for changed in (0, 10, 1000):
            directory.coming = [
                replace(each, attributes={**each.attributes, "jobTitle": f"Changed with {changed}"})
                for each in everyone[:changed]
            ]
            show("incremental", min(changed, count), *await run(plan, directory, folder))


async def run(plan: SetupPlan, directory: Told, folder: Path) -> tuple[float, CycleEnd]:
    """Run one cycle, with the opening of the state that belongs to it."""
    began = time.perf_counter()
    with Store.open(folder / "state") as store:
        async with ScimClient(TenantUrl.parse(plan.app.tenant_url), "token") as client:
            async for event in Cycle(plan, load_profile("scim"), directory, client, store, Control()).run():
                if isinstance(event, CycleEnd):
                    return time.perf_counter() - began, event
    raise AssertionError("a cycle without an end")


def show(what: str, changed: int, seconds: float, end: CycleEnd) -> None:
    """One row."""
    assert end.state == "succeeded", end.sentence
    sys.stdout.write(
        f"{what:12} {changed:>9,} changed  {seconds:7.2f} s  {end.requests:>8,} requests  {end.counts}\n"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--users", type=int, default=10_000)
    parser.add_argument("--short", action="store_true", help="1,000 people, as CI runs it")
    given = parser.parse_args()
    count = 1_000 if given.short else given.users
    with tempfile.TemporaryDirectory() as folder, server() as port:
        asyncio.run(measure(count, port, Path(folder)))


if __name__ == "__main__":
    main()
