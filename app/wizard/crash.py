"""Errors that nobody caught: one window for each kind, with a report that can be read before it is copied."""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject, Signal, Slot, qVersion

if TYPE_CHECKING:
    from types import TracebackType

    from app.wizard.crash_window import CrashWindow

    _Error = tuple[type[BaseException], BaseException, TracebackType | None]


class CrashWatch(QObject):
    """Takes over the hooks for uncaught errors of this process.

    Attributes:
        shown: kinds of error that had their window already.

    Signals:
        crashed(str, str): kind and report of an error; goes through the event loop, so errors of any thread
            arrive in the window's.
    """

    crashed = Signal(str, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.shown: set[str] = set()
        self._windows: list[CrashWindow] = []
        self._heard = False

    def install(self) -> None:
        """Hear of every error that nobody catches, in slots and in threads."""
        sys.excepthook = self._from_main
        threading.excepthook = self._from_thread

    def _from_main(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            QCoreApplication.quit()
            return
        self._take((kind, error, trace))

    def _from_thread(self, hooked: threading.ExceptHookArgs) -> None:
        if hooked.exc_value is not None and hooked.exc_type is not SystemExit:
            self._take((hooked.exc_type, hooked.exc_value, hooked.exc_traceback))

    def _take(self, found: _Error) -> None:
        import logging

        from PySide6.QtCore import Qt  # here: the window's first picture does not wait for it

        if not self._heard:
            self._heard = True
            self.crashed.connect(self._show, Qt.ConnectionType.QueuedConnection)
        report = make_report(found)
        logging.getLogger(__name__).error("uncaught: %s", report)
        self.crashed.emit(kind_of(found), report)

    @Slot(str, str)
    def _show(self, kind: str, report: str) -> None:
        if kind in self.shown:
            return
        from app.wizard.crash_window import CrashWindow

        self.shown.add(kind)
        window = CrashWindow(report)
        self._windows.append(window)
        window.show()


def kind_of(found: _Error) -> str:
    """What makes two errors the same: their type, and the line they come from."""
    import traceback

    kind, _, trace = found
    last = traceback.extract_tb(trace)[-1:] if trace is not None else []
    place = f"{last[0].filename}:{last[0].lineno}" if last else ""
    return f"{kind.__name__} {place}"


def make_report(found: _Error) -> str:
    """What a person who mends Rollcall needs, without secrets."""
    import platform
    import traceback

    from app import __version__
    from app.setup.redaction import secrets_seen

    head = (
        f"Rollcall {__version__}, Python {platform.python_version()}, Qt {qVersion()}, "
        f"{platform.system()} {platform.release()}"
    )
    return secrets_seen.clean(f"{head}\n\n{''.join(traceback.format_exception(*found))}")
