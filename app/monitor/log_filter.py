"""The bar above the log: search, result, action, one cycle, and the export."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QToolButton, QWidget

from app.look.icons import Glyph, icon
from app.monitor.filter_parts import LogBar
from app.monitor.log_query import LogQuery

_TYPING_PAUSE = 300


class LogFilter(LogBar):
    """Lets a person narrow the log down. Read what is chosen with :meth:`narrow`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_TYPING_PAUSE, parent)
        self._cycle = 0
        self.search.setPlaceholderText(self.tr("Part of a name"))
        self.cycle = QToolButton(self)
        self.cycle.setIcon(icon(Glyph.CLOSE))
        self.cycle.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.cycle.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.cycle.setVisible(False)
        self.cycle.clicked.connect(self._forget_cycle)
        self.lay_out((), (self.cycle,))
        self.search.setAccessibleDescription(self.tr("Shows the rows whose name has this text in it"))
        find = QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self.window())
        find.setParent(self)
        find.activated.connect(self.start_search)

    def narrow(self, query: LogQuery) -> LogQuery:
        """The query with this filter; its order stays."""
        return replace(
            query,
            status=str(self.status.currentData()),
            action=str(self.action.currentData()),
            user=self.search.text().strip(),
            cycle=self._cycle,
        )

    def show_cycle(self, cycle: int) -> None:
        """Narrow to one cycle; 0 for all."""
        self._cycle = cycle
        self.cycle.setVisible(bool(cycle))
        self.cycle.setText(self.tr("Cycle {0}").format(cycle))
        self.cycle.setToolTip(self.tr("Show all cycles again"))
        self.cycle.setAccessibleName(self.tr("Only cycle {0}; press to show all cycles again").format(cycle))
        self._settle()

    def clear(self) -> None:
        """Show everything again."""
        self.set_back()
        self.show_cycle(0)

    @Slot()
    def start_search(self) -> None:
        """Put the caret into the search field."""
        self.search.setFocus()
        self.search.selectAll()

    @Slot()
    def _forget_cycle(self) -> None:
        self.search.setFocus()  # the button goes; the focus must not be lost with it
        self.show_cycle(0)
