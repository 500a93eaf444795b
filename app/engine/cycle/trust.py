"""How far the app's answers to writes are believed, kept per plan's app from cycle to cycle.

An answer is a claim. A write of each kind is read back until the app has shown once that its answers hold;
from then on one is read back in a while. An app that was caught is read back after every write, until it was
right often enough in a row.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Final, Literal, TypeAlias

from app.engine.state.store import Store

Write: TypeAlias = Literal["create", "update", "disable", "delete", "group", "manager", "members"]
"""The kinds of write that are trusted apart."""

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
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        kept = json.loads(store.fact(_FACT) or "{}")
        self._records: dict[str, _Record] = {what: _Record(**record) for what, record in kept.items()}
        self._written: dict[str, int] = {}
        self._changed: set[Write] = set()

    def reads_back(self, what: Write) -> bool:
        """Whether the write that was just answered is to be read back. Counts it."""
        number = self._written.get(what, 0)
        self._written[what] = number + 1
        record = self._records.get(what)
        return record is None or record.caught or not record.right or number % SAMPLE == 0

    def showed(self, what: Write, held: bool) -> None:
        """Note what an answer or a reading showed: whether the app did what it said."""
        record = self._records.setdefault(what, _Record())
        before = (record.right > 0, record.caught)
        record.right = record.right + 1 if held else 0
        record.caught = not held or (record.caught and record.right < CLEARED_AFTER)
        if before != (record.right > 0, record.caught) or record.caught:
            self._changed.add(what)

    def was_caught(self, what: Write) -> bool:
        """Whether the app is read back after every write of this kind."""
        record = self._records.get(what)
        return record is not None and record.caught

    def keep(self) -> None:
        """Write what was learnt into the open transaction; what another instance learnt beside it stays."""
        if self._changed:
            kept = json.loads(self._store.fact(_FACT) or "{}")
            kept |= {what: asdict(self._records[what]) for what in self._changed}
            self._changed.clear()
            self._store.keep(_FACT, json.dumps(kept))
