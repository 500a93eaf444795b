"""People, plans and cycles for the engine's tests."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.engine.clock import Clock
from app.engine.control import Control
from app.engine.cycle.cycle import Cycle
from app.engine.cycle.only import Only
from app.engine.dry_run import dry_run
from app.engine.events import CycleEnd, CycleEvent, CycleProgress, LogEntry
from app.engine.state.store import Store
from app.network.pace import Waits
from app.people.record import Directory, Fault, Record, Value
from app.scim.client import ScimClient
from app.setup.plan import SetupPlan
from app.setup.profile import load_profile
from app.setup.tenant_url import TenantUrl


@dataclass
class People:
    """A directory that a test changes as it likes."""

    persons: dict[str, dict[str, Value]] = field(default_factory=dict)
    teams: dict[str, tuple[str, list[str]]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def add(self, number: int, **attributes: Value) -> str:
        """Add a person; gives the object id."""
        key = f"{number:08x}-0000-4000-8000-000000000000"
        self.persons[key] = {
            "userPrincipalName": f"user{number}@contoso.com",
            "displayName": f"User {number}",
            "givenName": "User",
            "surname": f"Number{number}",
            "mail": f"user{number}@contoso.com",
            "mailNickname": f"user{number}",
            "department": "Sales",
            "accountEnabled": True,
            **attributes,
        }
        return key

    def team(self, number: int, members: list[str], name: str = "") -> str:
        """Add a group; gives the object id."""
        key = f"{number:08x}-9999-4000-8000-000000000000"
        self.teams[key] = (name or f"Team {number}", members)
        return key

    def users(self) -> Iterator[Record]:
        for key, attributes in list(self.persons.items()):
            yield Record(
                "user", key, {name: value for name, value in attributes.items() if value not in (None, "")}
            )

    def groups(self) -> Iterator[Record]:
        for key, (name, members) in list(self.teams.items()):
            yield Record("group", key, {"displayName": name}, tuple(members))


class SetClock(Clock):
    """The time, moved by a test as it likes."""

    def __init__(self) -> None:
        self._by = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self._by

    def move(self, **by: float) -> None:
        """Set it forward, or back: ``days=2``, ``hours=-1``."""
        self._by += timedelta(**by)


@dataclass
class Told:
    """What a cycle said."""

    end: CycleEnd
    entries: list[LogEntry]
    progress: list[CycleProgress]

    def entry(self, name: str) -> LogEntry:
        """The one row of a person."""
        (row,) = [each for each in self.entries if each.name == name]
        return row


async def listen(events: AsyncIterator[CycleEvent]) -> Told:
    """Run a cycle to its end."""
    entries: list[LogEntry] = []
    progress: list[CycleProgress] = []
    end: CycleEnd | None = None
    async for event in events:
        if isinstance(event, LogEntry):
            entries.append(event)
        elif isinstance(event, CycleProgress):
            progress.append(event)
        else:
            end = event
    assert end is not None
    return Told(end, entries, progress)


@dataclass
class Bench:
    """One plan, its people, its state and its app."""

    folder: Path
    url: TenantUrl
    token: str
    people: People = field(default_factory=People)
    plan: SetupPlan = field(default_factory=SetupPlan)
    profile_name: str = "scim"
    portion: int = 100
    clock: SetClock = field(default_factory=SetClock)
    directory: Directory | None = None
    timeout: float = 30.0
    learns: bool = False  # a rate from refusals: those of tests are made up, and would slow them

    def __post_init__(self) -> None:
        self.plan.app.tenant_url = self.url.text
        self.plan.app.profile = self.profile_name
        self.plan.scope.who = "all"
        self.plan.safety.deletion_threshold = 500  # a few people are many of those whom a test has
        self.profile = load_profile(self.profile_name).model_copy(update={"member_portion": self.portion})

    def client(self, **options: object) -> ScimClient:
        options = {
            "timeout": self.timeout,
            "waits": Waits(first=0.002, longest=60.0 if self.learns else 0.05, learns=self.learns),
            **options,
        }
        return ScimClient(self.url, self.token, **options)  # type: ignore[arg-type]

    async def run(self, control: Control | None = None, only: Only | None = None) -> Told:
        with Store.open(self.folder) as store:
            async with self.client() as client:
                source = self.directory or self.people
                control = control or Control(self.clock)
                cycle = Cycle(self.plan, self.profile, source, client, store, control, only=only)
                return await listen(cycle.run())

    def order(self) -> dict[str, object]:
        """What ``tests.engine.killed`` needs to run a cycle in a process of its own."""
        return {
            "url": self.url.text,
            "token": self.token,
            "folder": str(self.folder),
            "people": {"persons": self.people.persons, "teams": self.people.teams},
            "plan": self.plan.model_dump(mode="json"),
            "portion": self.portion,
        }

    async def rehearse(self) -> Told:
        with Store.look(self.folder) as store:
            async with self.client() as client:
                return await listen(
                    dry_run(
                        self.plan,
                        self.profile,
                        self.directory or self.people,
                        client,
                        store,
                        Control(self.clock),
                    )
                )


@pytest.fixture
def make_bench(tmp_path: Path):  # type: ignore[no-untyped-def]
    def make(server, **options):  # type: ignore[no-untyped-def]
        return Bench(tmp_path / "state", server.tenant_url, server.token, **options)

    return make
