"""Departures that the guard holds back: kept as a list that a person can look at."""

from __future__ import annotations

from collections.abc import Iterator

from app.engine.cycle.guard import Guard
from app.engine.cycle.journal import Journal
from app.engine.cycle.work import Work
from app.engine.state.store import Store


def stage(
    departures: Iterator[Work], guard: Guard, store: Store, journal: Journal, cycle: int
) -> Iterator[Work]:
    """Let departures through, or stage them when the guard holds. Those allowed by a person go through."""
    allowed = allowed_departures(store)
    for work in departures:
        if not guard.holds or (work.kind, work.source_id) in allowed:
            yield work
            continue
        store.begin()
        store.db.execute(
            "INSERT INTO staged (kind, source_id, name, action, cycle) VALUES (?,?,?,?,?)"
            " ON CONFLICT DO UPDATE SET cycle=excluded.cycle, action=excluded.action",
            (work.kind, work.source_id, work.name, work.op, cycle),
        )
        journal.add(guard.entry(work))
        journal.done += 1


def allowed_departures(store: Store) -> set[tuple[str, str]]:
    """Departures that a person looked at and allowed."""
    rows = store.db.execute("SELECT kind, source_id FROM staged WHERE decision='allow'")
    return {(kind, source_id) for kind, source_id in rows}
