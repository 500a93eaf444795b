"""The bar above the log: search, result, action, one cycle, and the export."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from app.look.icons import Glyph, icon
from app.look.spacing import gap
from app.monitor.filter_parts import ExportButton, choice_box, search_field
from app.monitor.log_query import LogQuery
from app.monitor.words import ACTIONS, STATUSES

_TYPING_PAUSE = 300


class LogFilter(QWidget):
    """Lets a person narrow the log down.

    Signals:
        wanted(): the filter is another one; read it with :meth:`narrow`.
        export_wanted(str): the rows of the filter are to be written as ``csv`` or ``json``.
    """

    wanted = Signal()
    export_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cycle = 0
        self.search = search_field(self.tr("Part of a name"), self)
        self.status = choice_box(STATUSES, self.tr("All results"), self)
        self.action = choice_box(ACTIONS, self.tr("All actions"), self)
        self.cycle = QToolButton(self)
        self.cycle.setIcon(icon(Glyph.CLOSE))
        self.cycle.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.cycle.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.cycle.setVisible(False)
        self.export = ExportButton(self)
        self.export.wanted.connect(self.export_wanted)
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(_TYPING_PAUSE)
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(gap())
        for text, widget in (
            (self.tr("Sea&rch"), self.search),
            (self.tr("R&esult"), self.status),
            (self.tr("&Action"), self.action),
        ):
            label = QLabel(text, self)
            label.setBuddy(widget)
            row.addWidget(label)
            row.addWidget(widget, 1 if widget is self.search else 0)
        row.addWidget(self.cycle)
        row.addStretch(1)
        row.addWidget(self.export)
        self.search.setAccessibleDescription(self.tr("Shows the rows whose name has this text in it"))

    def _connect(self) -> None:
        self.search.textChanged.connect(self._typed)
        self.search.returnPressed.connect(self._settle)
        self._typing.timeout.connect(self.wanted)
        self.status.currentIndexChanged.connect(self._settle)
        self.action.currentIndexChanged.connect(self._settle)
        self.cycle.clicked.connect(self._forget_cycle)
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
        for widget in (self.search, self.status, self.action):
            widget.blockSignals(True)
        self.search.clear()
        self.status.setCurrentIndex(0)
        self.action.setCurrentIndex(0)
        for widget in (self.search, self.status, self.action):
            widget.blockSignals(False)
        self.show_cycle(0)

    @Slot()
    def start_search(self) -> None:
        """Put the caret into the search field."""
        self.search.setFocus()
        self.search.selectAll()

    @Slot()
    def _typed(self) -> None:
        self._typing.start()

    @Slot()
    def _settle(self) -> None:
        self._typing.stop()
        self.wanted.emit()

    @Slot()
    def _forget_cycle(self) -> None:
        self.search.setFocus()  # the button goes; the focus must not be lost with it
        self.show_cycle(0)
