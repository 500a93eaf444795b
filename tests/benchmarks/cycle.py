"""Initial cycles beside other ways of sending the same people to the same server, in one run.

Run ``python tests/benchmarks/cycle.py [--users 1000 10000 100000] [--million] [--short]``. The server is a
process of its own with a dictionary behind it, and never the limit: of the time that a contender takes, the
server's CPU is the share that is printed. Each figure comes from a fresh process;
rounds alternate between the contenders, and the middle of the rounds counts. Ratios are of one run.
``--million`` adds a plan of 1,000,000 people with the app simulated, for its memory.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import platform
import statistics
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
MOST_FOR_SCIM2 = 3000  # people that the slowest contender gets: its cost per user does not depend on them
TITLES = {
    "cycle": "Rollcall, initial cycle",
    "same-client": "(a) bare loop, same client",
    "scim2-client": "(b) scim2-client",
    "aiohttp": "(c) bare loop on aiohttp",
    "planned": "dry run, app simulated",
}
AIMS = {"same-client": 0.8, "scim2-client": 3.0, "aiohttp": 0.35}
Figures = dict[str, float]


@contextmanager
def server() -> Iterator[int]:
    """The server's port."""
    command = [sys.executable, "-m", "tests.servers.quick_scim"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as own:
        assert own.stdin is not None
        assert own.stdout is not None
        try:
            yield int(own.stdout.readline())
        finally:
            own.stdin.close()


def measure(name: str, count: int, port: int) -> Figures:
    """One contender, in a fresh process, on a server that has nobody."""
    ask(port, "reset")
    before = ask(port, "cpu")["seconds"]
    script = str(Path(__file__).parent / "senders" / "contenders.py")
    command = [sys.executable, "-W", "ignore", script, name, "--users", str(count), "--port", str(port)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    figures: Figures = {key: float(value) for key, value in json.loads(done.stdout).items()}
    return {**figures, "users": count, "server_cpu": ask(port, "cpu")["seconds"] - before}


def ask(port: int, what: str) -> Figures:
    """Something that is asked of the server itself: forget everybody, or say how much CPU it has used."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/scim/v2/{what}", timeout=30) as answer:
        given: Figures = json.loads(answer.read())
    return given


def middle(rounds: list[Figures]) -> Figures:
    """The middle of each figure."""
    return {key: statistics.median(each[key] for each in rounds) for key in rounds[0]}


def speed(figures: Figures) -> float:
    """Users a second."""
    return figures["users"] / figures["seconds"]


def cpu(figures: Figures) -> float:
    """Seconds of CPU for each user: what a busy machine disturbs less than users a second."""
    return figures["cpu"] / figures["users"]


def compare(count: int, port: int, rounds: int) -> Figures:
    """All contenders with so many people; prints the figures and gives those of the cycle."""
    told: dict[str, list[Figures]] = {name: [] for name in ("cycle", *AIMS)}
    if importlib.util.find_spec("scim2_client") is None:
        sys.stdout.write("scim2-client is not installed: left out.\n")
        del told["scim2-client"]
    for _ in range(rounds):
        for name, figures in told.items():
            figures.append(
                measure(name, min(count, MOST_FOR_SCIM2) if name == "scim2-client" else count, port)
            )
    middles = {name: middle(figures) for name, figures in told.items()}
    sys.stdout.write(f"\n{count:,} people, 8 requests under way, middle of {rounds} round(s)\n")
    for name, figures in middles.items():
        show(name, figures)
    whole = middles["cycle"]
    for name, aim in ((name, aim) for name, aim in AIMS.items() if name in told):
        ratios = [speed(one) / speed(other) for one, other in zip(told["cycle"], told[name], strict=True)]
        sys.stdout.write(
            f"  cycle / {TITLES[name]:27} {statistics.median(ratios):5.2f}   (aim {aim:g};"
            f" rounds {' '.join(f'{each:.2f}' for each in ratios)};"
            f" of CPU {cpu(middles[name]) / cpu(whole):.2f})\n"
        )
    sys.stdout.write(
        f"  the next cycle, nobody changed, from CSV: {whole['again_seconds']:.2f} s,"
        f" {whole['again_requests']:.0f} requests\n"
    )
    sys.stdout.flush()
    return whole


def show(name: str, figures: Figures) -> None:
    """One line of the table."""
    users = figures["users"]
    peak = f" {figures['peak_mb']:6.0f} MB peak" if "peak_mb" in figures else ""
    fewer = f"  ({users:,.0f} of them)" if name == "scim2-client" and users == MOST_FOR_SCIM2 else ""
    sys.stdout.write(
        f"  {TITLES[name]:28} {speed(figures):7,.0f} users/s {figures['cpu'] / users * 1e6:6.0f} us CPU/user"
        f" {figures['requests'] / users:6.3f} requests/user"
        f"  server busy {figures['server_cpu'] / figures['seconds']:4.0%}{peak}{fewer}\n"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--users", type=int, nargs="*", default=[1000, 10_000, 100_000])
    parser.add_argument("--rounds", type=int, default=3, help="for 10,000 people at most; one for more")
    parser.add_argument("--short", action="store_true", help="1,000 people, three rounds, as CI runs it")
    parser.add_argument("--million", action="store_true")
    given = parser.parse_args()
    sys.stdout.write(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}\n")
    each = {}
    with server() as port:
        for count in [1000] if given.short else given.users:
            figures = compare(count, port, given.rounds if count <= 10_000 else 1)
            each[count] = figures["seconds"] / count
    if len(each) > 1:
        few, many = min(each), max(each)
        sys.stdout.write(f"\nper user, {many:,} against {few:,} people: {each[many] / each[few]:.2f}\n")
    if given.million:
        sys.stdout.write("\n1,000,000 people, planned\n")
        show("planned", measure_alone(1_000_000))


def measure_alone(count: int) -> Figures:
    """The plan of so many people; its server is in its own process."""
    with server() as port:
        return measure("planned", count, port)


if __name__ == "__main__":
    main()
