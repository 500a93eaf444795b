"""Cycles that are killed: whatever the moment, nobody is created twice, lost, or deleted."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.engine.conftest import Bench, People
from tests.engine.model import compare
from tests.servers.real_scim import RealScim

ROOT = Path(__file__).parents[3]


class Killer:
    """Starts cycles in a process of their own and kills them."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.engine.killed"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )

    def run(self, bench: Bench, after: float | None) -> tuple[str, float]:
        """Run a cycle and kill it after so many seconds; gives its state (``killed``) and how long it ran."""
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        order = {
            "url": bench.url.text,
            "token": bench.token,
            "folder": str(bench.folder),
            "people": {"persons": bench.people.persons, "teams": bench.people.teams},
            "plan": bench.plan.model_dump(mode="json"),
            "portion": bench.portion,
        }
        process.stdin.write(json.dumps(order) + "\n")
        child = int(process.stdout.readline())
        began = time.perf_counter()
        if after is not None:
            time.sleep(after)  # the moment of the kill, not a wait for something
            os.kill(child, signal.SIGKILL)
        state = "killed" if after is not None else process.stdout.readline().strip()
        seconds = time.perf_counter() - began
        process.stdin.write("\n")
        while (line := process.stdout.readline().strip()) != "over":
            state = line  # it had ended before the kill
        return state, seconds

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait(timeout=10)


@pytest.fixture
def killer() -> Iterator[Killer]:
    made = Killer()
    yield made
    made.close()


def many(random_: random.Random, count: int = 60) -> People:
    """People with groups and managers."""
    people = People()
    ids = [people.add(n, accountEnabled=random_.random() > 0.05) for n in range(count)]
    for key in random_.sample(ids, count // 3):
        people.persons[key]["manager"] = random_.choice([each for each in ids if each != key])
    for n in range(6):
        people.team(n, random_.sample(ids, random_.randrange(0, count // 2)))
    # A manager who is disabled has no account yet: such a reference is not expected.
    for held in people.persons.values():
        if "manager" in held and not people.persons[str(held["manager"])]["accountEnabled"]:
            del held["manager"]
    # Only who has an account can be expected in the app.
    for key in [key for key, held in people.persons.items() if not held["accountEnabled"]]:
        del people.persons[key]
    return people


def change(people: People, random_: random.Random, fresh: int = 12) -> set[str]:
    """Change the source as a week would; gives the names of those who left."""
    keys = list(people.persons)
    gone = set()
    for key in random_.sample(keys, 4):
        gone.add(str(people.persons.pop(key)["userPrincipalName"]))
    keys = list(people.persons)
    for held in people.persons.values():
        if held.get("manager") and held["manager"] not in people.persons:
            del held["manager"]
    for key in random_.sample(keys, min(15, len(keys) // 2)):
        people.persons[key]["department"] = random_.choice(["Research", "Finance", "Legal"])
    for key in random_.sample(keys, min(5, len(keys) // 3)):
        people.persons[key]["accountEnabled"] = False
    for n in range(1000, 1000 + fresh):
        people.add(n)
    everybody = list(people.persons)
    for key, (name, members) in list(people.teams.items()):
        if random_.random() < 0.7:
            kept = [each for each in members if random_.random() < 0.7]
            people.teams[key] = (name, list(dict.fromkeys([*kept, *random_.sample(everybody, 6)])))
    people.team(77, random_.sample(everybody, 10))
    return gone


@pytest.fixture(scope="module")
def seed() -> int:
    """A fresh seed, printed; ``ROLLCALL_SEED`` repeats an old run."""
    return int(os.environ.get("ROLLCALL_SEED", "0")) or random.SystemRandom().randrange(1, 10**9)


async def one_story(
    killer: Killer, server: RealScim, bench: Bench, random_: random.Random, span: float
) -> list[Any]:
    """An initial cycle and a changed one, each killed up to twice; then one in peace, compared."""
    told = []
    gone: set[str] = set()
    for part in range(2):
        if part:
            gone = change(bench.people, random_)
        for _ in range(random_.choice([1, 1, 2])):
            moment = random_.uniform(0, span * (0.5 if part else 1))  # a changed cycle is shorter
            told.append((part, round(moment, 3), killer.run(bench, moment)[0]))
        end = (await bench.run()).end
        told.append((end.state, end.counts))
        assert end.state == "succeeded", end
        compare(server, bench.people, gone)
        again = (await bench.run()).end
        assert again.requests == 0, again
    return told


@pytest.mark.timeout(3600)  # a full run of 500 kills takes half an hour
async def test_a_killed_cycle_is_finished_by_the_next(
    request: pytest.FixtureRequest, killer: Killer, tolerant_scim: RealScim, tmp_path: Path, seed: int
) -> None:
    kills = int(request.config.getoption("--kills"))
    count = 300 if kills > 100 else 60  # a full run is of cycles of 300 people
    print(f"ROLLCALL_SEED={seed}")
    random_ = random.Random(seed)
    people = many(random_, count)
    bench = Bench(tmp_path / "warm", tolerant_scim.tenant_url, tolerant_scim.token, people, portion=7)
    _, span = killer.run(bench, None)
    done = story = 0
    while done < kills:
        tolerant_scim.reset()
        bench = Bench(
            tmp_path / f"story{story}",
            tolerant_scim.tenant_url,
            tolerant_scim.token,
            many(random_, count),
            portion=7,
        )
        told = await one_story(killer, tolerant_scim, bench, random_, span)
        done += sum(1 for each in told if each[-1] == "killed")
        story += 1
        print(story, told)
    print(f"{done} kills in {story} stories")
