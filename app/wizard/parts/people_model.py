"""A list of people that may be 100,000 long: it knows how many there are and fetches what is looked at."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QTimer,
    Signal,
    Slot,
)

from app.look.icons import Glyph, icon
from app.look.palette import Tone

if TYPE_CHECKING:
    from app.setup.plan import SetupPlan
    from app.worker.client import Call, WorkerClient
    from app.worker.messages import PeoplePage, PersonRow

PORTION = 100
"""Rows asked for at a time: a few screens, one short message."""

_Index = QModelIndex | QPersistentModelIndex


def key_of(row: PersonRow) -> str:
    """How a plan's scope names a person or group: ``user:ann@contoso.com``, ``group:Designers``."""
    return f"{row.kind}:{row.name}"


class PeopleModel(QAbstractListModel):
    """The directory's people and groups that match a search, fetched in portions of ``PORTION`` rows.

    Signals:
        counted(int): how many match, when a search is answered.
        failed(object): the Problem that kept a portion away.
    """

    counted = Signal(int)
    failed = Signal(object)

    def __init__(
        self, worker: WorkerClient, parent: QObject | None = None, task: str = "list-people"
    ) -> None:
        """Make an empty list.

        Args:
            worker: who is asked.
            parent: Qt's parent.
            task: ``list-people`` pages through the people of a file; ``entra-search`` gives the first ones of
                a tenant that match, and typing on narrows them down.
        """
        super().__init__(parent)
        self._worker = worker
        self._task = task
        self._plan: SetupPlan | None = None
        self._plan_path: Path | None = None
        self._search = ""
        self._kind = "all"
        self._total = 0
        self._portions: dict[int, list[PersonRow]] = {}
        self._wanted: list[int] = []
        self._call: Call | None = None
        self._asked = -1
        self._outdated = False
        self._marked: frozenset[str] = frozenset()
        self._chosen_icon = icon(Glyph.GOOD, Tone.GOOD)
        self._icons = {"user": icon(Glyph.PERSON), "group": icon(Glyph.GROUP)}
        # data() is called while the view paints: it notes what is missing, and this asks afterwards.
        self._fetch_timer = QTimer(self)
        self._fetch_timer.setSingleShot(True)
        self._fetch_timer.setInterval(0)
        self._fetch_timer.timeout.connect(self._fetch_next)

    def search(self, plan: SetupPlan, plan_path: Path | None, text: str, kind: str = "all") -> None:
        """Start over with the people of a plan's source that match a text.

        Args:
            plan: whose source is read.
            plan_path: the plan file, which relative paths start from.
            text: part of a name; empty for all.
            kind: ``user``, ``group`` or ``all``.
        """
        # A running question is not cancelled: it ends soon by itself, and a cancel not answered in time
        # costs the worker its process.
        self._outdated = self._call is not None
        self._plan, self._plan_path = plan.model_copy(deep=True), plan_path
        self._search, self._kind = text.strip(), kind
        self._wanted = [0]
        self._fetch_next()

    @property
    def searching(self) -> bool:
        """Whether a portion is on its way."""
        return self._call is not None

    def row(self, place: int) -> PersonRow | None:
        """The person at a place; None while that portion is still to come."""
        portion = self._portions.get(place // PORTION)
        offset = place % PORTION
        return portion[offset] if portion is not None and offset < len(portion) else None

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """All that match, fetched or not: the scroll bar tells the truth."""
        return 0 if parent.isValid() else self._total

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Name and detail of a row; three dots while it is fetched."""
        if not index.isValid():
            return None
        row = self.row(index.row())
        if row is None:
            self._want(index.row() // PORTION)
            return "…" if role == Qt.ItemDataRole.DisplayRole else None
        marked = self.key(row) in self._marked
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{row.name}   {row.detail}" if row.detail else row.name
        if role == Qt.ItemDataRole.DecorationRole:
            return self._chosen_icon if marked else self._icons[row.kind]
        if role == Qt.ItemDataRole.AccessibleTextRole:
            said = f"{'Group' if row.kind == 'group' else 'Person'} {row.name} {row.detail}".strip()
            return f"{said}, assigned" if marked else said
        return None

    def key(self, row: PersonRow) -> str:
        """How the scope names a row; people of a tenant go by their sign-in name, which is the detail."""
        if self._task == "entra-search" and row.kind == "user":
            return f"user:{row.detail.partition(' ')[0] or row.id}"
        return key_of(row)

    def mark(self, keys: frozenset[str]) -> None:
        """Show which rows are assigned already, by their keys (see ``key_of``)."""
        self._marked = keys
        if self._total:
            self.dataChanged.emit(self.index(0), self.index(self._total - 1))

    def _want(self, portion: int) -> None:
        if portion != self._asked and portion not in self._wanted:
            self._wanted.append(portion)
            self._fetch_timer.start()

    @Slot()
    def _fetch_next(self) -> None:
        """Ask for the portion that was looked at last; one question at a time."""
        if self._call is not None or not self._wanted:
            return
        # Flying over the list with the scroll bar passes many portions; the oldest are out of sight by now.
        # What is dropped here is wanted again when it is painted again.
        portion = self._wanted.pop()
        del self._wanted[:-2]
        self._asked, self._outdated = portion, False
        self._call = self._worker.ask(self._task, self._plan, self._params(portion), self._plan_path)
        self._call.finished.connect(self._take)
        self._call.failed.connect(self._fail)

    def _params(self, portion: int) -> dict[str, Any]:
        if self._task == "entra-search":
            return {"text": self._search, "kind": "" if self._kind == "all" else self._kind}
        return {"search": self._search, "kind": self._kind, "offset": portion * PORTION, "limit": PORTION}

    def _end_call(self) -> int | None:
        """Note the end of the call; the portion it was for, None when nobody waits for it any more."""
        portion = None if self._outdated else self._asked
        self._call, self._asked, self._outdated = None, -1, False
        return portion

    @Slot(object)
    def _take(self, page: PeoplePage) -> None:
        portion = self._end_call()
        if portion == 0:
            self.beginResetModel()
            self._portions = {0: list(page.rows)}
            self._total = page.total if self._task == "list-people" else len(page.rows)
            self.endResetModel()
            self.counted.emit(page.total)
        elif portion is not None:
            self._portions[portion] = list(page.rows)
            first = portion * PORTION
            last = min(first + PORTION, self._total) - 1
            self.dataChanged.emit(self.index(first), self.index(last))
        self._fetch_next()

    @Slot(object)
    def _fail(self, problem: object) -> None:
        if self._end_call() is not None:
            self.failed.emit(problem)
        self._fetch_next()
