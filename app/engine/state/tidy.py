"""Keeps the log small and quick: old rows go after a set number of days, and full parts get their blocks.

Both in small portions with a commit after each, so that nobody who reads or writes the state has to wait.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Final

from app.engine.clock import written
from app.engine.state.log_parts import LogParts
from app.engine.state.log_query import first_row
from app.engine.state.store import Store

_PORTION: Final = 2_000
_KEPT: Final = 3  # cycles whose rows stay, however old they are


async def tidy(store: Store, keep_days: int, now: datetime) -> int:
    """Let go of log rows that are older than so many days (0: of none); gives how many went."""
    gone = 0
    if keep_days:
        async for portion in _prune(store, written(now - timedelta(days=keep_days))):
            gone += portion
    parts = LogParts(store.db)
    for part in parts.missing():
        store.begin()
        for sql, values in parts.blocks(part):
            store.db.execute(sql, values)
        store.commit()
        await asyncio.sleep(0)
    return gone


async def _prune(store: Store, before: str) -> AsyncIterator[int]:
    """Delete the rows of cycles that began before a moment, portion by portion.

    Never those of the last few: after a clock that ran wild the log still tells what happened.
    """
    last = store.db.execute(
        "SELECT coalesce(max(id), 0) FROM cycles WHERE began < ? AND id <= (SELECT max(id) FROM cycles) - ?",
        (before, _KEPT),
    ).fetchone()
    end = first_row(store.db, last[0] + 1)
    while True:
        rows = store.db.execute(
            "SELECT row, cycle, status, action, name_id FROM log WHERE row < ? ORDER BY row LIMIT ?",
            (end, _PORTION),
        ).fetchall()
        if not rows:
            return
        store.begin()
        _delete(store.db, rows)
        store.commit()
        yield len(rows)
        await asyncio.sleep(0)


def _delete(db: sqlite3.Connection, rows: list[tuple[int, int, str, str, int]]) -> None:
    """Delete rows, and keep the counts right that totals are read from."""
    counted: dict[tuple[int, str, str], int] = {}
    named: dict[int, int] = {}
    for _, cycle, status, action, name_id in rows:
        counted[cycle, status, action] = counted.get((cycle, status, action), 0) + 1
        named[name_id] = named.get(name_id, 0) + 1
    LogParts(db).forget(rows[0][0], rows[-1][0])
    db.executemany("DELETE FROM log WHERE row=?", [(each[0],) for each in rows])
    db.executemany(
        "UPDATE log_counts SET rows=rows-? WHERE cycle=? AND status=? AND action=?",
        [(number, *key) for key, number in counted.items()],
    )
    db.execute("DELETE FROM log_counts WHERE rows <= 0")
    db.executemany(
        "UPDATE log_names SET rows=rows-? WHERE id=?", [(number, key) for key, number in named.items()]
    )
    db.executemany("DELETE FROM log_names WHERE id=? AND rows <= 0", [(each,) for each in named])
