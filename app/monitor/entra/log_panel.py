"""The provisioning log of Microsoft's service: filter, rows, and the chosen row in its four tabs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QModelIndex, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from app.look.announce import announce
from app.look.icons import Glyph, icon
from app.look.spacing import characters, gap, tighten
from app.look.table_dress import dress_table
from app.look.toned_label import TonedLabel
from app.monitor.empty import Empty
from app.monitor.entra.log_filter import EntraLogFilter
from app.monitor.entra.log_model import EntraLogModel
from app.monitor.entra.row_tabs import RowTabs
from app.monitor.exporting import Exporting
from app.monitor.log_row import COLUMNS
from app.monitor.words import count_of

if TYPE_CHECKING:
    from app.monitor.watched_plan import WatchedPlan
    from app.setup.problem import Problem
    from app.worker.messages import EntraLogRow


_TIME_WIDTH = 22


class EntraLogPanel(QWidget):
    """Shows the log of one plan's job.

    Signals:
        failed(object): a Problem.
        changed(): nothing that is done here changes the plan's state; there because each panel has it.
    """

    failed = Signal(object)
    changed = Signal()

    def __init__(self, watched: WatchedPlan, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = EntraLogModel(watched, self)
        self.export = Exporting(watched, self, "entra-export-log", "entra-log")
        self.filter = EntraLogFilter(self)
        self.table = QTableView(self)
        self.empty = Empty(self)
        self.row = RowTabs(self)
        self.count = TonedLabel(parent=self)
        self.more = QPushButton(self.tr("&More rows"), self)
        self.reload = QPushButton(icon(Glyph.RESET), self.tr("Read a&gain"), self)
        self.stop = QPushButton(self.tr("Stop e&xporting"), self)
        self.told = TonedLabel(parent=self)
        self._refused = False
        for button in (self.more, self.reload, self.stop):
            button.setAutoDefault(False)
        self._dress()
        self._lay_out()
        self._connect()
        self._show()

    def _dress(self) -> None:
        self.table.setModel(self.model)
        self.table.setAccessibleName(self.tr("Provisioning log of Microsoft Entra"))
        dress_table(self.table, several=False)
        for place, column in enumerate(COLUMNS[:-1]):
            # Most rows are of other days: their time has a date.
            width = _TIME_WIDTH if column.name == "time" else column.width
            self.table.setColumnWidth(place, characters(width, self.table))
        self.stop.setVisible(False)

    def _lay_out(self) -> None:
        self.stack = QStackedWidget(self)
        self.stack.addWidget(self.table)
        self.stack.addWidget(self.empty)
        left = QWidget(self)
        column = QVBoxLayout(left)
        tighten(column)
        column.addWidget(self.stack, 1)
        under = QHBoxLayout()
        under.setSpacing(gap())
        under.addWidget(self.count, 1)
        under.addStretch(0)
        under.addWidget(self.more)
        under.addWidget(self.reload)
        column.addLayout(under)
        splitter = QSplitter(Qt.Orientation.Horizontal, self)
        splitter.setChildrenCollapsible(False)
        splitter.setHandleWidth(gap())
        splitter.addWidget(left)
        splitter.addWidget(self.row)
        splitter.setStretchFactor(0, 5)
        splitter.setStretchFactor(1, 3)
        splitter.setSizes([600, 400])
        outer = QVBoxLayout(self)
        tighten(outer)
        outer.addWidget(self.filter)
        said = QHBoxLayout()
        said.addWidget(self.told, 1)
        said.addWidget(self.stop)
        outer.addLayout(said)
        outer.addWidget(splitter, 1)

    def _connect(self) -> None:
        self.filter.wanted.connect(self._narrow)
        self.filter.export_wanted.connect(self._export)
        self.model.answered.connect(self._show)
        self.model.ready.connect(self._show_row)
        self.model.failed.connect(self._fail)
        self.model.modelReset.connect(self._forget_row)
        self.table.selectionModel().currentRowChanged.connect(self._choose)
        self.table.activated.connect(self._go_to_row)
        self.more.clicked.connect(self.model.ask_more)
        self.reload.clicked.connect(self.read_again)
        self.empty.pressed.connect(self._do_something)
        self.stop.clicked.connect(self.export.stop)
        self.export.said.connect(self.told.setText)
        self.export.done.connect(self.told.setText)
        self.export.failed.connect(self.failed)
        self.export.busy_changed.connect(self._show_export)

    def on_show(self) -> None:
        """Ask for the newest rows, the first time."""
        if not self.model.began or self._refused:
            self.read_again()

    @Slot()
    def read_again(self) -> None:
        """Ask for the newest rows under the filter."""
        self._refused = False
        self.model.show_filters(self.filter.filters())

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's own name
        """Follow another palette."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ApplicationPaletteChange:
            self.model.forget_icons()

    @Slot()
    def show_held_back(self) -> None:
        """Only what the accidental deletion guard holds back."""
        self.table.setFocus()
        self.filter.action.setCurrentIndex(self.filter.action.findData("staged-delete"))

    @Slot()
    def _narrow(self) -> None:
        if self.model.began:
            self.read_again()

    @Slot()
    def _show(self) -> None:
        rows, busy = self.model.rowCount(), self.model.busy
        self.more.setVisible(self.model.more)
        self.more.setEnabled(not busy)
        self.more.setText(self.tr("Reading more…") if busy else self.tr("&More rows"))
        self.reload.setEnabled(not busy)
        self.filter.export.setEnabled(rows > 0)
        text = count_of(rows, "row", "rows") if rows else ""
        if self.model.looked_at > rows:
            looked = count_of(self.model.looked_at, "row", "rows")
            text = self.tr("{0}, of {1} looked through").format(text or self.tr("No row"), looked)
        if rows and self.model.more:
            text = self.tr("{0} so far; there are more").format(text)
        self.count.setText(text)
        if rows:
            self.stack.setCurrentWidget(self.table)
            return
        self.stack.setCurrentWidget(self.empty)
        self._say_empty()

    def _say_empty(self) -> None:
        if self.model.busy or not self.model.began:
            text = self.tr("Newest rows first; the others follow as you scroll.")
            self.empty.say(Glyph.SYNC, self.tr("Reading the log…"), text, "")
        elif self._refused:
            text = self.tr("What went wrong is told above. Read it again when that is settled.")
            self.empty.say(Glyph.FILE, self.tr("The log could not be read"), text, self.tr("Read a&gain"))
        elif self.model.more:
            text = self.tr("None of the newest rows passes this filter. Older ones may.")
            self.empty.say(Glyph.FILTER, self.tr("No row so far"), text, self.tr("Look &further back"))
        elif self.model.filters.narrows:
            text = self.tr("Search another name or id, or show everything.")
            self.empty.say(Glyph.FILTER, self.tr("No row passes this filter"), text, self.tr("&Clear filter"))
        else:
            text = self.tr("Rows appear some minutes after the service has looked at somebody.")
            self.empty.say(Glyph.FILE, self.tr("The log is empty"), text, self.tr("Read a&gain"))
        announce(self.table, self.empty.title.text())

    @Slot()
    def _do_something(self) -> None:
        if self._refused:
            self.read_again()
        elif self.model.more:
            self.model.ask_more()
        elif self.model.filters.narrows:
            self.filter.clear()
        else:
            self.read_again()

    @Slot(QModelIndex, QModelIndex)
    def _choose(self, current: QModelIndex, _: QModelIndex) -> None:
        if current.isValid():
            self.model.open_row(current.row())

    @Slot(object)
    def _show_row(self, row: EntraLogRow | None) -> None:
        self.row.show_row(row, gone=row is None)

    @Slot()
    def _forget_row(self) -> None:
        self.row.show_row(None)

    @Slot()
    def _go_to_row(self) -> None:
        if self.row.row is not None:
            self.row.tabs.setFocus()

    @Slot(object)
    def _fail(self, problem: Problem) -> None:
        self._refused = True
        self._show()
        self.failed.emit(problem)

    @Slot(str)
    def _export(self, kind: str) -> None:
        self.export.ask_where(self, kind, self.filter.filters().params())

    @Slot(bool)
    def _show_export(self, busy: bool) -> None:
        self.stop.setVisible(busy)
        self.filter.export.setEnabled(not busy and self.model.rowCount() > 0)
