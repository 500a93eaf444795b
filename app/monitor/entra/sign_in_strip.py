"""Says that a sign-in is needed, and signs in; hidden while none is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.look.icons import Glyph, icon
from app.look.notice import Notice
from app.look.palette import Tone
from app.look.spacing import gap, tighten

if TYPE_CHECKING:
    from app.monitor.watched_plan import WatchedPlan
    from app.setup.problem import Problem
    from app.worker.call import Call
    from app.worker.messages import Event

_TO_LET_GO = 5_000
"""Milliseconds that a stopped sign-in has to end: the browser's part may be slow to let go."""


def asks_for_sign_in(problem: Problem) -> bool:
    """Whether signing in settles it."""
    return "SIGN-IN" in problem.code or problem.code.endswith("SIGNED-OUT")


class SignInStrip(QWidget):
    """The message and its buttons.

    Signals:
        entered(): somebody is signed in now.
        failed(object): a Problem.
    """

    entered = Signal()
    failed = Signal(object)

    def __init__(self, watched: WatchedPlan, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._watched = watched
        self._write = False
        self._call: Call | None = None
        self.notice = Notice("", Tone.WARNING, self)
        self.enter = QPushButton(icon(Glyph.KEY), self.tr("Sign &in"), self)
        self.code = QPushButton(self.tr("Sign in with a &code"), self)
        self.stop = QPushButton(self.tr("Stop &waiting"), self)
        column = QVBoxLayout(self)
        tighten(column)
        column.addWidget(self.notice)
        row = QHBoxLayout()
        row.setSpacing(gap())
        for button in (self.enter, self.code, self.stop):
            button.setAutoDefault(False)
            button.setAccessibleName(button.text().replace("&", ""))
            row.addWidget(button)
        row.addStretch(1)
        column.addLayout(row)
        self.enter.clicked.connect(self._by_browser)
        self.code.clicked.connect(self._by_code)
        self.stop.clicked.connect(self._stop)
        self.setVisible(False)

    @property
    def _practice(self) -> bool:
        plan = self._watched.plan
        return plan is not None and plan.entra.cloud == "practice"

    def ask(self, problem: Problem, *, write: bool) -> None:
        """Show that a sign-in is needed.

        Args:
            problem: what could not be done without.
            write: whether the permission to change something is asked for too.
        """
        self._write = self._write or write
        if self._call is None:
            self.notice.set_message(
                " ".join(part for part in (problem.what, problem.why, problem.remedy) if part), Tone.WARNING
            )
            self.setVisible(True)
            self._arrange()

    @Slot()
    def settle(self) -> None:
        """An answer came: no sign-in is needed any more, unless to change something."""
        if self._call is None and not self._write:
            self.setVisible(False)

    def dismiss(self) -> None:
        """What was wanted has been done."""
        if self._call is None:
            self._write = False
            self.setVisible(False)

    def _arrange(self) -> None:
        waiting = self._call is not None
        self.enter.setEnabled(not waiting)
        self.code.setEnabled(not waiting)
        self.code.setVisible(not self._practice)
        self.stop.setVisible(waiting)

    @Slot()
    def _by_browser(self) -> None:
        self._ask("practice" if self._practice else "browser")

    @Slot()
    def _by_code(self) -> None:
        self._ask("device")

    def _ask(self, method: str) -> None:
        if self._call is not None:
            return
        self._call = self._watched.ask("entra-sign-in", method=method, write=self._write)
        self._call.event.connect(self._hear)
        self._call.finished.connect(self._enter)
        self._call.failed.connect(self._miss)
        self.notice.set_message(self.tr("Signing in…"), Tone.ACCENT)
        self._arrange()

    @Slot(object)
    def _hear(self, event: Event) -> None:
        if event.event == "notice":
            self.notice.set_message(event.text, Tone.ACCENT)

    @Slot()
    def _stop(self) -> None:
        if self._call is not None:
            self._call.cancel(_TO_LET_GO)

    @Slot(object)
    def _enter(self, _: object) -> None:
        self._call, self._write = None, False
        self._arrange()
        self.setVisible(False)
        self.entered.emit()

    @Slot(object)
    def _miss(self, problem: Problem) -> None:
        self._call = None
        if problem.code == "CANCELLED":
            self.notice.set_message(self.tr("Nobody is signed in. Sign in to go on."), Tone.WARNING)
        else:
            self.ask(problem, write=False)
        self._arrange()
