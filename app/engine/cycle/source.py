"""Which users and groups of the source a cycle looks at: all of them, or those that something is due for.

A directory that tells changes is asked for these only. Beyond them, everybody is looked at whom an earlier
cycle did not bring to an end: those who failed and whose time has come, whom the guard holds back, whose
account must be read again, and who are missing and may be due for deletion.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass

from app.engine.cycle.only import Only
from app.engine.events import Kind
from app.engine.rules.compiled import Rules
from app.engine.state.escrow import Escrows
from app.engine.state.store import Store
from app.people.record import ChangingDirectory, Directory, Record, Removed

_FACT = "watermark"


@dataclass(frozen=True, slots=True)
class Gone:
    """Somebody known who is not in the source. ``final``: the source says that they will not come back."""

    kind: Kind
    source_id: str
    name: str
    target_id: str | None
    active: bool
    missing_since: str | None
    final: bool = False


class Source:
    """The source as one cycle reads it.

    Args:
        whole: whether everybody is looked at; see :func:`take_watermark`.
        only: those that this run is about; None: everybody.

    Attributes:
        whole: whether everybody is looked at. False also where only those are read that a run is about.
    """

    def __init__(
        self, directory: Directory, store: Store, escrows: Escrows, only: Only | None, since: str = ""
    ) -> None:
        self._directory = directory
        self._store = store
        self._escrows = escrows
        self._only = only
        self._since = since
        self._changing = directory if isinstance(directory, ChangingDirectory) else None
        self.whole = self._changing is None or (only is None and not since)
        self._seen: dict[Kind, set[str]] = {"user": set(), "group": set()}
        self._removed: dict[Kind, dict[str, bool]] = {"user": {}, "group": {}}

    @property
    def everybody(self) -> bool:
        """Whether every user of the source is judged."""
        return self.whole and self._only is None

    def records(self, kind: Kind) -> Iterator[Record]:
        """Whoever is to be judged, as the source has them."""
        if self._changing is None or self.whole:
            return self._everybody(kind)
        return self._some(self._changing, kind)

    def _everybody(self, kind: Kind) -> Iterator[Record]:
        seen = self._seen[kind]
        for record in self._directory.users() if kind == "user" else self._directory.groups():
            seen.add(record.id)
            if self._only is None or self._only.takes(kind, record.id):
                yield record

    def _some(self, directory: ChangingDirectory, kind: Kind) -> Iterator[Record]:
        told, removed = self._seen[kind], self._removed[kind]
        if self._only is None:
            for each in directory.changes(kind, self._since) or ():
                if isinstance(each, Removed):
                    removed[each.id] = not each.restorable
                else:
                    told.add(each.id)
                    yield each
            wanted = self._due(kind)
        else:
            wanted = list(self._only.users if kind == "user" else self._only.groups)
        for source_id in wanted:
            if source_id in told or source_id in removed:
                continue
            record = directory.find(kind, source_id)
            if record is None:
                removed[source_id] = False
            else:
                told.add(source_id)
                yield record

    def _due(self, kind: Kind) -> list[str]:
        """Whom an earlier cycle did not bring to an end."""
        rows = self._store.db.execute(
            "SELECT source_id FROM links WHERE kind=? AND (digest IS NULL OR recheck)"
            " UNION SELECT source_id FROM staged WHERE kind=?",
            (kind, kind),
        ).fetchall()
        return [source_id for (source_id,) in rows] + list(self._escrows.due(kind))

    def gone(self, kind: Kind) -> Iterator[Gone]:
        """Whoever is known and not there any more. Call it when all records were read."""
        if self.whole:
            seen = self._seen[kind]
            rows = [Gone(kind, *row) for row in self._store.links.accounts(kind) if row[0] not in seen]
            for source_id in self._escrows.held(kind):
                if source_id not in seen and self._store.links.get(kind, source_id) is None:
                    self._escrows.forget(kind, source_id)
        else:
            rows = []
            for source_id, final in self._removed[kind].items():
                link = self._store.links.get(kind, source_id)
                if link is None:
                    self._escrows.forget(kind, source_id)
                else:
                    missing = link.missing_since
                    rows.append(Gone(kind, source_id, link.name, link.target_id, link.active, missing, final))
        return (row for row in rows if self._only is None or self._only.takes(kind, row.source_id))

    def is_empty(self) -> bool:
        """Whether the source has no user at all."""
        if self.whole:
            return not self._seen["user"]
        return next(self._directory.users(), None) is None


def since(store: Store, directory: Directory, rules: Rules, *, initial: bool) -> str:
    """From where this cycle goes on; empty when it must look at everybody.

    So it does in an initial cycle, where the watermark is unknown to the directory, and where the list of
    assigned users and groups has changed.
    """
    if initial or not isinstance(directory, ChangingDirectory):
        return ""
    kept = json.loads(store.fact(_FACT) or "{}")
    mark = str(kept.get("mark", ""))
    if not mark or kept.get("assigned") != _assigned(rules) or directory.changes("user", mark) is None:
        return ""
    return mark


def keep_watermark(store: Store, rules: Rules, mark: str) -> None:
    """Keep where the next cycle goes on: this one has dealt with everything up to there."""
    store.keep(_FACT, json.dumps({"mark": mark, "assigned": _assigned(rules)}))


def _assigned(rules: Rules) -> str:
    # The groups too: where one is renamed, another may be the one that is assigned, and none of their members
    # has changed.
    assigned = [*sorted(rules.plan.scope.assigned), "", *rules.assignment.group_ids]
    return hashlib.sha256(json.dumps(assigned).encode()).hexdigest()
