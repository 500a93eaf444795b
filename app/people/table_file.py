"""Tables as people have them: CSV from the admin center, or what a spreadsheet made of it.

Read line by line, so that a file of any size needs the memory of one row. Whatever is wrong with one row is
a fault of that row; the next row is read as if nothing had been.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TextIO

from app.people.account_status import Sense, sense_of
from app.people.table_rows import FaultList, Lines, Row, RowReader
from app.setup.problem import Problem

_LONGEST_HEADER: Final = 65_536
"""Bytes."""

_DELIMITERS: Final = (",", ";", "\t", "|")
_BRACKETED: Final = re.compile(r"\[([A-Za-z0-9_]+)\]")


class PeopleProblem(Problem):
    """A people file that cannot be read at all; what is wrong with single rows is a `Fault`."""


@dataclass(slots=True)
class TableFile:
    """One table with a header line.

    Attributes:
        path: the file.
        known: column names that are spelled like this whatever the header's letters' case.
        aliases: other names of known columns, in lower case.
        needed: at least one column of each of these groups must be there.
        what: what a person calls the file, for error texts.
        enabled: whether columns that say who is enabled are known by any of their names.
        reach: columns that a row must reach, where the header has them, to be more than the beginning of one.
    """

    path: Path
    known: Sequence[str]
    aliases: Mapping[str, str]
    needed: Sequence[tuple[str, ...]]
    what: str
    reach: Sequence[str] = ()
    enabled: bool = False
    _lower: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self._lower = {name.lower(): name for name in self.known}

    def columns(self) -> list[str]:
        """The column names in the file's order; an empty one stands for a column that is not read.

        Raises:
            PeopleProblem: the file cannot be read or lacks a needed column.
        """
        with self._open() as file:
            return self._header(Lines(file))[0]

    def headings(self) -> list[str]:
        """The headings as they are written, as many as there are columns.

        Raises:
            PeopleProblem: the file cannot be read or lacks a needed column.
        """
        with self._open() as file:
            return self._header(Lines(file))[2]

    def rows(self, faults: FaultList) -> Iterator[Row]:
        """Every readable row below the header.

        Raises:
            PeopleProblem: the file cannot be read or lacks a needed column.
        """
        with self._open() as file:
            lines = Lines(file)
            columns, delimiter, _ = self._header(lines)
            self._tell_doubled(columns, lines.number, faults)
            wanted = [*self.reach, *(name for group in self.needed for name in group)]
            least = max(columns.index(name) + 1 for name in wanted if name in columns)
            reader = RowReader(lines, delimiter, len(columns), least, faults)
            try:
                yield from reader
            except (OSError, UnicodeError) as error:
                raise self._unreadable(error) from None

    def _open(self) -> TextIO:
        try:
            with self.path.open("rb") as file:
                start = file.read(_LONGEST_HEADER)
            encoding = _encoding(start)
            self._refuse_other_formats(start, encoding)
            # Bytes that are no UTF-8 become lone surrogates here, and a fault of their line later.
            errors = "surrogateescape" if encoding == "utf-8-sig" else "replace"
            return self.path.open(encoding=encoding, errors=errors, newline="")
        except (OSError, ValueError) as error:
            raise self._unreadable(error) from None

    def _unreadable(self, error: Exception) -> PeopleProblem:
        if isinstance(error, FileNotFoundError):
            return PeopleProblem(
                "PEOPLE-MISSING",
                f"There is no file {self.path}.",
                f"The {self.what} was moved or renamed, or the plan names another folder.",
                "Choose the file again on the page People.",
            )
        return PeopleProblem(
            "PEOPLE-UNREADABLE",
            f"The {self.what} {self.path} could not be read: {getattr(error, 'strerror', None) or error}.",
            "It may be a folder, open in another program, or not yours to read.",
            "Close it in other programs and check its permissions.",
        )

    def _refuse_other_formats(self, start: bytes, encoding: str) -> None:
        if start.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
            raise PeopleProblem(
                "PEOPLE-FORMAT",
                f"{self.path.name} is a spreadsheet or an archive, not a CSV file.",
                "It was saved in the spreadsheet program's own format, or is still packed.",
                'Save it as "CSV UTF-8" from the spreadsheet program, or unpack it.',
            )
        newline = "\n".encode(encoding.replace("-sig", "")) if not encoding.startswith("utf-16") else b"\n"
        if len(start) == _LONGEST_HEADER and newline not in start and b"\r" not in start:
            raise self._no_table("Its first line has no end.")

    def _no_table(self, why: str) -> PeopleProblem:
        names = " and ".join(" or ".join(group) for group in self.needed)
        return PeopleProblem(
            "PEOPLE-COLUMNS",
            f"{self.path.name} is not a {self.what}: it needs a header line with {names}.",
            why,
            'Use the admin center\'s "Download users" file.'
            if "users" in self.what
            else "Give the file a first line with these names.",
        )

    def _header(self, lines: Lines) -> tuple[list[str], str, list[str]]:
        """Column names, the delimiter that gives the needed ones, and the headings as written."""
        best: list[str] = []
        while (line := lines.next()) is not None:
            # On top of the admin center's bulk files stands "version:v1.0", of Excel's "sep=;", of Windows
            # PowerShell's "#TYPE ...".
            on_top = re.match(r'"?(version:|sep=|#TYPE\b)', line.strip(), re.IGNORECASE)
            if not line.strip(" \t\r\n,;|") or on_top:
                continue
            for delimiter in _DELIMITERS:
                columns, written = self._names(line, delimiter)
                if all(any(name in columns for name in group) for group in self.needed):
                    return columns, delimiter, written
                best = max(best, columns, key=len)
            break
        if not best:
            raise self._no_table("The file is empty.")
        found = ", ".join(name for name in best if name)[:200]
        raise self._no_table(f"Its first line has these columns: {found}." if found else "It has no names.")

    def _names(self, line: str, delimiter: str) -> tuple[list[str], list[str]]:
        """Column names, and the headings that they are made of."""
        try:
            cells = next(csv.reader([line], delimiter=delimiter), [])
        except csv.Error:
            return [], []
        headings = [cell.strip().encode("utf-8", "replace").decode("utf-8") for cell in cells]
        names: list[str] = []
        for written in headings:
            sense = sense_of(written) if self.enabled else None
            if sense in {Sense.SAME, Sense.OPPOSITE}:
                names.append("accountEnabled" if "accountEnabled" not in names else written)
                continue
            # Bulk files have "User name [userPrincipalName] Required".
            bracketed = _BRACKETED.search(written)
            lower = (bracketed[1] if bracketed else written).lower()
            name = self._lower.get(lower) or written
            alias = self.aliases.get(lower)
            names.append(alias if alias and alias not in names else name)
        return [name if name not in names[:at] else "" for at, name in enumerate(names)], headings

    def _tell_doubled(self, columns: list[str], line: int, faults: FaultList) -> None:
        if "" in columns:
            number = columns.index("") + 1
            text = f"Column {number} has no name or the name of another one; it is not read."
            faults.add(line, text, hides=False)


def _encoding(start: bytes) -> str:
    """The encoding by its byte order mark, or by where the zeros of UTF-16 stand."""
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    head = start[:200]
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if len(head) >= 4 and odd > len(head) // 4 and not even:
        return "utf-16-le"
    if len(head) >= 4 and even > len(head) // 4 and not odd:
        return "utf-16-be"
    return "utf-8-sig"
