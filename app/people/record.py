"""One record type for a user or a group of the directory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

Value: TypeAlias = str | bool | int | list[str] | None
"""What an attribute or an expression can hold. ``None`` and ``""`` are both empty."""


@dataclass(frozen=True, slots=True)
class Record:
    """A user or a group as the directory has it.

    Attributes:
        kind: ``user`` or ``group``.
        id: the directory's object id; stable across renames.
        attributes: values by source attribute name as the provisioning schema spells it
            (``userPrincipalName``, ``surname``, ``accountEnabled``, ...); empty ones are left out.
            ``accountEnabled`` is a bool. ``manager`` is the manager's object id.
        members: object ids of a group's direct members; empty for users.
    """

    kind: Literal["user", "group"]
    id: str
    attributes: Mapping[str, Value]
    members: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What a person calls it: user principal name of a user, display name of a group."""
        first, second = ("userPrincipalName", "displayName") if self.kind == "user" else ("displayName", "id")
        return str(self.attributes.get(first) or self.attributes.get(second) or self.id)


@dataclass(frozen=True, slots=True)
class Fault:
    """A row that could not be read whole: where, and what to do. Other rows are not affected.

    Attributes:
        file: the file's name.
        line: where the row starts, counted from 1.
        text: what is wrong, in a sentence.
        hides: whether somebody, or a membership, may be missing from the records because of it. Nobody may
            be taken to have left a source with such faults.
    """

    file: str
    line: int
    text: str
    hides: bool = True


class Directory(Protocol):
    """Where people are read from. Iterating again reads again; nothing is held in memory."""

    @property
    def faults(self) -> list[Fault]:
        """Rows that could not be read, of the last reading. Their people are not proven to have left."""
        ...

    def users(self) -> Iterator[Record]:
        """Every user, in the source's order."""
        ...

    def groups(self) -> Iterator[Record]:
        """Every group with its direct members, in the source's order."""
        ...
