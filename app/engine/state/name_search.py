"""Which names of the log hold a text: by reading all of them, or by an index where they are very many.

Reading a name takes 0.12 us, so 200,000 of them are read in 25 ms and need no index. Beyond that SQLite's
trigram index is kept, which knows the names that hold any three letters. It is made between cycles and not
while rows are written, where it would take a tenth of the time; what it does not know yet is read.
"""

from __future__ import annotations

import sqlite3
from typing import Final

_MANY: Final = 200_000  # names; fewer are read one by one
_PORTION: Final = 5_000
_BROAD: Final = 20_000  # names; for more the index is no help
_LETTERS: Final = 3  # that the index is made of: shorter texts are looked for by reading
_FACT: Final = "names_indexed"


class NameSearch:
    """Searches names, and makes the index that it needs, on one connection."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def clause(self, text: str) -> tuple[str, list[object]]:
        """A condition on ``log_names``, with its values, that holds where a name holds this text."""
        folded = text.casefold()
        known = self._indexed()
        if not known or len(folded) < _LETTERS or "\0" in folded or self._is_in_many(folded):
            return plain(text)
        return (
            "(log_names.id IN (SELECT rowid FROM log_search WHERE folded GLOB ?)"
            " OR log_names.id > ? AND instr(log_names.folded, ?))",
            [_pattern(folded), known, folded],
        )

    def _is_in_many(self, folded: str) -> bool:
        """Whether so many names hold a text that reading all of them is quicker."""
        found = self._db.execute(
            "SELECT count(*) FROM (SELECT rowid FROM log_search WHERE folded GLOB ? LIMIT ?)",
            (_pattern(folded), _BROAD),
        )
        return int(found.fetchone()[0]) >= _BROAD

    def grow(self) -> bool:
        """Take some more names into the index, in the open transaction; False when nothing is left to do."""
        known, last = self._indexed(), self._last()
        if last <= known or last - known < _PORTION or last < _MANY:
            return False
        try:
            self._db.execute(
                "CREATE VIRTUAL TABLE IF NOT EXISTS log_search USING fts5(folded, content='log_names',"
                " content_rowid='id', detail=none, tokenize='trigram case_sensitive 1')"
            )
        except sqlite3.OperationalError as error:
            if "no such module" in str(error) or "tokenizer" in str(error):
                return False  # this SQLite was built without it: names are read
            raise
        until = min(last, known + _PORTION)
        self._db.execute(
            "INSERT INTO log_search (rowid, folded)"
            " SELECT id, folded FROM log_names WHERE id > ? AND id <= ?",
            (known, until),
        )
        self._db.execute("INSERT OR REPLACE INTO meta VALUES (?,?)", (_FACT, str(until)))
        return True

    def forget(self, names: list[tuple[int, str]]) -> None:
        """Take names out of the index, before they are deleted themselves."""
        known = self._indexed()
        if known:
            self._db.executemany(
                "INSERT INTO log_search (log_search, rowid, folded) VALUES ('delete', ?, ?)",
                [each for each in names if each[0] <= known],
            )

    def deleted(self) -> None:
        """Names were deleted: SQLite gives the highest numbers to others again, and the index must know."""
        known = self._indexed()
        if self._last() < known:
            self._db.execute("UPDATE meta SET value=? WHERE key=?", (str(self._last()), _FACT))

    def _indexed(self) -> int:
        """Names up to this number are in the index; 0 where there is none."""
        row = self._db.execute("SELECT value FROM meta WHERE key=?", (_FACT,)).fetchone()
        return 0 if row is None else int(row[0])

    def _last(self) -> int:
        return int(self._db.execute("SELECT coalesce(max(id), 0) FROM log_names").fetchone()[0])


def plain(text: str) -> tuple[str, list[object]]:
    """The same condition, without the index."""
    return "instr(log_names.folded, ?)", [text.casefold()]


def _pattern(text: str) -> str:
    """A GLOB pattern that stands for this text with anything around it."""
    return "*" + "".join(f"[{each}]" if each in "*?[" else each for each in text) + "*"
