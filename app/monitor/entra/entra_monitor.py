"""The monitor of a plan that Microsoft's service runs: its job above, its log beneath."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.look.spacing import margin
from app.monitor.entra.job_panel import JobPanel
from app.monitor.entra.log_panel import EntraLogPanel
from app.monitor.entra.sign_in_strip import SignInStrip, asks_for_sign_in

if TYPE_CHECKING:
    from app.monitor.watched_plan import WatchedPlan
    from app.setup.problem import Problem


class EntraMonitor(QWidget):
    """Shows job and log of one plan, and signs in where that is needed.

    Signals:
        failed(object): a Problem that no sign-in settles.
        changed(): the job was steered, or a cycle has ended.
    """

    failed = Signal(object)
    changed = Signal()

    def __init__(self, watched: WatchedPlan, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sign_in = SignInStrip(watched, self)
        self.job = JobPanel(watched, self)
        self.log = EntraLogPanel(watched, self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(margin())
        column.addWidget(self.sign_in)
        column.addWidget(self.job)
        column.addWidget(self.log, 1)
        self.job.failed.connect(self._fail_job)
        self.job.held_back_wanted.connect(self.log.show_held_back)
        self.log.failed.connect(self._fail)
        self.sign_in.failed.connect(self.failed)
        self.sign_in.entered.connect(self._enter)
        self.job.changed.connect(self._change)
        self.job.watch.told.connect(self.sign_in.settle)

    def on_show(self) -> None:
        """Ask what is missing, and go on looking after the job."""
        self.job.on_show()
        self.log.on_show()

    def on_hide(self) -> None:
        """Ask nothing until it is shown again."""
        self.job.on_hide()

    @Slot()
    def _enter(self) -> None:
        self.on_show()
        self.changed.emit()

    @Slot()
    def _change(self) -> None:
        self.sign_in.dismiss()
        if self.log.model.rowCount() == 0 and self.log.model.began:
            self.log.read_again()
        self.changed.emit()

    @Slot(object)
    def _fail_job(self, problem: Problem) -> None:
        steered = self.job.wants_write
        if steered and problem.code.endswith("DENIED"):
            # Signed in to read alone, as watching asks for: another sign-in may have the permission.
            self.sign_in.ask(problem, write=True)
        else:
            self._show(problem, write=steered)

    @Slot(object)
    def _fail(self, problem: Problem) -> None:
        self._show(problem, write=False)

    def _show(self, problem: Problem, *, write: bool) -> None:
        if asks_for_sign_in(problem):
            self.sign_in.ask(problem, write=write)
        else:
            self.failed.emit(problem)
