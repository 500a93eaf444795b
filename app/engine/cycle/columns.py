"""Source attributes that had values and have none any more: an export that says less than the one before.

Who may have access is never guessed. A file without the column that says who is enabled would give access
back to everybody who was disabled, and one without a column of the scope would take it from everybody. So the
cycle stops before anyone is changed, as it does for a source that holds no one.
"""

from __future__ import annotations

import json
from typing import Final

from app.engine.rules.compiled import Rules
from app.engine.state.store import Store
from app.people.record import Record
from app.setup.problem import Problem

ENABLED: Final = "accountEnabled"
_FACT: Final = "columns"
_MANY: Final = 10
"""People with a value that make a column one that cannot be empty the next time for good reasons."""


class Columns:
    """Watches one whole reading of the users.

    Args:
        watches: whether every user is read. What a part of them has says nothing of the others.
    """

    def __init__(self, rules: Rules, store: Store, *, watches: bool) -> None:
        self._rules = rules
        self._store = store
        self._watches = watches
        self._told = json.loads(store.fact(_FACT) or "{}")
        self._counts: dict[str, int] = dict.fromkeys(sorted(rules.reads | {ENABLED}), 0)
        self._few = list(self._counts) if watches else []

    def see(self, record: Record) -> None:
        """Take a user into account."""
        for name in self._few:
            if name in record.attributes:
                self._counts[name] += 1
                if self._counts[name] >= _MANY:
                    self._few = [each for each in self._few if each != name]

    def require(self) -> None:
        """Compare with the last reading, and keep this one. The caller commits.

        Raises:
            Problem: SOURCE-COLUMN-MISSING, or SOURCE-ENABLED-UNKNOWN in a first reading. Nothing was sent.
        """
        if not self._watches or not any(self._counts.values()):
            return
        if not self._counts[ENABLED]:
            self._require_enabled()
        for name, before in self._told.items():
            if name != ENABLED and name in self._counts and self._is_gone(name, before):
                raise _missing(name, "what they decide would change for everybody")
        self._store.keep(_FACT, json.dumps({name: count for name, count in self._counts.items() if count}))

    def _require_enabled(self) -> None:
        """Nobody says who is enabled. Raises unless this plan has always run so, and disabled nobody."""
        if ENABLED in self._told:
            raise _missing(ENABLED, "everybody who is disabled would get access back")
        if self._rules.plan.source.without_account_enabled == "enabled":
            return
        disabled = self._store.db.execute(
            "SELECT 1 FROM links WHERE kind='user' AND target_id IS NOT NULL AND NOT active"
            " AND missing_since IS NULL LIMIT 1"
        ).fetchone()
        if disabled:
            raise _missing(ENABLED, "everybody who is disabled would get access back")
        if not self._store.links.any_account():
            raise Problem(
                "SOURCE-ENABLED-UNKNOWN",
                "The source does not say who is enabled and who is disabled.",
                "It has no column for it (such as accountEnabled, Block sign in, Enabled or Status), or the "
                "column is empty in every row, as Get-MgUser leaves it where the property was not asked for.",
                "Export the users with that column. If everybody in the file is enabled, choose so on the "
                'page People, or add without_account_enabled = "enabled" to [source] in the plan. Nobody was '
                "changed.",
            )

    def _is_gone(self, name: str, before: int) -> bool:
        """Whether an attribute was lost: a few empty cells more are no loss, a missing column is."""
        if self._counts[name]:
            return False
        there = not self._rules.columns or name in self._rules.columns
        return before >= _MANY or not there


def _missing(name: str, what: str) -> Problem:
    return Problem(
        "SOURCE-COLUMN-MISSING",
        f"The source has no values for {name} any more, and it had some in the last cycle.",
        f"It was most likely exported with fewer columns. The plan uses {name}; taken at its word, {what}.",
        f"Export the users with {name} again, and run again. If it is meant to go, take it out of the "
        "mappings and the scope first. Nobody was changed.",
    )
