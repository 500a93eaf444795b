"""The monitor: how a plan stands, its last cycles, and the provisioning log.

It asks the worker for everything and keeps nothing that cannot be asked for again, so it can be closed and
opened at any time. While it is open, a cycle runs every 40 minutes.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtGui import QCloseEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMainWindow, QVBoxLayout, QWidget

from app.look.announce import announce
from app.look.card import Card
from app.look.icons import app_icon
from app.look.notice import Notice
from app.look.palette import Tone
from app.look.problem_panel import ProblemPanel
from app.look.spacing import gap, margin
from app.monitor.closing import ClosingQuestion
from app.monitor.cycle_plot import CyclePlot
from app.monitor.cycles import Cycles
from app.monitor.cycles_table import CyclesTable
from app.monitor.exporting import Exporting
from app.monitor.header import Header
from app.monitor.log_panel import LogPanel
from app.monitor.now_page import NowPage
from app.monitor.places import IN_ENTRA, ON_THIS_COMPUTER, Places
from app.monitor.status_panel import StatusPanel
from app.monitor.watched_plan import WatchedPlan
from app.setup.problem import Problem

if TYPE_CHECKING:
    from app.worker.client import WorkerClient
    from app.worker.messages import CycleSummary
    from app.worker.messages import Notice as NoticeEvent

_LOG_LOOK = 1_000
"""Milliseconds between two looks at the log while a cycle runs."""


class MonitorWindow(QMainWindow):
    """Watches one plan.

    Signals:
        setup_wanted(object): the person wants to change the plan; its path.
        closed(object): the window has closed and nothing of it runs any more; its plan's path.
    """

    setup_wanted = Signal(object)
    closed = Signal(object)

    def __init__(self, plan_path: Path, worker: WorkerClient, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.watched = WatchedPlan(plan_path, worker)
        self.cycles = Cycles(self.watched, self)
        self.exporting = Exporting(self.watched, self)
        self._close_after_run = False
        self._begun = False
        self.setWindowTitle(self.tr("{0} - Rollcall monitor").format(plan_path.stem))
        self.setWindowIcon(app_icon())
        self.header = Header(self.watched, self.cycles, self)
        self.problem = ProblemPanel(self)
        self.notice = Notice(parent=self)
        self.status = StatusPanel(self.cycles, self)
        self.table = CyclesTable(self)
        self.log = LogPanel(self.watched, self)
        self.plot = CyclePlot(self.watched, self)
        self.now = NowPage(self)
        self.places = Places(self.watched, self.now, self)
        self.question = ClosingQuestion(self)
        self._news = QTimer(self)
        self._news.setInterval(_LOG_LOOK)
        self._lay_out()
        self._connect()
        self.resize(1180, 780)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(margin())
        top.addWidget(self.status, 5)
        cycles = Card(self.tr("Last cycles"), self)
        cycles.column.addWidget(self.table, 1)
        cycles.column.addWidget(self.plot)
        top.addWidget(cycles, 6)
        log = Card(self.tr("Provisioning log"), self)
        log.column.addWidget(self.log, 1)
        here = QVBoxLayout(self.now.here)
        here.setContentsMargins(0, gap(), 0, 0)
        here.setSpacing(gap() + gap() // 2)
        here.addLayout(top)
        here.addWidget(log, 1)
        body = QWidget(self)
        column = QVBoxLayout(body)
        column.setContentsMargins(margin(), margin(), margin(), margin())
        column.setSpacing(gap() + gap() // 2)
        column.addWidget(self.header)
        column.addWidget(self.problem)
        column.addWidget(self.notice)
        column.addWidget(self.places, 1)
        self.setCentralWidget(body)

    def _connect(self) -> None:
        self.cycles.changed.connect(self._follow)
        self.cycles.failed.connect(self._show_problem)
        self.cycles.ended.connect(self._end)
        self.cycles.noticed.connect(self._tell)
        self._news.timeout.connect(self.log.look_for_news)
        self.header.setup_wanted.connect(self._want_setup)
        self.header.run_wanted.connect(self.run_now)
        self.header.refresh_wanted.connect(self.refresh)
        self.problem.retry.connect(self.refresh)
        self.table.wanted.connect(self.log.show_cycle)
        self.log.run_wanted.connect(self.run_now)
        self.log.export_wanted.connect(self._export)
        self.places.failed.connect(self._show_problem)
        self.places.changed.connect(self.refresh)
        self.exporting.done.connect(self._exported)
        self.exporting.failed.connect(self._show_problem)
        self.question.stop_wanted.connect(self._stop_and_close)
        self.watched.worker.died.connect(self._worker_died)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's own name
        """Ask for the state and the log once the window is painted."""
        super().showEvent(event)
        if not self._begun:
            self._begun = True
            QTimer.singleShot(0, self.refresh)

    @Slot()
    def refresh(self) -> None:
        """Ask for everything again."""
        self.problem.show_problem(None)
        try:
            self.watched.refresh()
        except Problem as problem:
            self._show_problem(problem)
            return
        self.header.refresh()
        if self._in_entra:
            self._refresh_entra()
            return
        self.places.offer(ON_THIS_COMPUTER)
        self.cycles.refresh()
        self.log.reload()
        self.plot.refresh()

    @property
    def _in_entra(self) -> bool:
        """Whether Microsoft's own service does the work of this plan."""
        plan = self.watched.plan
        return plan is not None and plan.run.where == "entra"

    def _refresh_entra(self) -> None:
        self.places.offer(IN_ENTRA)
        if self.now.elsewhere is None:
            from app.monitor.entra.entra_monitor import EntraMonitor

            panel = EntraMonitor(self.watched, self.now)
            panel.failed.connect(self._show_problem)
            self.now.show_elsewhere(panel)
        if self.places.currentIndex() == 0:
            self.now.on_show()

    @Slot()
    def run_now(self) -> None:
        """Start a cycle."""
        self.problem.show_problem(None)
        self.notice.set_message("")
        self.cycles.run()

    @Slot()
    def _follow(self) -> None:
        status = self.cycles.status
        if status is not None:
            self.table.show_cycles(status.cycles)
            self.places.count_held_back(status.staged)
            self.log.set_never_ran(status.state == "never-run")
        if self.cycles.running or self.cycles.running_elsewhere:
            if not self._news.isActive():
                self._news.start()
        elif self._news.isActive():
            self._news.stop()
            self.plot.refresh()
            self.log.look_for_news()
            self.log.model.refresh_rows()

    @Slot(object)
    def _end(self, summary: CycleSummary) -> None:
        if self._close_after_run:
            self.close()
            return
        tone = {"succeeded": Tone.GOOD, "stopped": Tone.ACCENT, "failed": Tone.BAD}.get(
            summary.state, Tone.WARNING
        )
        if summary.state != "succeeded":
            self.notice.set_message(f"{summary.sentence} {summary.remedy}".strip(), tone)
            QApplication.alert(self)
        else:
            self.notice.set_message("")
            announce(self, summary.sentence)

    @Slot(object)
    def _tell(self, event: NoticeEvent) -> None:
        tone = {"warning": Tone.WARNING, "error": Tone.BAD}.get(event.level, Tone.ACCENT)
        self.notice.set_message(event.text, tone)

    @Slot(object)
    def _show_problem(self, problem: Problem) -> None:
        if self._close_after_run:
            self.close()
            return
        self.problem.show_problem(problem)
        QApplication.alert(self)

    @Slot(str)
    def _worker_died(self, last_words: str) -> None:
        # Calls that were under way have failed and told it; with none under way there is nothing to tell.
        if not self._begun or self.problem.isVisible():
            return
        self.cycles.refresh()

    @Slot(str)
    def _export(self, kind: str) -> None:
        self.exporting.ask_where(self, kind, self.log.filter.narrow(self.log.model.query).params())

    @Slot(str)
    def _exported(self, sentence: str) -> None:
        self.notice.set_message(sentence, Tone.GOOD)

    @Slot()
    def _want_setup(self) -> None:
        self.setup_wanted.emit(self.watched.path)

    @Slot()
    def _stop_and_close(self) -> None:
        self._close_after_run = True
        self.cycles.stop()
        if not self.cycles.running:
            self.close()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's own name
        """Ask once when a cycle of this window runs: closing would end it."""
        if self.cycles.running and not self._close_after_run:
            self.question.ask()
            event.ignore()
            return
        if self.cycles.running:
            event.ignore()
            return
        self._news.stop()
        self.cycles.schedule.wait_for(None)
        super().closeEvent(event)
        self.closed.emit(self.watched.path)
