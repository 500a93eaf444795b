"""How long questions to the provisioning log take with a million rows.

Run ``python tests/benchmarks/log.py [--rows 1000000] [--names 100000] [--short]``. Makes the state in a
temporary folder (500 MB for a million rows) and asks each question three times, anew opened; the quickest
counts. With ``--names 1000000`` every row has a name of its own, and the index of names is made first, as a
cycle does.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from app.engine.events import LogEntry  # noqa: E402
from app.engine.state.cycles import standing
from app.engine.state.log import LogFilter  # noqa: E402
from app.engine.state.store import Store  # noqa: E402
from app.engine.state.tidy import tidy  # noqa: E402

QUESTIONS: dict[str, dict[str, Any]] = {
    "newest": {},
    "row 900,000": {"offset": 900_000},
    "failures": {"wanted": LogFilter(status="failure")},
    "successes, from 500,000": {"wanted": LogFilter(status="success"), "offset": 500_000},
    "one cycle": {"wanted": LogFilter(cycle=5)},
    "status and action": {"wanted": LogFilter(status="success", action="update"), "offset": 1000},
    "successes by name": {"wanted": LogFilter(status="success"), "sort": "name"},
    "name of one": {"wanted": LogFilter(user="person77777@")},
    "name of nobody": {"wanted": LogFilter(user="zzzz")},
    "name of 1 in 100": {"wanted": LogFilter(user="n77")},
    "name of half": {"wanted": LogFilter(user="person")},
    "name of half, failures": {"wanted": LogFilter(user="person", status="failure")},
    "name of half, successes": {"wanted": LogFilter(user="person", status="success")},
    "name of half, status and action": {
        "wanted": LogFilter(user="person", status="success", action="update")
    },
    "name of half, from 300,000": {"wanted": LogFilter(user="person"), "offset": 300_000},
    "name of half, by name": {"wanted": LogFilter(user="person"), "sort": "name"},
}


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
            for start in range(0, given.rows, 5000):
                store.write_log([row(n, given.names) for n in range(start, min(start + 5000, given.rows))])
                store.commit()
            asyncio.run(tidy(store, 0, datetime.now(UTC)))
        sys.stdout.write(f"{given.rows:,} rows of {given.names:,} names\n")
        for title, question in QUESTIONS.items():
            ask(Path(folder), title, question)
        with Store.look(Path(folder)) as store:
            began = time.perf_counter()
            standing(store)
            sys.stdout.write(f"  {'status':32} {(time.perf_counter() - began) * 1000:7.1f} ms\n")


def ask(folder: Path, title: str, question: dict[str, Any]) -> None:
    """Ask one question and print how long it took."""
    times = []
    for _ in range(3):
        with Store.look(folder) as store:
            began = time.perf_counter()
            _, total = store.log_page(**question)
            times.append(time.perf_counter() - began)
    sys.stdout.write(f"  {title:32} {min(times) * 1000:7.1f} ms {total:10,} rows\n")


if __name__ == "__main__":
    main()
