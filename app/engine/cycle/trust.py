"""How far the app's answers to writes are believed, kept per plan's app from cycle to cycle.

An answer is a claim. A disable and a delete are read back until the app has shown once that its answers hold;
from then on, and of other writes, one in a while is. An app that was caught is read back after every
write, until it was right often enough in a row.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Final, Literal, TypeAlias

from app.engine.state.store import Store

Write: TypeAlias = Literal["create", "update", "disable", "delete", "group", "manager", "members"]
"""The kinds of write that are trusted apart."""
Habit: TypeAlias = Literal["active", "text", "no-delete", "ignores", "rewrites", "rate"]
"""What an app is remembered by: the form in which it takes changes of ``active``; that it shows booleans as
text; the epoch in which it refused to delete; the attributes that it takes and never shows, and those that
it writes in its own way, one a line; the requests a second that it allows."""

_ACCESS: Final = frozenset({"disable", "delete"})
"""Writes on which an access hangs: each is read back until one held."""
SAMPLE: Final = 50
"""One write in so many is read back where the app is trusted; the first one of each cycle always is."""
CLEARED_AFTER: Final = 20
"""Writes that must hold in a row before an app that was caught is trusted again."""
_FACT: Final = "trust"


@dataclass(slots=True)
class _Record:
    """What was seen of one kind of write: how many held in a row, and whether one ever did not."""

    right: int = 0
    caught: bool = False


class Trust:
    """Says which writes are read back, and learns from what the reading showed.

    Args:
        store: where it is kept; read now, written by :meth:`keep`.
        app: what it is about: the tenant URL with its flag. What was learnt of another is not used.
    """

    def __init__(self, store: Store, app: str = "") -> None:
        self._store = store
        self._app = app
        kept = json.loads(store.fact(_FACT) or "{}")
        if kept.get("app") != app:
            kept = {}
        self._records: dict[str, _Record] = {
            what: _Record(**record) for what, record in kept.get("records", {}).items()
        }
        self._habits: dict[str, str] = dict(kept.get("habits", {}))
        self._written: dict[str, int] = {}
        self._changed = False

    def habit(self, what: Habit) -> str:
        """What the app is remembered by; empty where nothing is."""
        return self._habits.get(what, "")

    def learn(self, what: Habit, how: str) -> None:
        """Remember how the app takes something; an empty text forgets it."""
        if self.habit(what) != how:
            self._changed = True
            self._habits[what] = how

    def reads_back(self, what: Write) -> bool:
        """Whether the write that was just answered is to be read back. Counts it."""
        number = self._written.get(what, 0)
        self._written[what] = number + 1
        record = self._records.get(what)
        if number % SAMPLE == 0 or (record is not None and record.caught):
            return True
        untried = record is None or not record.right
        return untried and what in _ACCESS

    def showed(self, what: Write, held: bool) -> None:
        """Note what an answer or a reading showed: whether the app did what it said."""
        record = self._records.setdefault(what, _Record())
        before = (record.right > 0, record.caught)
        record.right = record.right + 1 if held else 0
        record.caught = not held or (record.caught and record.right < CLEARED_AFTER)
        self._changed |= before != (record.right > 0, record.caught) or record.caught

    def was_caught(self, what: Write) -> bool:
        """Whether the app is read back after every write of this kind."""
        record = self._records.get(what)
        return record is not None and record.caught

    def keep(self) -> None:
        """Write what was learnt into the open transaction."""
        if self._changed:
            self._changed = False
            records = {what: asdict(record) for what, record in self._records.items()}
            kept = {"app": self._app, "records": records, "habits": self._habits}
            self._store.keep(_FACT, json.dumps(kept))
