"""The log of Microsoft's service as a table model that grows: Graph pages only forwards, and tells no total.

Cells of all rows are kept, for scrolling. Of the rows with their steps only some thousand are: the others are
asked for again, from the page they came with, when one of them is opened.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QGuiApplication, QIcon

from app.look.icons import icon
from app.monitor.entra.log_filter import EntraLogFilters
from app.monitor.log_row import COLUMNS, LogRow
from app.monitor.words import Word, action_word, status_word

if TYPE_CHECKING:
    from app.monitor.watched_plan import WatchedPlan
    from app.setup.problem import Problem
    from app.worker.call import Call
    from app.worker.messages import EntraLogPage, EntraLogRow

PAGE = 100
"""Rows asked for at a time."""
KEPT = 3_000
"""Rows held with their steps, at most."""

_ACTION, _STATUS = 2, 3
_ICON_SIDES = (16, 20, 24, 32)
_Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


class _Line:
    """What the table shows of one row, and where the rest of it is found."""

    __slots__ = ("after", "id", "texts", "words")

    def __init__(self, row: EntraLogRow, after: str) -> None:
        self.id = row.id
        self.after = after
        self.texts = LogRow(row.entry).texts
        self.words: tuple[Word, Word] = (action_word(row.entry.action), status_word(row.entry.status))


class EntraLogModel(QAbstractTableModel):
    """Rows of the log under a filter, newest first.

    Signals:
        answered(): rows came, or there are none; or asking has begun.
        ready(object): a row with its four tabs, asked for with :meth:`open_row`; None when it is gone.
        failed(object): a Problem.
    """

    answered = Signal()
    ready = Signal(object)
    failed = Signal(object)

    def __init__(self, watched: WatchedPlan, parent: QObject | None = None, kept: int = KEPT) -> None:
        super().__init__(parent)
        self._watched = watched
        self._kept = kept
        self._lines: list[_Line] = []
        self._whole: dict[str, EntraLogRow] = {}
        self._icons: dict[str, QIcon] = {}
        self._call: Call | None = None
        self._asked_after = ""
        self._opening: Call | None = None
        self._opened_after = ""
        self._wanted = ""
        self._afresh = False
        self._stuck = False
        self.filters = EntraLogFilters()
        self.after = ""
        self.looked_at = 0
        self.began = False

    @property
    def busy(self) -> bool:
        """Whether rows are on their way."""
        return self._call is not None

    @property
    def more(self) -> bool:
        """Whether there are rows that are not here yet."""
        return bool(self.after)

    def show_filters(self, filters: EntraLogFilters) -> None:
        """Show other rows, or the same afresh. The old ones stay until the first new ones are there."""
        self.filters = filters
        self.began = True
        self._afresh = True
        self._wanted = ""
        if self._call is None:
            self._ask("")
        else:
            self._call.cancel()

    @Slot()
    def ask_more(self) -> None:
        """Ask for the rows that follow, where there are some and none are on their way."""
        if self._call is None and self.after:
            self._ask(self.after)

    def open_row(self, place: int) -> None:
        """Have ``ready`` bring a row, at once where it is held."""
        line = self._lines[place]
        held = self._whole.get(line.id)
        self._wanted = line.id
        if held is not None:
            self.ready.emit(held)
        elif self._opening is None:
            self._opened_after = line.after
            self._opening = self._watched.ask(
                "entra-log", after=line.after, limit=PAGE, **self.filters.params()
            )
            self._opening.finished.connect(self._found)
            self._opening.failed.connect(self._not_found)

    # Qt's side

    def rowCount(self, parent: _Index = _NOWHERE) -> int:  # noqa: N802 - Qt's own name
        """The rows that are here."""
        return 0 if parent.isValid() else len(self._lines)

    def columnCount(self, parent: _Index = _NOWHERE) -> int:  # noqa: N802 - Qt's own name
        """As many as :data:`~app.monitor.log_row.COLUMNS`."""
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(  # noqa: N802 - Qt's own name
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """The columns' names."""
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return self.tr(COLUMNS[section].title)
        return None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """A cell's text, tool tip and icon."""
        if role == Qt.ItemDataRole.DisplayRole or role == Qt.ItemDataRole.ToolTipRole:
            return self._lines[index.row()].texts[index.column()]
        if role == Qt.ItemDataRole.DecorationRole and index.column() in (_ACTION, _STATUS):
            return self._icon(self._lines[index.row()].words[index.column() - _ACTION])
        return None

    def canFetchMore(self, parent: _Index) -> bool:  # noqa: N802 - Qt's own name
        """The view asks at its end: rows follow by scrolling alone."""
        return not parent.isValid() and self.more and self._call is None and not self._stuck

    def fetchMore(self, parent: _Index) -> None:  # noqa: N802 - Qt's own name
        """Ask for what follows."""
        self.ask_more()

    def _icon(self, word: Word) -> QIcon:
        name = f"{word.glyph.name}-{word.tone.name}"
        if name not in self._icons:
            # Pixmaps: an icon engine of ours would call Python for each cell that is painted.
            made, drawn = QIcon(), icon(word.glyph, word.tone)
            scale = max((screen.devicePixelRatio() for screen in QGuiApplication.screens()), default=1.0)
            for side in _ICON_SIDES:
                for mode in (QIcon.Mode.Normal, QIcon.Mode.Selected):
                    made.addPixmap(drawn.pixmap(QSize(side, side), scale, mode), mode)
            self._icons[name] = made
        return self._icons[name]

    def forget_icons(self) -> None:
        """Draw the icons anew: the palette has changed."""
        self._icons.clear()
        if self._lines:
            last = self.index(len(self._lines) - 1, len(COLUMNS) - 1)
            self.dataChanged.emit(self.index(0, 0), last, [Qt.ItemDataRole.DecorationRole])

    # The asking

    def _ask(self, after: str) -> None:
        if not after:
            self._afresh = False
        self._asked_after = after
        self._stuck = False
        self._call = self._watched.ask("entra-log", after=after, limit=PAGE, **self.filters.params())
        self._call.finished.connect(self._take)
        self._call.failed.connect(self._miss)
        self.answered.emit()

    @Slot(object)
    def _take(self, page: EntraLogPage) -> None:
        self._call = None
        if self._afresh:
            self._ask("")
            return
        lines = [_Line(row, self._asked_after) for row in page.rows]
        self.after = page.after
        if not self._asked_after:
            self.looked_at = page.looked_at
            self.beginResetModel()
            self._lines, self._whole = lines, {}
            self._hold(page)
            self.endResetModel()
        else:
            self.looked_at += page.looked_at
            self._hold(page)
            if lines:
                first = len(self._lines)
                self.beginInsertRows(_NOWHERE, first, first + len(lines) - 1)
                self._lines += lines
                self.endInsertRows()
        self.answered.emit()

    def _hold(self, page: EntraLogPage) -> None:
        for row in page.rows:
            self._whole.pop(row.id, None)
            self._whole[row.id] = row
        for id_ in list(self._whole)[: max(0, len(self._whole) - self._kept)]:
            del self._whole[id_]

    @Slot(object)
    def _miss(self, problem: Problem) -> None:
        self._call = None
        if self._afresh:
            self._ask("")
            return
        # Scrolling alone does not try again what was refused; the button does.
        self._stuck = True
        self.answered.emit()
        self.failed.emit(problem)

    @Slot(object)
    def _found(self, page: EntraLogPage) -> None:
        self._opening = None
        self._hold(page)
        if not self._wanted or self._wanted in self._whole:
            self.ready.emit(self._whole.get(self._wanted))
            return
        place = next((place for place, line in enumerate(self._lines) if line.id == self._wanted), -1)
        if place >= 0 and self._lines[place].after != self._opened_after:
            self.open_row(place)  # another row was chosen meanwhile, of another page
        else:
            self.ready.emit(None)  # new rows have pushed it off its page

    @Slot(object)
    def _not_found(self, problem: Problem) -> None:
        self._opening = None
        self.failed.emit(problem)
