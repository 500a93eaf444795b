"""One record type for a user or a group of the directory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias, runtime_checkable

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
            ``accountEnabled`` is a bool. ``manager`` is the manager's object id. ``appRoleAssignments`` is
            a list: of role values, or of JSON texts with ``id``, ``value`` and ``displayName``.
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
        name: of whom the row is, where it tells.
        hides: whether somebody, or a membership, may be missing from the records because of it. Nobody may
            be taken to have left a source with such faults.
    """

    file: str
    line: int
    text: str
    hides: bool = True
    name: str = ""


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


@runtime_checkable
class NamedDirectory(Directory, Protocol):
    """A directory that tells which attributes its users can have."""

    def attribute_names(self) -> list[str]:
        """Names as the provisioning schema spells them. Every other attribute is empty for everybody."""
        ...


@dataclass(frozen=True, slots=True)
class Removed:
    """Somebody whom the directory no longer has.

    Attributes:
        restorable: in the recycle bin, and may come back. Otherwise gone for good: Entra sends DELETE then.
    """

    kind: Literal["user", "group"]
    id: str
    restorable: bool = False


@runtime_checkable
class ChangingDirectory(Directory, Protocol):
    """A directory that can tell what has changed, so that a cycle costs as much as there are changes.

    What it knows is held on this computer (see ``app.people.mirror``): :meth:`catch_up` alone uses the
    network, and everything else reads what it left.
    """

    async def catch_up(self, *, anew: bool = False) -> None:
        """Take over from the source what has changed since the last time.

        Where the source no longer knows since when (Graph: 410 Gone, or a delta link older than seven days),
        it is read from the beginning; what turns out to be the same does not count as changed.

        Args:
            anew: read it from the beginning in any case.

        Raises:
            Problem: the source could not be read to the end. Whoever was not heard of stays.
        """
        ...

    def watermark(self) -> str:
        """Up to where :meth:`changes` tells now: opaque, to be given to it the next time."""
        ...

    def changes(self, kind: Literal["user", "group"], since: str) -> Iterator[Record | Removed] | None:
        """Whoever changed since a watermark, each once, as they are now.

        A user counts as changed too when a group took them in or let them go. None: the watermark is unknown
        here, so that only :meth:`users` and :meth:`groups` tell.
        """
        ...

    def find(self, kind: Literal["user", "group"], object_id: str) -> Record | None:
        """One user or group; None when the directory does not have it."""
        ...
