"""A saved plan whose state folder has cycles and a log, as if it had run; and the real worker."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.engine.events import Change, CycleEnd, LogEntry
from app.engine.state.cycles import begin_cycle, end_cycle
from app.engine.state.store import Store
from app.setup.folders import state_folder
from app.worker.client import WorkerClient

PRACTICE = """\
version = 1
[app]
profile = "scim"
[run]
where = "practice"
[source]
kind = "csv"
users = "users.csv"
[scope]
who = "all"
"""
"""A plan that really runs, on the practice app."""
PLAN = """\
version = 1

[app]
profile = "invision"
tenant_url = "https://contoso.invisionapp.com/scim/v2"

[run]
where = "this-computer"

[source]
kind = "csv"
users = "users.csv"

[scope]
who = "all"
"""

FIRST = (
    "Ann",
    "Bjørn",
    "Chloé",
    "Dmitri",
    "Eithne",
    "Fatima",
    "Gül",
    "Håkon",
    "Inès",
    "José",
    "Kateřina",
    "Łukasz",
)
LAST = (
    "Ahlgren",
    "Brontë",
    "Çelik",
    "D'Arcy",
    "Eriksen",
    "Fitzgerald-O'Neill",
    "García",
    "Hansen",
    "Ito",
    "Jansen",
)


def _entry(number: int, dice: random.Random, time: datetime) -> LogEntry:
    first, last = dice.choice(FIRST), dice.choice(LAST)
    name = f"{first}.{last}{number}@contoso.com".lower()
    action = dice.choices(("create", "update", "disable", "none"), (10, 4, 1, 4))[0]
    status = "skipped" if action == "none" else dice.choices(("success", "failure", "warning"), (30, 2, 1))[0]
    entry = LogEntry("user", action, status, name, source_id=f"00000000-0000-4000-8000-{number:012}")  # type: ignore[arg-type]
    entry.time = time.isoformat(timespec="milliseconds")
    entry.target_id = f"{number:08x}"
    entry.milliseconds = dice.random() * 200
    entry.step("import", "success", "Read from users.csv.", line=str(number + 2))
    entry.step("scope", "success", "In scope: everyone is.", assigned="yes")
    entry.step(
        "match",
        "success",
        "No account with this userName was found in the app.",
        filter=f'userName eq "{name}"',
    )
    if status == "failure":
        entry.code = "SCIM-409"
        entry.reason = "The app refused to create the account: another one has this e-mail address."
        entry.remedy = "Look for a second account of this person in the app, and merge or remove it."
        entry.step("export", "failure", "The app answered 409.")
    elif action != "none":
        entry.step("export", "success", "The app answered 201.")
        entry.changes = [
            Change("userName", None, name),
            Change("name.givenName", None, first),
            Change("name.familyName", None, last),
            Change('emails[type eq "work"].value', None, name),
            Change("active", "False" if action == "update" else None, "True"),
        ]
    return entry


def fill(plan: Path, rows: int, cycles: int = 3) -> None:
    """Give a plan a history."""
    dice = random.Random(7)
    with Store.open(state_folder(plan)) as store:
        began = datetime.now(UTC) - timedelta(minutes=45 * cycles)
        for number in range(1, cycles + 1):
            kind = "initial" if number == 1 else "incremental"
            cycle = begin_cycle(store, kind, began.isoformat(timespec="milliseconds"))
            part = range((number - 1) * rows // cycles, number * rows // cycles)
            entries = [_entry(each, dice, began + timedelta(seconds=each / 100)) for each in part]
            for entry in entries:
                entry.cycle = cycle
            store.begin()
            store.log.write(entries)
            store.commit()
            failures = sum(entry.status == "failure" for entry in entries)
            counts = {
                action: sum(entry.action == action for entry in entries)
                for action in ("create", "update", "disable")
            }
            end_cycle(
                store,
                CycleEnd(
                    cycle=cycle,
                    kind="initial" if number == 1 else "incremental",
                    state="failures" if failures else "succeeded",
                    began=began.isoformat(timespec="milliseconds"),
                    ended=(began + timedelta(minutes=2)).isoformat(timespec="milliseconds"),
                    seconds=124.2,
                    counts=counts,
                    failures=failures,
                    requests=len(entries) + 8,
                    sentence=f"{len(entries)} people were looked at.",
                ),
            )
            store.commit()
            began += timedelta(minutes=42)


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    """A plan that has not run yet."""
    path = tmp_path / "contoso.toml"
    path.write_text(PLAN, encoding="utf-8")
    (tmp_path / "users.csv").write_text("userPrincipalName,id\n", encoding="utf-8")
    return path


@pytest.fixture
def history(plan: Path) -> Callable[[int], Path]:
    """Gives the plan a log of so many rows."""

    def make(rows: int) -> Path:
        fill(plan, rows)
        return plan

    return make


@pytest.fixture
def worker(qtbot: QtBot) -> Iterator[WorkerClient]:
    """The real worker process; ended with the test."""
    client = WorkerClient()
    yield client
    client.stop()
