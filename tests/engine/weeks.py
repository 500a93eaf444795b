"""What a source goes through: people and groups to begin with, and what changes in a week or over a night."""

from __future__ import annotations

import random

from tests.engine.conftest import People

DEPARTMENTS = ("Research", "Finance", "Legal")


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
    _forget_managers(people)
    keys = list(people.persons)
    for key in random_.sample(keys, min(15, len(keys) // 2)):
        people.persons[key]["department"] = random_.choice(DEPARTMENTS)
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


def _forget_managers(people: People) -> None:
    """Nobody has a manager who is not there."""
    for held in people.persons.values():
        if held.get("manager") and held["manager"] not in people.persons:
            del held["manager"]


class Turmoil:
    """A source in which everything happens that a cycle has to follow, again and again.

    Attributes:
        people: the source.
        away: those who left, who may come back.
    """

    def __init__(self, random_: random.Random, people: People) -> None:
        self.people = people
        self.away: dict[str, dict[str, object]] = {}
        self._random = random_
        self._number = 10_000

    def goes_on(self, share: float) -> None:
        """Joiners, leavers, returns, renames, moves, switched accounts, managers, teams, members.

        Args:
            share: of the people whom each kind of change is about.
        """
        random_, persons = self._random, self.people.persons
        few = max(1, int(len(persons) * share))
        for key in self._some(few):
            self.away[key] = persons.pop(key)
        for key in random_.sample(list(self.away), min(few // 2, len(self.away))):
            persons[key] = self.away.pop(key)  # type: ignore[assignment]
        for _ in range(few):
            self._number += 1
            self.people.add(self._number)
        for key in self._some(few):
            self._number += 1
            persons[key]["userPrincipalName"] = f"renamed{self._number}@contoso.com"
        for key in self._some(few):
            persons[key]["department"] = random_.choice(DEPARTMENTS)
        for key in self._some(few // 2):
            persons[key]["accountEnabled"] = not persons[key]["accountEnabled"]
        for key in self._some(few):
            persons[key]["manager"] = random_.choice([each for each in persons if each != key])
        _forget_managers(self.people)
        self._teams(few)

    def _some(self, count: int) -> list[str]:
        return self._random.sample(list(self.people.persons), min(count, len(self.people.persons)))

    def _teams(self, few: int) -> None:
        random_, teams = self._random, self.people.teams
        if len(teams) > 3 and random_.random() < 0.4:
            del teams[random_.choice(list(teams))]
        if random_.random() < 0.5:
            self._number += 1
            self.people.team(self._number, self._some(few * 2))
        for key, (name, members) in list(teams.items()):
            kept = [each for each in members if each in self.people.persons]
            if random_.random() < 0.6:
                kept = [each for each in kept if random_.random() < 0.8]
                kept = list(dict.fromkeys([*kept, *self._some(few)]))
            if random_.random() < 0.15:
                self._number += 1
                name = f"Renamed team {self._number}"
            teams[key] = (name, kept)
