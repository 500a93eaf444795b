"""Who is assigned to the app: the plan's list of users and groups, resolved against the directory's groups.

As in Entra, a group brings in its direct members only. Names are compared without regard to case.
"""

from __future__ import annotations

import string
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeAlias

from app.people.record import Record
from app.setup.plan import Scope

Key: TypeAlias = bytes | str
_HEX = frozenset(string.hexdigits)


def _key(identifier: str) -> Key:
    """An object id in as little memory as it needs: a GUID as bytes takes 49 bytes, as text 85."""
    if len(identifier) == 36:
        digits = identifier.replace("-", "")
        if len(digits) == 32 and _HEX.issuperset(digits):
            return bytes.fromhex(digits)
    return identifier.casefold()


@dataclass(slots=True)
class Assignment:
    """Who is assigned. Made by ``resolve``.

    Attributes:
        everyone: whether the scope is *all*, so that assignment does not count.
        blind: groups are assigned, and the directory has no group at all.
        warnings: nested groups, and group names that match nothing or more than one group.
    """

    everyone: bool = False
    blind: bool = False
    warnings: tuple[str, ...] = ()
    _users: dict[str, str] = field(default_factory=dict)
    _unseen: dict[str, str] = field(default_factory=dict)
    _members: frozenset[Key] = frozenset()
    _groups: frozenset[Key] = frozenset()

    @classmethod
    def resolve(cls, scope: Scope, groups: Iterable[Record]) -> Assignment:
        """Resolve the plan's list in one pass over the directory's groups.

        A name stands for every group that bears it (with a warning), an object id for its one group.
        Whether each ``user:`` names somebody shows only when the users have been read: see ``unmatched``.
        """
        if scope.who == "all":
            return cls(everyone=True)
        named = {
            entry[6:].strip().casefold(): entry[6:].strip()
            for entry in scope.assigned
            if entry[:6] == "group:"
        }
        users = {
            entry[5:].strip().casefold(): entry[5:].strip()
            for entry in scope.assigned
            if entry[:5] == "user:"
        }
        found: Counter[str] = Counter()
        every: dict[Key, str] = {}
        chosen: dict[Key, str] = {}
        members: set[Key] = set()
        for group in groups:
            key = _key(group.id)
            every[key] = group.name
            hit = next((name for name in (group.id.casefold(), group.name.casefold()) if name in named), None)
            if hit is None:
                continue
            found[hit] += 1
            chosen[key] = group.name
            members.update(map(_key, group.members))
        nested = sorted(every[key] for key in members & every.keys())
        members -= every.keys()
        return cls(
            blind=bool(named) and not every,
            warnings=tuple(_warnings(named, found, nested)),
            _users=users,
            _unseen=dict(users),
            _members=frozenset(members),
            _groups=frozenset(chosen),
        )

    def has_user(self, record: Record) -> bool:
        """Whether the user is assigned, by user principal name, by object id, or as a direct member."""
        if self.everyone:
            return True
        if self._users:
            name = str(record.attributes.get("userPrincipalName") or "").casefold()
            identifier = record.id.casefold()
            if name in self._users or identifier in self._users:
                self._unseen.pop(name, None)
                self._unseen.pop(identifier, None)
                return True
        return _key(record.id) in self._members

    @property
    def group_ids(self) -> list[str]:
        """The assigned groups, in a form and an order that stay the same."""
        return sorted(each.hex() if isinstance(each, bytes) else each for each in self._groups)

    def has_group(self, record: Record) -> bool:
        """Whether the group itself is assigned."""
        return self.everyone or _key(record.id) in self._groups

    def unmatched(self) -> tuple[str, ...]:
        """Sentences on ``user:`` entries that named none of the users asked about so far."""
        return tuple(
            f'No user has the user principal name or object id "{name}": this assignment brings in nobody.'
            for name in self._unseen.values()
        )


def _warnings(named: dict[str, str], found: Counter[str], nested: list[str]) -> Iterable[str]:
    for folded, written in named.items():
        if not found[folded]:
            yield f'No group is named "{written}" or has that object id: this assignment brings in nobody.'
        elif found[folded] > 1:
            yield (
                f'{found[folded]} groups are named "{written}", and the members of all of them are assigned. '
                "Use the object id to name one."
            )
    for name in nested:
        yield (
            f'The group "{name}" is a member of an assigned group. As in Entra, that does not assign its '
            "members: assign the group itself."
        )
