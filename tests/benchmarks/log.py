"""How long questions to the provisioning log take with a million rows.

Run ``python tests/benchmarks/log.py [--rows 1000000] [--names 100000] [--short]``. Makes the state in a
temporary folder (450 MB for a million rows), tidies it as a cycle does at its end, and asks all questions
that the monitor and ``rollcall log`` can ask, each with the database opened anew. Prints the worst by name.
With ``--names 1000000`` every row has a name of its own.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from app.engine.events import LogEntry  # noqa: E402
from app.engine.state.cycles import standing
from app.engine.state.log import LogFilter  # noqa: E402
from app.engine.state.store import Store  # noqa: E402
from app.engine.state.tidy import tidy  # noqa: E402

TEXTS = {
    "any name": "",
    "name of one": "person77777@",
    "of nobody": "zzzz",
    "of 1 in 200": "n77",
    "of 1 in 20": "77",
    "of half": "person",
    "of the other half": "fabrikam",
    "of all": "@",
}
LIMIT = 0.05
"""Seconds that no question may take."""


@dataclass(frozen=True)
class Question:
    """One that the monitor or ``rollcall log`` can ask."""

    title: str
    wanted: LogFilter
    sort: Any
    descending: bool
    part: float
    """How far down, as a part of all rows that can be asked for."""


def questions() -> Iterator[Question]:
    """Every status, action, text, cycle, order and direction with every other, at three places each."""
    for status, action, text, cycle, sort, descending, part in itertools.product(
        ["", "success", "failure"],
        ["", "update"],
        TEXTS,
        [0, 5],
        ["time", "name", "action", "status", "cycle"],
        [True, False],
        [0, 0.5, 0.99],
    ):
        title = ", ".join(
            [
                text,
                status or "any status",
                action or "any action",
                f"cycle {cycle}" if cycle else "any cycle",
                f"by {sort}{' descending' if descending else ''}",
                f"at {part:.0%}",
            ]
        )
        yield Question(title, LogFilter(status, action, TEXTS[text], cycle), sort, descending, part)


def row(number: int, names: int) -> LogEntry:
    """A row as a cycle writes them."""
    who = number % names
    status = "failure" if number * 7919 % 100 == 0 else "skipped" if number * 31 % 10 == 3 else "success"
    entry = LogEntry(
        "user",
        "create" if number % 3 else "update",
        status,  # type: ignore[arg-type]
        f"person{who}@contoso.com" if who % 2 else f"someone.{who}@fabrikam.com",
        f"{who:08x}-1111-4222-8333-444444444444",
        str(who),
        time="2026-11-25T08:00:00.000Z",
        cycle=1 + number // 100_000,
    )
    entry.step("import", "success", "Read from the source.")
    entry.step("export", "success", "Created.")
    entry.all_new({"userName": entry.name, "displayName": f"Person {who}", "active": True})
    return entry


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--names", type=int, default=100_000)
    parser.add_argument("--short", action="store_true", help="a tenth of it, as CI runs it")
    given = parser.parse_args()
    if given.short:
        given.rows, given.names = 100_000, 10_000
    with tempfile.TemporaryDirectory() as folder:
        with Store.open(Path(folder)) as store:
            spent = 0.0
            for start in range(0, given.rows, 500):
                rows = [row(n, given.names) for n in range(start, min(start + 500, given.rows))]
                began = time.perf_counter()
                store.write_log(rows)
                store.commit()
                spent += time.perf_counter() - began
            asyncio.run(tidy(store, 0, datetime.now(UTC)))
        each = spent / given.rows * 1e6
        sys.stdout.write(f"{given.rows:,} rows of {given.names:,} names, each written in {each:.1f} us\n")
        asked = list(questions())[:: 11 if given.short else 1]
        report([(ask(Path(folder), question), question.title) for question in asked])
        with Store.look(Path(folder)) as store:
            began = time.perf_counter()
            standing(store)
            sys.stdout.write(f"  status: {(time.perf_counter() - began) * 1000:.1f} ms\n")


def ask(folder: Path, question: Question) -> float:
    """Ask one question and give the seconds it took: the quickest of three, where the first was slow."""
    wanted, order = question.wanted, {"sort": question.sort, "descending": question.descending}
    with Store.look(folder) as store:
        offset = int(store.log_page(wanted, **order, limit=1).total * question.part) if question.part else 0
    times: list[float] = []
    while not times or (min(times) > LIMIT / 2 and len(times) < 3):
        with Store.look(folder) as store:
            began = time.perf_counter()
            store.log_page(wanted, **order, offset=offset, limit=60)
            times.append(time.perf_counter() - began)
    return min(times)


def report(times: list[tuple[float, str]]) -> None:
    """Print how long the questions took, the worst of them by name."""
    times.sort(reverse=True)
    over = sum(seconds > LIMIT for seconds, _ in times)
    middle = times[len(times) // 2][0]
    sys.stdout.write(f"  {len(times)} questions: {middle * 1000:.1f} ms in the middle, {over} over 50 ms\n")
    for seconds, title in times[:5]:
        sys.stdout.write(f"  worst: {seconds * 1000:5.1f} ms  {title}\n")


if __name__ == "__main__":
    main()
