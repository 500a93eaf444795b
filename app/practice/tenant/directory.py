"""Users, groups and memberships of the practice tenant, and what changed when, for delta queries."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from app.practice.tenant import sample
from app.practice.tenant.fault import not_found

Kind: TypeAlias = Literal["user", "group"]


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one object. ``joined`` and ``left`` are members of a group, or managers of a user."""

    number: int
    kind: Kind
    id: str
    joined: tuple[str, ...] = ()
    left: tuple[str, ...] = ()


@dataclass
class TenantDirectory:
    """The people of the tenant.

    Attributes:
        users: by id, as Graph has them; soft-deleted ones have a ``deletedDateTime``.
        managers: manager's id by user id.
        groups: by id.
        members: ids of direct members by group id; users and groups.
        changes: all changes since the start, oldest first.
    """

    users: dict[str, dict[str, Any]] = field(default_factory=dict)
    managers: dict[str, str] = field(default_factory=dict)
    groups: dict[str, dict[str, Any]] = field(default_factory=dict)
    members: dict[str, list[str]] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)

    @classmethod
    def sample(cls) -> TenantDirectory:
        """The people of every start."""
        made = cls()
        for user, manager in sample.users():
            made.users[user["id"]] = user
            if manager:
                made.managers[user["id"]] = manager
        for group, members in sample.groups(list(made.users.values())):
            made.groups[group["id"]] = group
            made.members[group["id"]] = members
        return made

    @property
    def number(self) -> int:
        """The number of the last change."""
        return self.changes[-1].number if self.changes else 0

    def of(self, kind: Kind) -> dict[str, dict[str, Any]]:
        """All objects of a kind, the soft-deleted ones included."""
        return self.users if kind == "user" else self.groups

    def living(self, kind: Kind) -> list[dict[str, Any]]:
        """All objects of a kind that are not in the recycle bin."""
        return [each for each in self.of(kind).values() if not each.get("deletedDateTime")]

    def user(self, name: str) -> dict[str, Any]:
        """A living user by id or user principal name.

        Raises:
            GraphFault: 404.
        """
        found = self.users.get(name) or next(
            (each for each in self.users.values() if each["userPrincipalName"].lower() == name.lower()), None
        )
        if found is None or found.get("deletedDateTime"):
            raise not_found(name)
        return found

    def group(self, group_id: str) -> dict[str, Any]:
        """A group by id.

        Raises:
            GraphFault: 404.
        """
        found = self.groups.get(group_id)
        if found is None or found.get("deletedDateTime"):
            raise not_found(group_id)
        return found

    def transitive(self, group_id: str) -> Iterator[str]:
        """Ids of all members, those of nested groups included, each once."""
        seen, open_ = {group_id}, [group_id]
        while open_:
            for member in self.members.get(open_.pop(0), []):
                if member not in seen:
                    seen.add(member)
                    yield member
                    if member in self.groups:
                        open_.append(member)

    def groups_of(self, object_id: str) -> list[dict[str, Any]]:
        """The groups that have this object as a direct member."""
        return [self.groups[each] for each, members in self.members.items() if object_id in members]

    def changed(self, kind: Kind, object_id: str) -> None:
        """Note that an object changed."""
        self.changes.append(Change(self.number + 1, kind, object_id))

    def update(self, kind: Kind, object_id: str, values: dict[str, Any]) -> None:
        """Change properties of an object."""
        self.of(kind)[object_id].update(values)
        self.changed(kind, object_id)

    def set_manager(self, user_id: str, manager_id: str) -> None:
        """Give a user another manager; none with an empty id."""
        before = self.managers.pop(user_id, "")
        if manager_id:
            self.managers[user_id] = manager_id
        joined, left = [(each,) if each else () for each in (manager_id, before)]
        self.changes.append(Change(self.number + 1, "user", user_id, joined, left))

    def set_members(self, group_id: str, members: list[str]) -> None:
        """Give a group other direct members."""
        before = self.members.get(group_id, [])
        joined = tuple(each for each in members if each not in before)
        left = tuple(each for each in before if each not in members)
        self.members[group_id] = list(members)
        self.changes.append(Change(self.number + 1, "group", group_id, joined, left))

    def delete(self, kind: Kind, object_id: str, when: str, *, for_good: bool) -> None:
        """Put an object into the recycle bin, or remove it for good."""
        objects = self.of(kind)
        if for_good:
            objects.pop(object_id, None)
            self.managers.pop(object_id, None)
            for user_id in [each for each, manager in self.managers.items() if manager == object_id]:
                self.set_manager(user_id, "")
            for group_id, members in list(self.members.items()):
                if object_id in members:
                    self.set_members(group_id, [each for each in members if each != object_id])
        elif object_id in objects:
            objects[object_id]["deletedDateTime"] = when
        self.changed(kind, object_id)
