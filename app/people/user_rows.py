"""From a row of a users file to a user record."""

from __future__ import annotations

from typing import Final

from app.people.record import Record, Value
from app.people.table_file import TableFile
from app.people.table_rows import FaultList, Row

_TRUE: Final = "true yes 1 wahr vrai verdadero verdadeiro vero waar sant sand tosi prawda ano igaz истина да"
_FALSE: Final = "false no 0 falsch faux falso onwaar falskt usand epätosi fałsz ne hamis ложь нет"
TRUTH: Final[dict[str, bool]] = {
    **dict.fromkeys(_TRUE.split(), True),
    **dict.fromkeys(_FALSE.split(), False),
    "nepravda": False,
    "pravda": True,
    "falsk": False,
}
"""How ``accountEnabled`` may be written: a spreadsheet program saves TRUE in its own language."""


def row_id(cells: list[str], id_at: int, name_at: int) -> str:
    """The row's object id, or its user principal name where it has none, in lower case.

    Object ids are GUIDs and user principal names are not case-sensitive: one person has one id however a
    file spells it. ``id_at`` is -1 where there is no such column.
    """
    written = cells[id_at].strip() if id_at >= 0 else ""
    return (written or cells[name_at].strip()).lower()


class KnownIds:
    """Object ids of all users of a file, by id and by user principal name.

    Needed where rows point at people who may stand further down: managers and members. For 100,000 users it
    takes some 40 MB, so it lives no longer than the reading that needs it.

    Attributes:
        whole: whether every row could be read, so that who is not found here is not in the file.
    """

    def __init__(self, table: TableFile) -> None:
        columns = table.columns()
        name_at = columns.index("userPrincipalName")
        id_at = columns.index("objectId") if "objectId" in columns else -1
        self._ids: dict[str, str] = {}
        self._by_name: dict[str, str] = {}
        # The faults of these rows are told when the users themselves are read.
        faults = FaultList(table.path.name)
        for row in table.rows(faults):
            if key := row_id(row.cells, id_at, name_at):
                key = self._ids.setdefault(key, key)
                self._by_name.setdefault(row.cells[name_at].strip().lower(), key)
        self.whole = not any(fault.hides for fault in faults.told)

    def find(self, written: str) -> str | None:
        """The object id that an id or a user principal name stands for; None for nobody."""
        lower = written.strip().lower()
        return self._ids.get(lower) or (self._by_name.get(lower) if lower else None)


class UserReader:
    """Makes one record of each row, or a fault.

    Attributes:
        known: looked into for managers who are named by user principal name; read when first needed.
    """

    def __init__(self, table: TableFile, faults: FaultList) -> None:
        self._table = table
        self._faults = faults
        self._columns = table.columns()
        self._name_at = self._columns.index("userPrincipalName")
        self._id_at = self._position("objectId")
        self._enabled_at = self._position("accountEnabled")
        self._manager_at = self._position("manager")
        self._seen: set[str] = set()
        self.known: KnownIds | None = None

    def _position(self, name: str) -> int:
        return self._columns.index(name) if name in self._columns else -1

    def record(self, row: Row) -> Record | None:
        """The user of this row; None when the row is at fault, and then the fault is noted."""
        cells = row.cells
        name = cells[self._name_at].strip()
        if not name:
            self._faults.add(row.line, "The row has no userPrincipalName; it is left out.")
            return None
        key = row_id(cells, self._id_at, self._name_at)
        if key in self._seen:
            text = f"An earlier row has the same objectId, {key}; this row is left out."
            self._faults.add(row.line, text, hides=False)
            return None
        attributes: dict[str, Value] = {
            column: cell
            for column, cell in zip(self._columns, cells, strict=True)
            if cell and column and not cell.isspace()
        }
        attributes["userPrincipalName"] = name
        attributes["objectId"] = key
        if "accountEnabled" in attributes and not self._read_enabled(row, attributes):
            return None
        if roles := attributes.get("appRoleAssignments"):
            attributes["appRoleAssignments"] = [
                role.strip() for role in str(roles).split(";") if role.strip()
            ]
        if "manager" in attributes:
            self._read_manager(row, attributes)
        self._seen.add(key)
        return Record("user", key, attributes)

    def _read_enabled(self, row: Row, attributes: dict[str, Value]) -> bool:
        written = row.cells[self._enabled_at].strip()
        enabled = TRUTH.get(written.lower())
        if enabled is None:
            self._faults.add(
                row.line, f"accountEnabled is {written[:40]!r}, not True or False; the row is left out."
            )
            return False
        attributes["accountEnabled"] = enabled
        return True

    def _read_manager(self, row: Row, attributes: dict[str, Value]) -> None:
        """The manager as an object id; a manager who is not in the file is left out, the person is not."""
        written = row.cells[self._manager_at]
        self.known = self.known or KnownIds(self._table)
        if found := self.known.find(written):
            attributes["manager"] = found
            return
        del attributes["manager"]
        text = f"The manager {written.strip()[:100]} is not in the file; the person is read without."
        self._faults.add(row.line, text, hides=False)
