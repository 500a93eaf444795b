"""Departures that the deletion guard holds back: the list, and what a person decides on it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from app.engine.events import Kind
from app.engine.state.store import Store
from app.setup.problem import Problem


@dataclass(frozen=True, slots=True)
class Staged:
    """One disable or delete that is held back.

    Attributes:
        decision: empty while nobody has decided.
        since: when it was staged first.
    """

    kind: Kind
    source_id: str
    name: str
    action: Literal["disable", "delete"]
    reason: str
    since: str
    decision: Literal["", "allow", "reject"]

    @property
    def id(self) -> str:
        """What a decision names it by."""
        return f"{self.kind}:{self.source_id}"


def staged(store: Store) -> list[Staged]:
    """All that is held back, those that wait for a decision first, then by name."""
    rows = store.db.execute(
        "SELECT kind, source_id, name, action, reason, since, decision FROM staged"
        " ORDER BY decision <> '', name, source_id"
    )
    return [Staged(*row) for row in rows]


def waiting(store: Store) -> int:
    """How many wait for a decision."""
    return int(store.db.execute("SELECT count(*) FROM staged WHERE decision=''").fetchone()[0])


def decide(
    store: Store,
    allow: Collection[str] = (),
    reject: Collection[str] = (),
    others: Literal["", "allow", "reject"] = "",
) -> tuple[int, int]:
    """Decide on departures; later decisions take the place of earlier ones. The caller commits.

    Args:
        allow: ids of those that the next cycle may send.
        reject: ids of those that stay held back until the person comes back, or somebody decides anew.
        others: what is decided on everybody else in the list.

    Returns:
        How many are allowed and how many rejected by this.

    Raises:
        Problem: an id is not in the list, or is both allowed and rejected.
    """
    known = {each.id: each for each in staged(store)}
    unknown = [each for each in (*allow, *reject) if each not in known]
    if unknown or set(allow) & set(reject):
        raise Problem(
            "NOT-STAGED",
            f"{unknown[0]} is not held back." if unknown else "The same id is allowed and rejected.",
            "The list has changed since it was shown, or the id was mistyped." if unknown else "",
            "Look at the list once more, and decide on what is in it.",
        )
    decided: dict[str, str] = dict.fromkeys(known, others) if others else {}
    decided |= {**dict.fromkeys(allow, "allow"), **dict.fromkeys(reject, "reject")}
    store.begin()
    store.db.executemany(
        "UPDATE staged SET decision=? WHERE kind=? AND source_id=?",
        [(decision, known[each].kind, known[each].source_id) for each, decision in decided.items()],
    )
    allowed = sum(decision == "allow" for decision in decided.values())
    return allowed, len(decided) - allowed
