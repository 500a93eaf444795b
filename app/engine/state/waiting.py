"""Who waits in escrow: named, with the reason, and those who should have lost their access first."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from app.engine.events import Waiting
from app.engine.state.store import Store

MOST: Final = 1000
"""People and groups named; a plan with more of them has one cause for all."""


def waiting(store: Store, but: Collection[tuple[str, str]] = frozenset()) -> list[Waiting]:
    """Those who failed and were not brought to an end since, the first :data:`MOST` of them.

    Args:
        but: subjects and source ids of those who are told elsewhere, such as the failures of this cycle.
            Those who should have lost an access are told in any case.
    """
    found: list[Waiting] = []
    rows = store.db.execute(
        "SELECT kind, source_id, name, leaving, code, reason, remedy, answer, first_failed, next_try"
        " FROM escrows WHERE attempts > 0 ORDER BY leaving DESC, name COLLATE NOCASE, kind"
    )
    for subject, source_id, name, leaving, *texts in rows:
        if leaving or (subject, source_id) not in but:
            found.append(Waiting(subject, source_id, name, bool(leaving), *texts))
            if len(found) == MOST:
                break
    return found
