"""From the rows of a groups file to group records: one row for each member, a group's rows in any order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from app.people.record import Record, Value
from app.people.table_file import TableFile
from app.people.table_rows import FaultList, Row
from app.people.user_rows import KnownIds

GROUP_COLUMNS: Final = ("groupId", "groupDisplayName", "memberId", "memberUserPrincipalName")

_ALIASES: Final = {
    "group id": "groupId",
    "group name": "groupDisplayName",
    "groupname": "groupDisplayName",
    "memberobjectid": "memberId",
    "memberupn": "memberUserPrincipalName",
}


def group_table(path: Path) -> TableFile:
    """The groups file as a table."""
    needed = (("groupId",), ("groupDisplayName",), ("memberId", "memberUserPrincipalName"))
    return TableFile(path, GROUP_COLUMNS, _ALIASES, needed, "groups file")


@dataclass(slots=True)
class _Group:
    """What is known of a group so far. Members are a dict for its order; ids are shared, not copied."""

    line: int
    attributes: dict[str, Value]
    members: dict[str, None] = field(default_factory=dict)


class GroupReader:
    """Gathers groups from rows.

    Groups without members have one row with empty member cells. Members may be users, by object id or user
    principal name, or other groups, by group id: Entra does not follow those, and the scope says so.
    """

    def __init__(self, table: TableFile, known: KnownIds, faults: FaultList) -> None:
        self._table = table
        self._known = known
        self._faults = faults
        self._columns = table.columns()
        self._id_at = self._columns.index("groupId")
        self._name_at = self._columns.index("groupDisplayName")
        self._member_at = [
            self._columns.index(name)
            for name in ("memberId", "memberUserPrincipalName")
            if name in self._columns
        ]
        self._extra = [
            (at, name) for at, name in enumerate(self._columns) if name and name not in GROUP_COLUMNS
        ]
        self._groups: dict[str, _Group] = {}

    def records(self) -> Iterator[Record]:
        """Every group, in the order in which they first appear."""
        ids = self._group_ids()
        for row in self._table.rows(self._faults):
            self._read(row, ids)
        while self._groups:
            key = next(iter(self._groups))
            group = self._groups.pop(key)
            if "displayName" not in group.attributes:
                self._faults.add(group.line, f"The group {key} has no groupDisplayName; it is left out.")
                continue
            yield Record("group", key, group.attributes, tuple(group.members))

    def _group_ids(self) -> dict[str, str]:
        """All group ids: a member may be a group that stands further down."""
        ids: dict[str, str] = {}
        for row in self._table.rows(FaultList(self._table.path.name)):
            if key := row.cells[self._id_at].strip().lower():
                ids.setdefault(key, key)
        return ids

    def _read(self, row: Row, ids: dict[str, str]) -> None:
        key = row.cells[self._id_at].strip().lower()
        if not key:
            self._faults.add(row.line, "The row has no groupId; it is left out.")
            return
        group = self._groups.get(key)
        if group is None:
            attributes: dict[str, Value] = {
                name: row.cells[at] for at, name in self._extra if row.cells[at].strip()
            }
            attributes["objectId"] = key
            group = self._groups[key] = _Group(row.line, attributes)
        self._read_name(row, group)
        member = next(filter(None, (row.cells[at].strip() for at in self._member_at)), "")
        if not member:
            return
        found = self._known.find(member) or ids.get(member.lower())
        if found is None:
            text = f"The member {member[:100]} is neither in the users file nor a group; left out."
            self._faults.add(row.line, text, hides=not self._known.whole)
            return
        group.members[found] = None

    def _read_name(self, row: Row, group: _Group) -> None:
        name = row.cells[self._name_at].strip()
        known = group.attributes.setdefault("displayName", name) if name else None
        if known is not None and known != name:
            text = f"The group is {name[:60]!r} here and {str(known)[:60]!r} before, which is kept."
            self._faults.add(row.line, text, hides=False)
