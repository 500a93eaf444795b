"""Opens the window: painted at once, everything heavy after the first paint."""

from __future__ import annotations

import sys
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from app.look.palette import apply_colours
from app.wizard.frame import Frame


class Opening(QObject):
    """The steps from the first paint to the first page: small slots, so that the window answers between them.

    Attributes:
        frame: the window.
    """

    def __init__(self, frame: Frame) -> None:
        super().__init__(frame)
        self.frame = frame
        self._steps: list[Callable[[], None]] = [
            self._log,
            self._worker,
            self._models,
            self._profiles,
            self._session,
        ]
        frame.painted.connect(self._next)

    @Slot()
    def _next(self) -> None:
        if self._steps:
            self._steps.pop(0)()
            QTimer.singleShot(0, self._next)

    def _log(self) -> None:
        from app.look.icons import app_icon
        from app.setup.logbook import open_log

        QGuiApplication.setWindowIcon(app_icon())
        open_log("window")

    def _worker(self) -> None:
        # Before the models: the worker starts up while this process imports them.
        from app.worker.client import WorkerClient

        self._client = WorkerClient(self.frame)
        self.frame.closed.connect(self._client.stop)
        self._client.start()

    def _models(self) -> None:
        import pydantic  # noqa: F401 - the import is the point: it takes longer than all the rest

    def _profiles(self) -> None:
        import app.setup.profile  # noqa: F401
        import app.wizard.page  # noqa: F401

    def _session(self) -> None:
        from app.wizard.session import Session

        self.frame.set_session(Session(self._client, parent=self.frame))


def make_application(arguments: list[str] | None = None) -> QApplication:
    """The one application object, with name, colours and crash window."""
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    application = QApplication(arguments if arguments is not None else sys.argv[:1])
    application.setApplicationName("Rollcall")
    application.setApplicationDisplayName("Rollcall")
    application.setDesktopFileName("rollcall")
    apply_colours(application)
    return application


def open_window(arguments: list[str]) -> int:
    """Show the wizard and stay until it is closed.

    Args:
        arguments: of the command line; ``practice`` is what a new setup is set to anyway.

    Returns:
        The exit code.
    """
    application = make_application()
    frame = Frame()
    opening = Opening(frame)
    opening.setObjectName("opening")
    frame.show()
    return application.exec()
