"""One row of the log with the texts of its cells. Of a page of rows most are never looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.monitor.words import Word, action_word, parse_time, status_word, when

if TYPE_CHECKING:
    from app.worker.messages import Entry


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name in a query, its title, and its first width in characters."""

    name: str
    title: str
    width: int


COLUMNS = (
    Column("time", "Time", 15),
    Column("name", "Person or group", 28),
    Column("action", "Action", 13),
    Column("status", "Result", 13),
    Column("what", "What happened", 24),
)
SORTABLE = frozenset({"time", "name", "action", "status"})
"""The columns that the log's database has an order for."""

_ACTION = 2
_STATUS = 3
_LONGEST = 200


class LogRow:
    """A row: the entry, and its cells' texts, made when it is first looked at and then kept.

    Attributes:
        entry: the entry itself.
    """

    __slots__ = ("_texts", "entry")

    def __init__(self, entry: Entry) -> None:
        self.entry = entry
        self._texts: tuple[str, ...] | None = None

    @property
    def texts(self) -> tuple[str, ...]:
        """One text for each of :data:`COLUMNS`."""
        if self._texts is None:
            entry = self.entry
            self._texts = (
                when(parse_time(entry.time), seconds=True),
                entry.name,
                action_word(entry.action).text,
                status_word(entry.status).text,
                what_happened(entry),
            )
        return self._texts

    def word(self, column: int) -> Word | None:
        """What the icon of a cell says; None for cells without one."""
        if column == _ACTION:
            return action_word(self.entry.action)
        if column == _STATUS:
            return status_word(self.entry.status)
        return None


def what_happened(entry: Entry) -> str:
    """One line: the reason where there is one, else which attributes changed, else the last step's text."""
    if entry.reason:
        text = entry.reason
    elif entry.changes:
        text = ", ".join(change.target for change in entry.changes[:6])
        if len(entry.changes) > 6:
            text += ", …"
    else:
        text = entry.steps[-1].text if entry.steps else ""
    return " ".join(text.split())[:_LONGEST]
