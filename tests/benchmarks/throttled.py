"""How much of what a throttling app allows an initial cycle uses, beside a plain loop that sleeps.

Run ``python tests/benchmarks/throttled.py [--people 1500] [--short]``. The app is in a thread of its own and
counts honestly: windows of a second, or a bucket that holds a second's worth. The share is the people created
against the requests that the app lets through in that time: the rate times the seconds, and the full bucket.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

import httpx  # noqa: E402 - found from the root

from app.setup.tenant_url import TenantUrl  # noqa: E402
from tests.engine.conftest import Bench  # noqa: E402
from tests.engine.faulty import FaultyScim  # noqa: E402
from tests.servers.raw_server import Request  # noqa: E402
from tests.servers.throttle import Throttle  # noqa: E402

CASES = [(100.0, 1.0), (100.0, None), (40.0, 2.0)]
AIM = 0.9


class App:
    """A throttling app, answering from a thread of its own."""

    def __init__(self, throttle: Throttle) -> None:
        self.throttle = throttle
        self.scim = FaultyScim()
        self.scim.fault = self._fault
        self.scim.throttle = throttle
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)

    def _fault(self, request: Request) -> str:
        return "" if self.throttle.lets_pass() else "throttled"

    def __enter__(self) -> App:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self.scim.__aenter__(), self._loop).result()
        return self

    def __exit__(self, *error: object) -> None:
        asyncio.run_coroutine_threadsafe(self.scim.__aexit__(*error), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()


def cycle(url: TenantUrl, token: str, people: int) -> tuple[float, int]:
    """Rollcall's initial cycle: seconds, and failures."""
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder) / "state", url, token, learns=True)
        for number in range(people):
            bench.people.add(number)
        began = time.monotonic()
        told = asyncio.run(bench.run())
        return time.monotonic() - began, told.end.failures


def loop(url: TenantUrl, token: str, people: int) -> tuple[float, int]:
    """A plain loop with eight connections, each of which sleeps what Retry-After says, or a second."""

    async def run() -> None:
        async with httpx.AsyncClient(trust_env=False) as client:
            numbers = iter(range(people))

            async def sender() -> None:
                for number in numbers:
                    body = json.dumps({"userName": f"loop{number}"})
                    while True:
                        answer = await client.post(
                            f"{url.base}/Users", content=body, headers={"Authorization": f"Bearer {token}"}
                        )
                        if answer.status_code != 429:
                            break
                        await asyncio.sleep(float(answer.headers.get("Retry-After", 1)))

            await asyncio.gather(*(sender() for _ in range(8)))

    began = time.monotonic()
    asyncio.run(run())
    return time.monotonic() - began, 0


def main() -> None:
    """Run each case with each contender, and print the shares."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--people", type=int, default=1500)
    parser.add_argument("--short", action="store_true", help="one case, fewer people")
    chosen = parser.parse_args()
    people = 500 if chosen.short else chosen.people
    print(f"{people:,} people; share of what the app allows, the aim is {AIM:.0%}")
    for rate, asked in CASES[:1] if chosen.short else CASES:
        for bucket in (False,) if chosen.short else (False, True):
            kind = "bucket" if bucket else "windows"
            header = "no header" if asked is None else f"Retry-After {asked:g}"
            for name, contender in (("Rollcall", cycle), ("plain loop", loop)):
                throttle = Throttle(rate, bucket=bucket, retry_after=asked)
                with App(throttle) as app:
                    seconds, failures = contender(app.scim.tenant_url, app.scim.token, people)
                share = people / (rate * (seconds + bucket))
                told = f"{seconds:6.1f} s, {throttle.refused:5,} refused, {failures} failures"
                print(f"  {rate:g}/s, {kind}, {header:14} {name:11} {share:5.0%}  {told}", flush=True)


if __name__ == "__main__":
    main()
