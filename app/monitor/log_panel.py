"""The log: filter, table, the selected row's details, and what stands there when there are no rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QPushButton, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from app.look.announce import announce
from app.look.icons import Glyph
from app.look.problem_panel import ProblemPanel
from app.look.spacing import gap
from app.look.toned_label import TonedLabel
from app.monitor.details import Details
from app.monitor.empty import Empty
from app.monitor.log_filter import LogFilter
from app.monitor.log_model import LogModel
from app.monitor.log_query import LogQuery
from app.monitor.log_table import LogTable
from app.monitor.words import count_of, number

if TYPE_CHECKING:
    from app.monitor.watched_plan import WatchedPlan
    from app.setup.problem import Problem


class LogPanel(QWidget):
    """Shows the provisioning log of one plan.

    Signals:
        run_wanted(): *Run now* was pressed where the log is empty.
        export_wanted(str): as :class:`LogFilter`'s.
    """

    run_wanted = Signal()
    export_wanted = Signal(str)

    def __init__(self, watched: WatchedPlan, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = LogModel(watched, self)
        self.filter = LogFilter(self)
        self.table = LogTable(self.model, self)
        self.details = Details(self)
        self.empty = Empty(self)
        self.problem = ProblemPanel(self)
        self.count = TonedLabel(parent=self)
        self.count.setWordWrap(False)
        self.newer = QPushButton(self)
        self.newer.setFlat(True)
        self.newer.setVisible(False)
        self._never_ran = False
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        self.stack = QStackedWidget(self)
        self.stack.addWidget(self.table)
        self.stack.addWidget(self.empty)
        left = QWidget(self)
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(gap() // 2)
        column.addWidget(self.newer)
        column.addWidget(self.stack, 1)
        column.addWidget(self.count)
        self.splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(left)
        self.splitter.addWidget(self.details)
        self.splitter.setStretchFactor(0, 5)
        self.splitter.setStretchFactor(1, 3)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(gap())
        outer.addWidget(self.filter)
        outer.addWidget(self.problem)
        outer.addWidget(self.splitter, 1)
        # Tab goes on from the table to its details, then out of the window's body.
        QWidget.setTabOrder(self.table, self.details)

    def _connect(self) -> None:
        self.filter.wanted.connect(self._narrow)
        self.filter.export_wanted.connect(self.export_wanted)
        self.model.started.connect(self._show_result)
        self.model.rowsInserted.connect(self._count_again)
        self.model.newer.connect(self._offer_newer)
        self.model.failed.connect(self._show_problem)
        self.table.chosen.connect(self.details.show_entry)
        self.table.opened.connect(self._to_details)
        self.newer.clicked.connect(self.reload)
        self.empty.pressed.connect(self._do_something)
        self.problem.retry.connect(self.reload)

    @Slot()
    def reload(self) -> None:
        """Read the log afresh, from its top."""
        self.newer.setVisible(False)
        self.table.scrollToTop()
        self.model.show_query(self.filter.narrow(self.model.query))

    @Slot()
    def look_for_news(self) -> None:
        """Take in what the running cycle has added: as rows while the table's top shows, else counted."""
        if self.model.rowCount() == 0:
            self.reload()
        else:
            self.model.look_for_news(follow=self.table.at_top)

    def set_never_ran(self, never: bool) -> None:
        """Whether the plan has not run yet: an empty log then says how to begin."""
        if never != self._never_ran:
            self._never_ran = never
            if self.model.rowCount() == 0:
                self._show_result()

    def show_cycle(self, cycle: int) -> None:
        """Narrow to one cycle and go to its rows."""
        self.filter.show_cycle(cycle)
        self.table.setFocus()

    @Slot()
    def _narrow(self) -> None:
        query: LogQuery = self.filter.narrow(self.model.query)
        if query != self.model.query:
            self.newer.setVisible(False)
            self.model.show_query(query)

    @Slot()
    def _show_result(self) -> None:
        self.problem.show_problem(None)
        self.newer.setVisible(False)
        self.table.show_order()
        total = self.model.rowCount()
        self.filter.export.setEnabled(total > 0)
        if total:
            self.stack.setCurrentWidget(self.table)
        elif self.model.query.narrows:
            title = self.tr("No row passes this filter")
            self.empty.say(
                Glyph.FILTER,
                title,
                self.tr("Search another name or id, or show everything."),
                self.tr("&Clear filter"),
            )
        elif self._never_ran:
            title = self.tr("Nothing has been provisioned yet")
            text = self.tr(
                "The first cycle compares everyone in scope with the app. Each one gets a row here."
            )
            self.empty.say(Glyph.PERSON, title, text, self.tr("Run the first cycle"))
        else:
            self.empty.say(
                Glyph.FILE, self.tr("The log is empty"), self.tr("Rows appear here when a cycle has run."), ""
            )
        if not total:
            self.stack.setCurrentWidget(self.empty)
        self._count()
        announce(self.table, self.count.text() if total else self.empty.title.text())

    @Slot()
    def _count_again(self) -> None:
        self.stack.setCurrentWidget(self.table)
        self._count()

    def _count(self) -> None:
        total = self.model.rowCount()
        text = count_of(total, "row", "rows") if total else ""
        if self.model.more:
            # Counting them all would take too long; nobody reads that many.
            text = self.tr("The first {0} of more. Search or filter to see others.").format(text)
        self.count.setText(text)

    @Slot(int)
    def _offer_newer(self, more: int) -> None:
        text = self.tr("Show {0} new rows") if more > 1 else self.tr("Show {0} new row")
        self.newer.setText(text.format(number(more)))
        self.newer.setVisible(True)

    @Slot(object)
    def _show_problem(self, problem: Problem) -> None:
        self.problem.show_problem(problem)

    @Slot()
    def _to_details(self) -> None:
        self.details.setFocus()

    @Slot()
    def _do_something(self) -> None:
        if self.model.query.narrows:
            self.filter.clear()
        else:
            self.run_wanted.emit()
