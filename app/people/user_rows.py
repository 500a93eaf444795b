"""From a row of a users file to a user record."""

from __future__ import annotations

from app.people.account_status import Sense, enabled_columns, read_enabled
from app.people.record import Record, Value
from app.people.table_file import TableFile
from app.people.table_rows import FaultList, Row


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


def says_who_is_enabled(table: TableFile) -> list[tuple[int, Sense]]:
    """The columns by which a users file says who is enabled; none where the file does not say it.

    Most files say it in their first row. One whose columns are all empty is read to its end, and says
    nothing: such is Get-MgUser's export of people who were read without this property.

    Raises:
        PeopleProblem: the file cannot be read.
    """
    columns = enabled_columns(table.headings())
    if not columns:
        return []
    for row in table.rows(FaultList(table.path.name)):
        said = [(sense, written) for at, sense in columns if (written := row.cells[at].strip())]
        if said and said[0][0] is Sense.STATUS and read_enabled(said[0][1], Sense.STATUS) is None:
            return []  # a status of something else, such as "Employee"
        if said:
            return columns
    return []


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
        self._enabled = says_who_is_enabled(table)
        #: Their cells are read as one value, ``accountEnabled``.
        self._headings = table.headings()
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
            self._faults.add(
                row.line, "The row has no userPrincipalName; it is left out.", name=self._called(cells)
            )
            return None
        key = row_id(cells, self._id_at, self._name_at)
        if key in self._seen:
            text = f"An earlier row has the same objectId, {key}; this row is left out."
            self._faults.add(row.line, text, hides=False, name=name)
            return None
        attributes: dict[str, Value] = {
            column: cell
            for column, cell in zip(self._columns, cells, strict=True)
            if cell and column and not cell.isspace()
        }
        attributes.pop("accountEnabled", None)
        attributes["userPrincipalName"] = name
        attributes["objectId"] = key
        if self._enabled and not self._read_enabled(row, attributes, name):
            return None
        if roles := attributes.get("appRoleAssignments"):
            attributes["appRoleAssignments"] = [
                role.strip() for role in str(roles).split(";") if role.strip()
            ]
        if "manager" in attributes:
            self._read_manager(row, attributes)
        self._seen.add(key)
        return Record("user", key, attributes)

    def _called(self, cells: list[str]) -> str:
        """What a person without user principal name may be called."""
        at = self._position("displayName")
        return cells[at].strip() if at >= 0 else ""

    def _read_enabled(self, row: Row, attributes: dict[str, Value], name: str) -> bool:
        """Read who is enabled off one column or several; False when the row says it unclearly."""
        said: bool | None = None
        for at, sense in self._enabled:
            written = row.cells[at].strip()
            if not written:
                continue
            enabled = read_enabled(written, sense)
            if enabled is None:
                text = f"{self._headings[at][:60]} is {written[:40]!r}, which is neither yes nor no"
                self._faults.add(row.line, f"{text}; the row is left out.", name=name)
                return False
            if said not in (None, enabled):
                text = "Its columns contradict each other on whether the account is enabled"
                self._faults.add(row.line, f"{text}; the row is left out.", name=name)
                return False
            said = enabled
        if said is None:
            text = "The row does not say whether the account is enabled, and others do; it is left out."
            self._faults.add(row.line, text, name=name)
            return False
        attributes["accountEnabled"] = said
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
        self._faults.add(row.line, text, hides=False, name=row.cells[self._name_at].strip())
