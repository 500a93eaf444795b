"""Opens the window: painted at once, everything heavy after the first paint."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QApplication

from app.look.palette import OWN_COLOURS, first_colours, watch_system
from app.wizard.colours import colours_choice
from app.wizard.crash import CrashWatch
from app.wizard.frame import Frame

if TYPE_CHECKING:
    from app.wizard.desk import Desk
    from app.wizard.session import Session


class Opening(QObject):
    """The steps from the first paint to the first page: small slots, so that the window answers between them.

    Attributes:
        frame: the window.
    """

    def __init__(self, frame: Frame, desk: Desk | None = None, plan_path: Path | None = None) -> None:
        """Wait for the first paint.

        Args:
            frame: the window.
            desk: who owns worker and monitor; None: the worker is the window's own and ends with it.
            plan_path: a saved plan to open instead of a new one.
        """
        super().__init__(frame)
        self.frame = frame
        self._desk = desk
        self._plan_path = plan_path
        self._steps: list[Callable[[], None]] = [
            self._names,
            self._log,
            self._worker,
            self._rest,
            self._read,
            self._base,
            self._session,
        ]
        frame.painted.connect(self._next)

    @Slot()
    def _next(self) -> None:
        if self._steps:
            step = self._steps.pop(0)
            step()
            if step != self._read:  # that one calls when it is done
                QTimer.singleShot(0, self._next)

    def _names(self) -> None:
        from PySide6.QtCore import Qt  # noqa: F401 - the import is the point: it makes 100 enums

    def _worker(self) -> None:
        # Before the models: the worker starts up while this process imports them.
        from app.worker.client import WorkerClient

        if self._desk is not None:
            self._client = self._desk.worker()
        else:
            self._client = WorkerClient(self.frame)
            self.frame.closed.connect(self._client.stop)
        self._client.start()

    def _log(self) -> None:
        from app.setup.logbook import open_log

        open_log("window")

    def _rest(self) -> None:
        from app.look.icons import app_icon

        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.setWindowIcon(app_icon())
            watch_system(application, colours_choice())
        self.frame.complete()

    def _read(self) -> None:
        from PySide6.QtCore import Qt

        from app.wizard.reader import Reader

        self._reader = Reader(self)
        self._reader.done.connect(self._next, Qt.ConnectionType.QueuedConnection)
        self._reader.start()

    def _base(self) -> None:
        import app.wizard.page  # noqa: F401 - the import is the point, in a slot of its own

    def _session(self) -> None:
        from app.wizard.session import Session

        session = Session(self._client, parent=self.frame, shelf=self._reader.shelf)
        if self._desk is not None:
            session.monitor_wanted.connect(self._desk.open_monitor)
        self.frame.set_session(session)
        if self._plan_path is not None:
            self._open_plan(session, self._plan_path)

    def _open_plan(self, session: Session, path: Path) -> None:
        """Show a plan that was saved before; a page tells why when it cannot be read."""
        from app.setup.problem import Problem

        try:
            session.open(path)
        except Problem as problem:
            page = self.frame.page_now
            if page is not None:
                page.problem = problem
        else:
            self.frame.resume_at(session.flow.keys[0])


def make_application(arguments: list[str] | None = None) -> QApplication:
    """The one application object, with name, colours and crash window."""
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    own = arguments if arguments is not None else sys.argv[:1]
    # Named here, a style is made once; to ask for it later means making the class of styles as well.
    application = QApplication([*own, "-style", "fusion"] if OWN_COLOURS else own)
    application.setApplicationName("Rollcall")
    application.setApplicationDisplayName("Rollcall")
    application.setDesktopFileName("rollcall")
    first_colours(application, colours_choice())
    CrashWatch(application).install()
    return application
