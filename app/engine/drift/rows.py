"""What a comparison found: one row an object, under an id that the next comparison gives it again."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Final, Literal, TypeAlias

from app.engine.events import Change, Kind, LogEntry, Unread

What: TypeAlias = Literal["missing", "differs", "extra", "disabled", "enabled", "members"]

MOST: Final = 10_000
"""Rows kept of one comparison; more are counted."""
ADOPTED: Final = "extra:"
"""Begins the source id of an account that Rollcall made and that nobody in the source stands for."""


@dataclass(slots=True)
class Found:
    """One object that is not as it should be; in ``changes``, ``old`` is what the app has."""

    kind: Kind
    what: What
    name: str
    source_id: str
    target_id: str
    changes: list[Change] = field(default_factory=list)

    @property
    def id(self) -> str:
        """The same for the same object and difference, whenever it is compared; short enough to type."""
        text = "\n".join((self.kind, self.source_id, self.what))
        return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=5).hexdigest()


@dataclass(slots=True)
class Comparison:
    """One comparison as a whole.

    Attributes:
        compared: objects of the app that should be there, or that Rollcall knows.
        rows: the first :data:`MOST` of what differs.
        total: how many there are in all.
        failures: objects that could not be compared.
        listed: whether the app's accounts were listed once, rather than looked up.
        at: when it ended.
        unread: rows of the source that could not be read, so that nobody knows what they ask for.
        list_doubt: why the app's list was not believed; empty where it was, or was not asked for.
    """

    compared: int = 0
    rows: list[Found] = field(default_factory=list)
    total: int = 0
    failures: int = 0
    requests: int = 0
    seconds: float = 0.0
    listed: bool = False
    at: str = ""
    unread: list[Unread] = field(default_factory=list)
    list_doubt: str = ""

    def add(self, row: Found) -> None:
        """Take a row in."""
        self.total += 1
        if len(self.rows) < MOST:
            self.rows.append(row)


def found_in(entry: LogEntry) -> Found | None:
    """The difference that a planned row of the cycle stands for; None where nothing would be done.

    Departures are not told apart here: whether the account is still in use must be asked of the app.
    """
    if entry.status not in {"planned", "warning"} or entry.action not in {"create", "update"}:
        return None
    what: What = "missing" if entry.action == "create" else _differs(entry)
    return Found(entry.kind, what, entry.name, entry.source_id, entry.target_id, entry.changes)


def _differs(entry: LogEntry) -> What:
    for change in entry.changes:
        if change.target.casefold() == "active" and entry.kind == "user":
            return "disabled" if (change.new or "").casefold() == "true" else "enabled"
    if entry.kind == "group" and any(change.target == "members" for change in entry.changes):
        return "members"
    return "differs"
