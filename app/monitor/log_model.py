"""The provisioning log as a table model that holds a few pages and knows how long the whole is.

Filtering, searching and sorting are the database's work in the worker. The model asks for the page that is
looked at, one request at a time, and keeps the last few thousand rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSize,
    Qt,
    QTimer,
    Signal,
    Slot,
)
from PySide6.QtGui import QGuiApplication, QIcon

from app.look.icons import Glyph, icon
from app.monitor.log_query import LogQuery
from app.monitor.log_row import COLUMNS, SORTABLE, LogRow

if TYPE_CHECKING:
    from app.monitor.watched_plan import WatchedPlan
    from app.worker.messages import LogPage

PAGE = 60
"""Rows asked for at a time: two or three screens, and 2 ms to take in."""
KEPT = 3_000
"""Rows held at most; the ones fetched first are let go first."""

_Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()
_DISPLAY = Qt.ItemDataRole.DisplayRole
_DECORATION = Qt.ItemDataRole.DecorationRole
_TOOLTIP = Qt.ItemDataRole.ToolTipRole
_ICON_SIDES = (16, 20, 24, 32, 48)


@dataclass(frozen=True, slots=True)
class _Asked:
    """The request that is on its way: what for, and under which query."""

    query: LogQuery
    offset: int
    purpose: str
    """``start`` (a new query), ``page`` (rows that are looked at), ``news`` (what came in since)."""


class LogModel(QAbstractTableModel):
    """Rows of the log under a query.

    A row is kept under its distance from the end that does not move: from the oldest row when the newest
    stand first, else from the first row. So rows that come in at the top change nothing of what is held.

    Signals:
        started(): the first page of a new query is there; how many rows there are is known.
        newer(int): so many rows came in that are not shown.
        failed(object): a page could not be read; a Problem.
    """

    started = Signal()
    newer = Signal(int)
    failed = Signal(object)

    def __init__(self, watched: WatchedPlan, parent: QObject | None = None, kept: int = KEPT) -> None:
        super().__init__(parent)
        self._watched = watched
        self._kept = kept
        self._query = LogQuery()
        self._total = 0
        self._more = False
        self._rows: dict[int, LogRow] = {}
        self._stale: set[int] = set()
        self._asked: _Asked | None = None
        self._restart = False
        self._wants_news = False
        self._follows = True
        self._wanted = -1
        self._unseen = 0
        self._icons: dict[str, QIcon] = {}
        # data() runs while the view paints: it notes what is missing, and the asking comes after.
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(0)
        self._later.timeout.connect(self._ask_next)

    @property
    def query(self) -> LogQuery:
        """What is shown."""
        return self._query

    @property
    def more(self) -> bool:
        """Whether more rows pass than the database counts: the rows here are the first ones only."""
        return self._more

    @property
    def busy(self) -> bool:
        """Whether a new query waits for its first page."""
        return self._restart or (self._asked is not None and self._asked.purpose == "start")

    def show_query(self, query: LogQuery) -> None:
        """Show other rows, or the same ones afresh. The old ones stay until the first new page is there."""
        self._query = query
        self._restart = True
        self._wants_news = False
        self._wanted = -1
        self._ask_next()

    def look_for_news(self, follow: bool) -> None:
        """See what came in since.

        Args:
            follow: put new rows in at the top, where the order allows it; else only count them.
        """
        self._follows = follow and self._query.newest_first
        self._wants_news = True
        self._ask_next()

    def refresh_rows(self) -> None:
        """Read held rows again as they come into view: a cycle amends rows that it wrote before."""
        self._stale = set(self._rows)
        if self._total:
            self.dataChanged.emit(self.index(0, 0), self.index(self._total - 1, len(COLUMNS) - 1))

    def row(self, place: int) -> LogRow | None:
        """The row at a place; None while it is not held."""
        return self._rows.get(self._key(place))

    # Qt's side

    def rowCount(self, parent: _Index = _NOWHERE) -> int:  # noqa: N802 - Qt's own name
        """All rows under the query, held or not: the scroll bar tells the truth."""
        return 0 if parent.isValid() else self._total

    def columnCount(self, parent: _Index = _NOWHERE) -> int:  # noqa: N802 - Qt's own name
        """As many as :data:`~app.monitor.log_row.COLUMNS`."""
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(  # noqa: N802 - Qt's own name
        self, section: int, orientation: Qt.Orientation, role: int = _DISPLAY
    ) -> Any:
        """The columns' names."""
        if role == _DISPLAY and orientation == Qt.Orientation.Horizontal:
            return self.tr(COLUMNS[section].title)
        return None

    def data(self, index: _Index, role: int = _DISPLAY) -> Any:
        """A cell's text and icon; three dots in a row that is not there yet."""
        if role not in (_DISPLAY, _DECORATION, _TOOLTIP):
            return None
        key = self._key(index.row())
        row = self._rows.get(key)
        if row is None:
            self._want(index.row())
            return "…" if role == _DISPLAY else None
        if key in self._stale:
            self._want(index.row())
        column = index.column()
        if role == _DECORATION:
            return self._icon(row, column)
        return row.texts[column]

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Ask for another order; a column the database has no order for changes nothing."""
        name = COLUMNS[column].name if 0 <= column < len(COLUMNS) else ""
        descending = order == Qt.SortOrder.DescendingOrder
        if name in SORTABLE and (name, descending) != (self._query.sort, self._query.descending):
            query = self._query
            self.show_query(
                LogQuery(query.status, query.action, query.user, query.cycle, name, descending),
            )

    def forget_icons(self) -> None:
        """Draw the icons anew: the palette has changed."""
        self._icons.clear()
        if self._total:
            self.dataChanged.emit(
                self.index(0, 0), self.index(self._total - 1, len(COLUMNS) - 1), [_DECORATION]
            )

    # The rows

    def _key(self, place: int) -> int:
        return self._total - 1 - place if self._query.newest_first else place

    def _icon(self, row: LogRow, column: int) -> QIcon | None:
        word = row.word(column)
        if word is None:
            return None
        name = f"{word.glyph.name}-{word.tone.name}"
        found = self._icons.get(name)
        if found is None:
            # Pixmaps: an icon engine of ours would call Python for each cell that is painted.
            found = QIcon()
            drawn = icon(Glyph[word.glyph.name], word.tone)
            for side in _ICON_SIDES:
                for mode in (QIcon.Mode.Normal, QIcon.Mode.Selected):
                    found.addPixmap(drawn.pixmap(QSize(side, side), self._scale(), mode), mode)
            self._icons[name] = found
        return found

    @staticmethod
    def _scale() -> float:
        screens = QGuiApplication.screens()
        return max((screen.devicePixelRatio() for screen in screens), default=1.0)

    def _want(self, place: int) -> None:
        # The last one asked for while painting is in view; flying over the log passes many that are not.
        self._wanted = place
        if self._asked is None and not self._later.isActive():
            self._later.start()

    # The asking

    @Slot()
    def _ask_next(self) -> None:
        if self._asked is not None:
            return
        if self._restart:
            self._restart = False
            self._ask(0, PAGE, "start")
        elif 0 <= self._wanted < self._total and self._lacks(self._wanted):
            self._ask_around(self._wanted)
        elif self._wants_news:
            self._wants_news = False
            self._ask(0, PAGE if self._follows or self._more else 1, "news")
        else:
            self._wanted = -1

    def _lacks(self, place: int) -> bool:
        key = self._key(place)
        return key not in self._rows or key in self._stale

    def _ask_around(self, place: int) -> None:
        """Ask for the page that a place is on, with half a page to either side of the place."""
        # Rows that came in and are not shown push the others down in the database.
        pushed = self._unseen if self._query.newest_first else 0
        self._ask(max(0, place - PAGE // 2) + pushed, PAGE, "page")

    def _ask(self, offset: int, limit: int, purpose: str) -> None:
        self._asked = _Asked(self._query, offset, purpose)
        call = self._watched.ask("log", offset=offset, limit=limit, **self._query.params())
        call.finished.connect(self._take)
        call.failed.connect(self._miss)

    @Slot(object)
    def _take(self, page: LogPage) -> None:
        asked, self._asked = self._asked, None
        if asked is None or asked.query != self._query or self._restart:
            self._later.start()
            return
        if asked.purpose == "start":
            self._start(page)
        elif page.total < self._total or page.more != self._more:
            # Old rows were let go, or there are now too many to count: what is held may have moved.
            self.show_query(self._query)
            return
        elif asked.purpose == "news":
            self._take_news(page)
        else:
            self._hold(page, asked.offset)
        self._later.start()

    def _start(self, page: LogPage) -> None:
        self.beginResetModel()
        self._rows = {}
        self._stale.clear()
        self._total = page.total
        self._more = page.more
        self._unseen = 0
        self._keep(page, 0)
        self.endResetModel()
        self.started.emit()

    def _take_news(self, page: LogPage) -> None:
        if self._more:
            self._take_news_of_many(page)
            return
        self._unseen = page.total - self._total
        if not self._unseen:
            return
        if not self._follows:
            self.newer.emit(self._unseen)
            return
        self.beginInsertRows(_NOWHERE, 0, self._unseen - 1)
        self._total = page.total
        self._unseen = 0
        self._keep(page, 0)
        self.endInsertRows()

    def _take_news_of_many(self, page: LogPage) -> None:
        """See what came in where the total does not tell: by which row stands first."""
        first = self.row(0)
        numbers = [entry.row for entry in page.rows]
        if first is None or not numbers or numbers[0] == first.entry.row:
            return
        if self._follows:
            self.show_query(self._query)
        elif self._query.newest_first:
            known = first.entry.row
            self.newer.emit(numbers.index(known) if known in numbers else len(numbers))

    def _hold(self, page: LogPage, offset: int) -> None:
        """Take in a page. Rows that came in at the top meanwhile have pushed it down."""
        self._unseen = page.total - self._total
        pushed = self._unseen if self._query.newest_first else 0
        self._keep(page, offset, pushed)
        first = max(0, offset - pushed)
        last = min(self._total, first + len(page.rows)) - 1
        if last >= first:
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(COLUMNS) - 1))

    def _keep(self, page: LogPage, offset: int, pushed: int = 0) -> None:
        for distance, entry in enumerate(page.rows):
            key = self._key(offset + distance - pushed)
            self._rows.pop(key, None)
            self._stale.discard(key)
            self._rows[key] = LogRow(entry)
        for key in list(self._rows)[: max(0, len(self._rows) - self._kept)]:
            del self._rows[key]

    @Slot(object)
    def _miss(self, problem: object) -> None:
        self._asked = None
        self._wanted = -1
        if self._restart:
            self._later.start()
            return
        self.failed.emit(problem)
