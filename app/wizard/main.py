"""Opens the window: painted at once, everything heavy after the first paint."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from app.look.palette import apply_colours
from app.wizard.colours import colours_choice
from app.wizard.crash import CrashWatch
from app.wizard.frame import Frame

if TYPE_CHECKING:
    from app.setup.profile import ProfileShelf
    from app.wizard.session import Session
    from app.worker.client import WorkerClient


class Desk(Protocol):
    """Who owns what outlives the wizard: the worker, and the monitor that may stay when the wizard closes."""

    def worker(self) -> WorkerClient:
        """The one worker client; the desk ends it."""
        ...

    def open_monitor(self, plan_path: Path) -> None:
        """Show the monitor of a plan."""
        ...


class Reader(QObject):
    """Imports what takes long in a thread, so that the window answers meanwhile.

    Reading modules is nothing but Python: its lock is handed over every 5 ms, while one import in a slot
    would hold the window for 130 ms (pydantic) to 250 ms (with the profiles).

    Attributes:
        shelf: the app profiles; None until they are read.

    Signals:
        done(): all is read; comes from the thread, so connect it queued.
    """

    done = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.shelf: ProfileShelf | None = None

    def start(self) -> None:
        """Begin."""
        threading.Thread(target=self._read, name="reader", daemon=True).start()

    def _read(self) -> None:
        try:
            from app.setup import plan_file, profile, tenant_url  # noqa: F401
            from app.worker import messages  # noqa: F401

            # This also has pydantic build its validators.
            self.shelf = profile.find_profiles()
        finally:
            # An error shows again, and in the window's thread, when the first page needs the same.
            self.done.emit()


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
            self._log,
            self._worker,
            self._read,
            self._base,
            self._session,
        ]
        self._reader = Reader(self)
        self._reader.done.connect(self._next, Qt.ConnectionType.QueuedConnection)
        frame.painted.connect(self._next)

    @Slot()
    def _next(self) -> None:
        if self._steps:
            step = self._steps.pop(0)
            step()
            if step != self._read:  # that one calls when it is done
                QTimer.singleShot(0, self._next)

    def _log(self) -> None:
        from app.look.icons import app_icon
        from app.setup.logbook import open_log

        QGuiApplication.setWindowIcon(app_icon())
        open_log("window")

    def _worker(self) -> None:
        # Before the models: the worker starts up while this process imports them.
        from app.worker.client import WorkerClient

        if self._desk is not None:
            self._client = self._desk.worker()
        else:
            self._client = WorkerClient(self.frame)
            self.frame.closed.connect(self._client.stop)
        self._client.start()

    def _read(self) -> None:
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
    application = QApplication(arguments if arguments is not None else sys.argv[:1])
    application.setApplicationName("Rollcall")
    application.setApplicationDisplayName("Rollcall")
    application.setDesktopFileName("rollcall")
    apply_colours(application, colours_choice())
    CrashWatch(application).install()
    return application
