"""A directory that tells changes only, as Graph does, and does what a test has written down for it."""

from __future__ import annotations

from pathlib import Path

from app.people.mirror import Heard, Mirror
from app.people.record import Removed
from tests.engine.conftest import People


class ScriptedDirectory(Mirror):
    """Tells a test's ``People`` by deltas: what changed since it was asked last.

    Attributes:
        gone: who was deleted for good; everybody else who is missing is in the recycle bin.
        expired: the next time, the source no longer knows since when (410 Gone).
        readings: ``delta`` or ``whole``, for each time that it was asked.
    """

    def __init__(self, folder: Path, people: People) -> None:
        super().__init__(folder)
        self.people = people
        self.gone: set[str] = set()
        self.expired = False
        self.readings: list[str] = []
        self._told: dict[str, object] = {}
        self._members: dict[str, set[str]] = {}

    async def catch_up(self, *, anew: bool = False) -> None:
        whole = anew or self.expired or self.link("user") is None
        self.expired = False
        self.readings.append("whole" if whole else "delta")
        if whole:
            self._told, self._members = {}, {}
        users = self.read("user", whole=whole)
        users.apply(self._users())
        users.finish("next-users")
        groups = self.read("group", whole=whole)
        groups.apply(self._groups())
        groups.finish("next-groups")

    def _users(self) -> list[Heard | Removed]:
        page: list[Heard | Removed] = [
            Heard(key, attributes)
            for key, attributes in self.people.persons.items()
            if self._told.get(key) != attributes
        ]
        page += [
            Removed("user", key, restorable=key not in self.gone)
            for key in self._told
            if key not in self.people.persons and key not in self.people.teams
        ]
        page += [Removed("user", key) for key in self.gone if key not in self._told]
        self._told = {key: dict(attributes) for key, attributes in self.people.persons.items()}
        return page

    def _groups(self) -> list[Heard | Removed]:
        page: list[Heard | Removed] = []
        for key, (name, members) in self.people.teams.items():
            before = self._members.get(key, set())
            joined, left = set(members) - before, before - set(members)
            if joined or left or key not in self._members:
                page.append(Heard(key, {"displayName": name}, True, tuple(joined), tuple(left)))
            self._members[key] = set(members)
        for key in [key for key in self._members if key not in self.people.teams]:
            del self._members[key]
            page.append(Removed("group", key))
        return page
