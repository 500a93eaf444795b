"""From the lines of a table to its rows: quoted cells over several lines, and faults of single rows."""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple, TextIO

from app.people.record import Fault

MOST_FAULTS: Final = 1000
"""Faults of one file that are told one by one; the rest are counted. Nobody reads more."""

_LONGEST_ROW: Final = 100
"""Lines. A quotation mark that is never closed would otherwise swallow the rest of the file."""

_LOST: Final = re.compile("[\ud800-\udfff\ufffd]")
"""What a decoder leaves where bytes are not in the encoding."""


@dataclass(slots=True)
class FaultList:
    """Faults of one file as they are found: the first ones whole, the others counted."""

    file: str
    told: list[Fault] = field(default_factory=list)
    more: int = 0

    def add(self, line: int, text: str, hides: bool = True, name: str = "") -> None:
        """Note a fault of the row that starts at this line (counted from 1); the rest as in `Fault`."""
        if len(self.told) < MOST_FAULTS:
            self.told.append(Fault(self.file, line, text, hides, name[:100]))
            return
        self.more += 1
        hides |= any(fault.hides for fault in self.told[MOST_FAULTS:])
        rest = Fault(self.file, line, f"{self.more} more rows have faults; this is the last of them.", hides)
        self.told[MOST_FAULTS:] = [rest]


class Row(NamedTuple):
    """One row: the line where it starts, and its cells, exactly one for each column."""

    line: int
    cells: list[str]


class Lines:
    """Physical lines with their numbers; lines can be given back."""

    __slots__ = ("_back", "_file", "number", "unended")

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._back: deque[str] = deque()
        self.number = 0
        self.unended = False

    def next(self) -> str | None:
        """The next line with its end; None behind the last one."""
        line = self._back.popleft() if self._back else next(self._file, None)
        if line is not None:
            self.number += 1
            self.unended = not line.endswith(("\n", "\r"))
        return line

    def give_back(self, lines: list[str]) -> None:
        """Let `next` give these lines, the last ones taken, once more."""
        self._back.extendleft(reversed(lines))
        self.number -= len(lines)


class RowReader:
    """Makes rows of lines, and faults of what cannot be one."""

    def __init__(self, lines: Lines, delimiter: str, width: int, least: int, faults: FaultList) -> None:
        self._lines = lines
        self._delimiter = delimiter
        self._width = width
        self._least = least
        self._faults = faults

    def __iter__(self) -> Iterator[Row]:
        lines, delimiter, width = self._lines, self._delimiter, self._width
        while (line := lines.next()) is not None:
            start = lines.number
            if not line.isascii() and not _is_sound(line):
                self._faults.add(
                    start,
                    "The line has characters that are not in the file's encoding; the row is left out. "
                    'Save the file as "CSV UTF-8".',
                )
                continue
            if '"' in line:
                cells = self._quoted(line, start)
                if cells is None:
                    continue
            else:
                cells = line.rstrip("\r\n").split(delimiter)
            if len(cells) != width and not self._fits(cells, start):
                continue
            if not any(cells):
                continue
            yield Row(start, cells)

    def _quoted(self, first: str, start: int) -> list[str] | None:
        """The cells of a row with quotation marks, which may go on over the next lines."""
        taken = [first]

        def feed() -> Iterator[str]:
            yield first
            while len(taken) < _LONGEST_ROW and (line := self._lines.next()) is not None:
                taken.append(line)
                yield line

        try:
            # Strict: lines that end without closing the mark, or text behind a closing one, are an error.
            cells: list[str] | None = next(csv.reader(feed(), delimiter=self._delimiter, strict=True))
        except csv.Error:
            cells = None
        if cells and (len(taken) == 1 or (len(cells) == self._width and all(map(_is_sound, taken)))):
            return cells
        # Read on behind the first line: what followed was most likely no part of it.
        self._lines.give_back(taken[1:])
        self._faults.add(
            start, "A quotation mark is not closed, or text follows a closing one; the row is left out."
        )
        return None

    def _fits(self, cells: list[str], start: int) -> bool:
        """Bring a row to the header's width where that can be done without guessing; else a fault."""
        width = self._width
        if not any(cell.strip() for cell in cells):
            return False
        if len(cells) > width and not any(cells[width:]):
            del cells[width:]
            return True
        # Excel leaves empty cells at the end of a row away; a file cut off in the middle looks the same.
        if self._least <= len(cells) < width and not self._lines.unended:
            cells.extend([""] * (width - len(cells)))
            return True
        self._faults.add(
            start, f"The row has {len(cells)} cells where the header has {width}; it is left out."
        )
        return False


def _is_sound(line: str) -> bool:
    """Whether every character of a line was really in the file."""
    return line.isascii() or _LOST.search(line) is None
