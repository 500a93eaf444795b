"""Departures that the guard holds back: kept as a list that a person can look at and decide on."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from app.engine.cycle.guard import Guard
from app.engine.cycle.journal import Journal
from app.engine.cycle.only import Only
from app.engine.cycle.work import Work
from app.engine.events import Kind
from app.engine.state.store import Store

_THRESHOLD: Final = "guard_threshold"


def stage(
    departures: Iterator[Work], guard: Guard, store: Store, journal: Journal, cycle: int, time: str
) -> Iterator[Work]:
    """Let departures through, or stage those that the guard holds back.

    Each has a log row when it is staged first, and not in every cycle that finds it again; but always in a
    run that is about a few, and no cycle (number 0).
    """
    decided = decisions(store)
    for work in departures:
        known = decided.get((work.kind, work.source_id))
        if guard.lets_through(known):
            yield work
            continue
        store.begin()
        if guard.holds_all:
            store.keep(_THRESHOLD, f"{guard.threshold} {guard.setting}".strip())
        store.db.execute(
            "INSERT INTO staged (kind, source_id, name, action, cycle, reason, since) VALUES (?,?,?,?,?,?,?)"
            " ON CONFLICT DO UPDATE SET cycle=excluded.cycle, action=excluded.action, name=excluded.name,"
            " reason=excluded.reason",
            (work.kind, work.source_id, work.name, work.op, cycle, work.reason, time),
        )
        if known is None or not cycle:
            journal.add(guard.entry(work))
        else:
            journal.count("staged-delete")
        journal.done += 1


def is_raised(store: Store, guard: Guard) -> bool:
    """Whether the plan's threshold was raised since somebody was held back last: a decision on all of them.

    One that grows with the number of people is nobody's decision.
    """
    number, _, setting = store.fact(_THRESHOLD).partition(" ")
    if not number or (setting and setting == guard.setting):
        return False
    return guard.threshold > int(number)


def decisions(store: Store) -> dict[tuple[Kind, str], str]:
    """What was decided on those in the list: empty, ``allow`` or ``reject``."""
    rows = store.db.execute("SELECT kind, source_id, decision FROM staged")
    return {(kind, source_id): decision for kind, source_id, decision in rows}


def unstage(store: Store, leaving: Collection[tuple[Kind, str]], only: Only | None) -> None:
    """Take off the list whoever does not leave any more. A decision on them ends with it.

    Args:
        leaving: everybody who would lose access in this cycle.
        only: those who were looked at; None: everybody.
    """
    back = [key for key in decisions(store) if key not in leaving and (only is None or only.takes(*key))]
    if back:
        store.begin()
        store.db.executemany("DELETE FROM staged WHERE kind=? AND source_id=?", back)
