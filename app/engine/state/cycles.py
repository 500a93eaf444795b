"""The cycles that a plan went through, and how it stands after them."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from app.engine.events import CycleEnd, Unread, Waiting
from app.engine.state import schema
from app.engine.state.store import Store
from app.engine.state.waiting import waiting


@dataclass(frozen=True, slots=True)
class Standing:
    """How the plan stands, for the status page."""

    users: int
    groups: int
    escrowed: int
    open_requests: int
    quarantine: str
    cycles: list[CycleEnd]
    waiting: list[Waiting]


def begin_cycle(store: Store, kind: str, began: str) -> int:
    """Open a new cycle's row with the next commit, and give its number."""
    store.begin()
    cursor = store.db.execute(
        "INSERT INTO cycles (kind, state, began, ended, seconds, counts, failures, requests, guarded,"
        " sentence, code) VALUES (?, 'running', ?, '', 0, '{}', 0, 0, '[]', '', '')",
        (kind, began),
    )
    return int(cursor.lastrowid or 0)


def end_cycle(store: Store, end: CycleEnd) -> None:
    """Write how a cycle ended with the next commit."""
    store.begin()
    store.db.execute(
        "UPDATE cycles SET state=?, ended=?, seconds=?, counts=?, failures=?, requests=?, guarded=?,"
        " sentence=?, code=?, unread=? WHERE id=?",
        (
            end.state,
            end.ended,
            end.seconds,
            json.dumps(end.counts),
            end.failures,
            end.requests,
            json.dumps(end.guarded, ensure_ascii=False),
            end.sentence,
            end.problem.code if end.problem else "",
            json.dumps([asdict(each) for each in end.unread]),
            end.cycle,
        ),
    )


def last_cycles(store: Store, limit: int = 20) -> list[CycleEnd]:
    """The last cycles that have ended, newest first."""
    rows = store.db.execute(
        "SELECT id, kind, state, began, ended, seconds, counts, failures, requests, guarded, sentence, unread"
        " FROM cycles WHERE state <> 'running' ORDER BY id DESC LIMIT ?",
        (limit,),
    ).fetchall()
    ended = []
    for number, kind, state, began, over, seconds, counts, failures, requests, names, text, unread in rows:
        end = CycleEnd(number, kind, state, began, over, seconds, json.loads(counts), failures, requests)
        end.guarded, end.sentence = json.loads(names), text
        end.unread = [Unread(**each) for each in json.loads(unread)]
        ended.append(end)
    return ended


def standing(store: Store, cycles: int = 10) -> Standing:
    """How the plan stands, with so many of its last cycles."""
    with schema.told_plainly(store.folder):
        count = store.db.execute(
            "SELECT (SELECT count(*) FROM escrows WHERE attempts > 0), (SELECT count(*) FROM requests)"
        )
        escrowed, still_open = count.fetchone()
        return Standing(
            store.links.count("user"),
            store.links.count("group"),
            int(escrowed),
            int(still_open),
            store.fact("quarantine"),
            last_cycles(store, cycles),
            waiting(store),
        )
