"""Errors that nobody caught: one window for each kind, with a report that can be read before it is copied."""

from __future__ import annotations

import logging
import platform
import sys
import threading
import traceback
from types import TracebackType

from PySide6.QtCore import QObject, Qt, Signal, Slot, qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
)

from app import __version__
from app.look.icons import Glyph, icon
from app.look.spacing import characters, gap, heading_font, lines, margin
from app.setup.redaction import secrets_seen

_log = logging.getLogger(__name__)

_Error = tuple[type[BaseException], BaseException, TracebackType | None]


class CrashWindow(QDialog):
    """Says that Rollcall has made a mistake, and shows the whole report."""

    def __init__(self, report: str) -> None:
        super().__init__()
        self.setWindowTitle("Rollcall")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        title = QLabel("Rollcall has made a mistake", self)
        title.setFont(heading_font())
        text = QLabel(
            "Something happened that its makers did not think of. Your choices are saved, and you can "
            "most likely go on. If it happens again, close Rollcall, start it anew, and send this report "
            "to whoever supports it. It holds no tokens.",
            self,
        )
        text.setWordWrap(True)
        self.report = QPlainTextEdit(report, self)
        self.report.setReadOnly(True)
        self.report.setTabChangesFocus(True)
        self.report.setAccessibleName("Report")
        self.report.setMinimumSize(characters(90), lines(14))
        self.copy = QPushButton(icon(Glyph.COPY), "&Copy report", self)
        self.copy.setAutoDefault(False)
        self.copy.clicked.connect(self._copy)
        self.go_on = QPushButton("&Go on", self)
        self.go_on.setDefault(True)
        self.go_on.clicked.connect(self.accept)
        column = QVBoxLayout(self)
        column.setContentsMargins(margin(), margin(), margin(), margin())
        column.setSpacing(gap())
        for part in (title, text, self.report):
            column.addWidget(part)
        row = QHBoxLayout()
        row.addWidget(self.copy)
        row.addStretch(1)
        row.addWidget(self.go_on)
        column.addLayout(row)

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.report.toPlainText())


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
        self.crashed.connect(self._show, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        """Hear of every error that nobody catches, in slots and in threads."""
        sys.excepthook = self._from_main
        threading.excepthook = self._from_thread

    def _from_main(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
            return
        self._take((kind, error, trace))

    def _from_thread(self, hooked: threading.ExceptHookArgs) -> None:
        if hooked.exc_value is not None and hooked.exc_type is not SystemExit:
            self._take((hooked.exc_type, hooked.exc_value, hooked.exc_traceback))

    def _take(self, found: _Error) -> None:
        report = make_report(found)
        _log.error("uncaught: %s", report)
        self.crashed.emit(kind_of(found), report)

    @Slot(str, str)
    def _show(self, kind: str, report: str) -> None:
        if kind in self.shown:
            return
        self.shown.add(kind)
        window = CrashWindow(report)
        self._windows.append(window)
        window.show()


def kind_of(found: _Error) -> str:
    """What makes two errors the same: their type, and the line they come from."""
    kind, _, trace = found
    last = traceback.extract_tb(trace)[-1:] if trace is not None else []
    place = f"{last[0].filename}:{last[0].lineno}" if last else ""
    return f"{kind.__name__} {place}"


def make_report(found: _Error) -> str:
    """What a person who mends Rollcall needs, without secrets."""
    head = (
        f"Rollcall {__version__}, Python {platform.python_version()}, Qt {qVersion()}, "
        f"{platform.system()} {platform.release()}"
    )
    return secrets_seen.clean(f"{head}\n\n{''.join(traceback.format_exception(*found))}")
