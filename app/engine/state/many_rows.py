"""Statements that write many rows each: a statement for each row takes a quarter longer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any, Final, TypeAlias

_SIZES: Final = (256, 128, 64, 32, 16, 8, 4, 2)  # rows of a statement: few sizes, each compiled once
MOST_ROWS: Final = _SIZES[0]

Statement: TypeAlias = tuple[str, Sequence[Any]]
"""SQL, and the values of its marks."""


def parts(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """Rows in parts of a few sizes; of one row at the end at most."""
    start = 0
    for size in _SIZES:
        while len(rows) - start >= size:
            yield rows[start : start + size]
            start += size
    for row in rows[start:]:
        yield (row,)


def many(head: str, rows: Sequence[Sequence[Any]], tail: str = "", *, marks: str = "") -> Iterator[Statement]:
    """Statements that insert these rows, as few as can be.

    Args:
        head: what stands before ``VALUES``.
        marks: of one row, where they are not just one for each value.
    """
    one = f"({marks or ','.join('?' * len(rows[0]))})" if rows else ""
    for part in parts(rows):
        yield f"{head} VALUES {','.join([one] * len(part))} {tail}", tuple(chain.from_iterable(part))
