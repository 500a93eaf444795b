"""Parts of the log, in a form in which a text, a status and an action are found in many rows at once.

A part is 8,192 rows. For each status with each action in it there is one block: the names, folded, sorted and
one after the other, and the numbers of the rows that they belong to. Asking SQLite for each of a million rows
takes 100 to 500 ms; to look a text up in the blocks of a million rows takes 30 ms, and to count rows by
their kind 1 ms. A block is made when its part is full, and rows without one are read as they are.
"""

from __future__ import annotations

import sqlite3
import sys
from array import array
from bisect import bisect_left
from collections.abc import Iterator
from itertools import accumulate
from typing import Final, TypeAlias

from app.engine.state.log_rows import LogFilter
from app.engine.state.many_rows import Statement

PART: Final = 8_192
"""Rows of a part. Numbers within it are of 16 bits."""

Place: TypeAlias = tuple[bytes, int]
"""A row's name, folded, and its number: it sorts by name, and by number among those of one name."""

_END: Final = b"\xff"  # after each name; in no text is there such a byte
_OFTEN: Final = 8  # names for one that holds the text: where it is in more of them, they are taken apart


class LogParts:
    """The parts of the log on one connection."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def span(self) -> range:
        """The numbers of all parts, whether or not they have blocks."""
        # SQLite finds each of them in the index, but reads all rows when it is asked for both at once.
        first, last = self._db.execute(
            "SELECT (SELECT min(row) FROM log), (SELECT max(row) FROM log)"
        ).fetchone()
        return range(0) if first is None else range(first // PART, last // PART + 1)

    def counts(self, wanted: LogFilter) -> dict[int, int]:
        """How many rows of a status and action are in each part that has blocks; text and cycle aside."""
        kind, values = _kind(wanted)
        rows = self._db.execute(
            f"SELECT part, sum(CASE WHEN {kind} THEN rows ELSE 0 END) FROM log_blocks"
            " INDEXED BY log_blocks_rows GROUP BY part",
            values,
        )
        return dict(rows.fetchall())

    def places(self, wanted: LogFilter, part: int, *, blocks: bool) -> list[Place]:
        """The rows of a part that pass a filter, its cycle aside, in no order.

        Args:
            wanted: the filter.
            part: the part's number.
            blocks: whether the part has blocks.
        """
        if not blocks:
            return self._plain_places(wanted, part)
        found: list[Place] = []
        for names, ends, numbers in self._blocks(wanted, part):
            found += _Block(names, ends, numbers, part * PART).holding(wanted.sought.encode())
        return found

    def by_name(self, wanted: LogFilter, part: int, *, descending: bool) -> list[Iterator[Place]]:
        """The rows of each block of a part that pass a filter, its cycle aside, in the order of names."""
        text = wanted.sought.encode()
        blocks = [
            _Block(names, ends, numbers, part * PART) for names, ends, numbers in self._blocks(wanted, part)
        ]
        return [block.backwards(text) if descending else block.forwards(text) for block in blocks]

    def _blocks(self, wanted: LogFilter, part: int) -> sqlite3.Cursor:
        kind, values = _kind(wanted)
        return self._db.execute(
            f"SELECT names, ends, numbers FROM log_blocks WHERE part=? AND {kind}", (part, *values)
        )

    def _plain_places(self, wanted: LogFilter, part: int) -> list[Place]:
        # The index has all that is asked for; the rows themselves are ten times as long.
        statuses = [wanted.status] if wanted.status else self.statuses()
        sql = (
            "SELECT log_names.folded, log.row FROM log INDEXED BY log_status"
            " CROSS JOIN log_names ON log_names.id = log.name_id"
            f" WHERE log.status IN ({','.join('?' * len(statuses))}) AND log.row BETWEEN ? AND ?"
        )
        values: list[object] = [*statuses, part * PART, part * PART + PART - 1]
        if wanted.action:
            sql, values = f"{sql} AND log.action=?", [*values, wanted.action]
        if wanted.user:
            sql, values = f"{sql} AND instr(log_names.folded, ?)", [*values, wanted.sought]
        return [(name.encode(), row) for name, row in self._db.execute(sql, values)]

    def statuses(self) -> list[str]:
        """The statuses that rows of the log have."""
        return [status for (status,) in self._db.execute("SELECT DISTINCT status FROM log_counts")]

    def missing(self) -> list[int]:
        """The parts that are full and have no blocks yet."""
        there = {part for (part,) in self._db.execute("SELECT DISTINCT part FROM log_blocks")}
        return [part for part in self.span()[:-1] if part not in there]

    def blocks(self, part: int) -> list[Statement]:
        """What makes the blocks of a part when it is carried out; of the rows that are in it now."""
        kinds: dict[tuple[str, str], list[Place]] = {}
        start = part * PART
        statuses = self.statuses()
        for status, action, name, row in self._db.execute(
            "SELECT log.status, log.action, log_names.folded, log.row FROM log INDEXED BY log_status"
            " CROSS JOIN log_names ON log_names.id = log.name_id"
            f" WHERE log.status IN ({','.join('?' * len(statuses))}) AND log.row BETWEEN ? AND ?",
            (*statuses, start, start + PART - 1),
        ):
            kinds.setdefault((status, action), []).append((name.encode(), row - start))
        return [
            (
                "INSERT OR REPLACE INTO log_blocks VALUES (?,?,?,?,?,?,?)",
                (part, status, action, len(places), *_written(sorted(places))),
            )
            for (status, action), places in kinds.items()
        ]

    def grown(self, part: int) -> list[Statement]:
        """What makes the blocks of a part, if all of its rows are there and the blocks are not."""
        last = part * PART + PART - 1
        there = self._db.execute(
            "SELECT (SELECT 1 FROM log WHERE row=?), (SELECT 1 FROM log_blocks WHERE part=? LIMIT 1)",
            (last, part),
        ).fetchone()
        return self.blocks(part) if there == (1, None) else []

    def forget(self, first: int, last: int) -> None:
        """Drop the blocks of the parts that these rows are in, for they are not as they were."""
        self._db.execute("DELETE FROM log_blocks WHERE part BETWEEN ? AND ?", (first // PART, last // PART))


def _kind(wanted: LogFilter) -> tuple[str, list[object]]:
    named = {"status": wanted.status, "action": wanted.action}
    given = {name: value for name, value in named.items() if value}
    return " AND ".join([f"{name}=?" for name in given]) or "1", list(given.values())


def _written(places: list[Place]) -> tuple[bytes, bytes, bytes]:
    """The names of a block, where each of them ends, and their numbers, as they are kept."""
    names = b"".join([name + _END for name, _ in places])
    ends = array("I", [length - 1 for length in accumulate(len(name) + 1 for name, _ in places)])
    numbers = array("H", [number for _, number in places])
    return names, _low_first(ends).tobytes(), _low_first(numbers).tobytes()


def _low_first(numbers: array[int]) -> array[int]:
    """Numbers with the low byte first, as they are kept on any computer; or read back from it."""
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


class _Block:
    """The rows of one status and action in a part, in the order of their names."""

    __slots__ = ("_ends", "_names", "_rows", "_start")

    def __init__(self, names: bytes, ends: bytes, numbers: bytes, start: int) -> None:
        self._names = names
        self._ends = _low_first(array("I", ends))
        self._rows = _low_first(array("H", numbers))
        self._start = start

    def holding(self, text: bytes) -> list[Place]:
        """The rows whose names hold a text."""
        if text:
            found: list[Place] = []
            for place in self.forwards(text):
                found.append(place)
                if len(found) * _OFTEN > len(self._rows):
                    break
            else:
                return found
        start = self._start
        apart = zip(self._names.split(_END), self._rows, strict=False)  # nothing follows the last end
        return [(name, start + row) for name, row in apart if text in name]

    def forwards(self, text: bytes) -> Iterator[Place]:
        """The rows whose names hold a text, found without taking the others apart."""
        at = self._names.find(text)
        while 0 <= at < len(self._names):
            index = bisect_left(self._ends, at)
            yield self._place(index)
            at = self._names.find(text, self._ends[index] + 1)

    def backwards(self, text: bytes) -> Iterator[Place]:
        """The same, the last one first."""
        at = self._names.rfind(text, 0, max(0, len(self._names) - 1))
        while at >= 0:
            index = bisect_left(self._ends, at)
            yield self._place(index)
            # Not the end mark before it, which an empty text would be found at.
            at = self._names.rfind(text, 0, self._ends[index - 1]) if index else -1

    def _place(self, index: int) -> Place:
        begin = self._ends[index - 1] + 1 if index else 0
        return self._names[begin : self._ends[index]], self._start + self._rows[index]
