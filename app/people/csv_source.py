"""A directory in files: the admin center's *Download users* CSV, and a groups file beside it.

Users are read as a stream. Of groups only ids are held, because a group's rows may stand apart.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from app.people.group_rows import GroupReader, group_table
from app.people.record import Fault, Record
from app.people.table_file import PeopleProblem, TableFile
from app.people.table_rows import FaultList
from app.people.user_rows import KnownIds, UserReader, says_who_is_enabled

__all__ = ["DOWNLOAD_COLUMNS", "ColumnRead", "CsvDirectory", "PeopleProblem"]

_SAMPLED: Final = 50  # rows in which a value is looked for
_LONGEST_SHOWN: Final = 80  # characters of a heading or a value

DOWNLOAD_COLUMNS: Final = (
    "userPrincipalName",
    "displayName",
    "surname",
    "mail",
    "givenName",
    "objectId",
    "userType",
    "jobTitle",
    "department",
    "accountEnabled",
    "usageLocation",
    "streetAddress",
    "state",
    "country",
    "physicalDeliveryOfficeName",
    "city",
    "postalCode",
    "telephoneNumber",
    "mobile",
    "authenticationAlternativePhoneNumber",
    "authenticationEmail",
    "alternateEmailAddress",
    "ageGroup",
    "consentProvidedForMinor",
    "legalAgeGroupClassification",
)
"""Source: Microsoft, "Download a list of users" (8 September 2023), in its order."""

_MORE_COLUMNS: Final = (
    "manager",
    "employeeId",
    "mailNickname",
    "preferredLanguage",
    "facsimileTelephoneNumber",
    "companyName",
    "originalUserPrincipalName",
    "appRoleAssignments",
)
"""Not in that file, but sources of Entra's default mappings: people add them."""

_ALIASES: Final = {
    # How newer downloads and Microsoft Graph call the same columns.
    "id": "objectId",
    "object id": "objectId",
    "user principal name": "userPrincipalName",
    "officelocation": "physicalDeliveryOfficeName",
    "mobilephone": "mobile",
}


def user_table(path: Path) -> TableFile:
    """The users file as a table."""
    known = (*DOWNLOAD_COLUMNS, *_MORE_COLUMNS)
    reach = ("objectId", "accountEnabled")
    return TableFile(path, known, _ALIASES, (("userPrincipalName",),), "users file", reach, True)


@dataclass(frozen=True, slots=True)
class ColumnRead:
    """How one column of a users file was understood.

    Attributes:
        heading: as it is written.
        attribute: the source attribute that it is; empty where the column is not read.
        meaning: more about it, where its values are not taken as they are.
        sample: the first value in it.
    """

    heading: str
    attribute: str
    meaning: str = ""
    sample: str = ""


class CsvDirectory:
    """The directory as files hold it; implements `Directory`.

    A faulty row's person is not among the records, which is no proof that the person has left: see `faults`.
    """

    def __init__(self, users: Path, groups: Path | None = None) -> None:
        self._users = user_table(users)
        self._groups = group_table(groups) if groups else None
        self._user_faults = FaultList(users.name)
        self._group_faults = FaultList(groups.name if groups else "")

    @property
    def faults(self) -> list[Fault]:
        """What could not be read, of the last reading of each file; complete when that reading has ended."""
        return [*self._user_faults.told, *self._group_faults.told]

    def attribute_names(self) -> list[str]:
        """The source attributes that these users can have, in the file's order.

        Raises:
            PeopleProblem: the users file cannot be read.
        """
        return [name for name in self._users.columns() if name]

    def columns_read(self) -> list[ColumnRead]:
        """How each column of the users file was understood, in the file's order.

        Raises:
            PeopleProblem: the users file cannot be read.
        """
        headings, columns = self._users.headings(), self._users.columns()
        samples = dict[int, str]()
        for row in islice(self._users.rows(FaultList(self._users.path.name)), _SAMPLED):
            samples = {**{at: cell.strip() for at, cell in enumerate(row.cells) if cell.strip()}, **samples}
        senses = dict(says_who_is_enabled(self._users))
        return [
            ColumnRead(
                heading[:_LONGEST_SHOWN],
                "accountEnabled" if at in senses else column[:_LONGEST_SHOWN],
                senses[at].value if at in senses else "",
                samples.get(at, "")[:_LONGEST_SHOWN],
            )
            for at, (heading, column) in enumerate(zip(headings, columns, strict=True))
        ]

    def users(self) -> Iterator[Record]:
        """Every user, in the file's order.

        Raises:
            PeopleProblem: the file cannot be read or is no users file.
        """
        self._user_faults = FaultList(self._users.path.name)
        reader = UserReader(self._users, self._user_faults)
        for row in self._users.rows(self._user_faults):
            if (record := reader.record(row)) is not None:
                yield record

    def groups(self) -> Iterator[Record]:
        """Every group with its direct members, in the file's order; none where there is no groups file.

        Raises:
            PeopleProblem: one of the files cannot be read or is not what it should be.
        """
        self._group_faults = FaultList(self._group_faults.file)
        if self._groups is not None:
            yield from GroupReader(self._groups, KnownIds(self._users), self._group_faults).records()
