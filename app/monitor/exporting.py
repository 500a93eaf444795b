"""Writing the log to a file: where to, the task that writes it, and how far it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QDir, QObject, QStandardPaths, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from app.monitor.words import count_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from app.monitor.watched_plan import WatchedPlan
    from app.setup.problem import Problem
    from app.worker.call import Call
    from app.worker.messages import Event, Exported


class Exporting(QObject):
    """Asks for a file and has the worker write the rows of a filter to it, one file at a time.

    Args:
        task: ``export-log``, or ``entra-export-log`` for the log of Microsoft's service.
        stem: what the file is called behind the plan's name.

    Signals:
        said(str): how far it is; empty when that is no news any more.
        done(str): a sentence that says how many rows are where.
        failed(object): a Problem.
        busy_changed(bool): whether one is being written.
    """

    said = Signal(str)
    done = Signal(str)
    failed = Signal(object)
    busy_changed = Signal(bool)

    def __init__(
        self, watched: WatchedPlan, parent: QObject | None = None, task: str = "export-log", stem: str = "log"
    ) -> None:
        super().__init__(parent)
        self._watched = watched
        self._task, self._stem = task, stem
        self._params: dict[str, Any] = {}
        self._format = "csv"
        self._call: Call | None = None

    def ask_where(self, window: QWidget, kind: str, params: Mapping[str, Any]) -> QFileDialog:
        """Open the dialog for the file. The rows are those of the filter at this moment."""
        self.prepare(kind, params)
        documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        dialog = QFileDialog(window, self.tr("Export the provisioning log"), documents or QDir.homePath())
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(
            self.tr("CSV files (*.csv)") if kind == "csv" else self.tr("JSON files (*.json)")
        )
        dialog.setDefaultSuffix(kind)
        dialog.selectFile(f"{self._watched.path.stem}-{self._stem}.{kind}")
        dialog.fileSelected.connect(self.write)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        return dialog

    def prepare(self, kind: str, params: Mapping[str, Any]) -> None:
        """Which rows are written, by the task's parameters, and how: ``csv`` or ``json``."""
        self._params, self._format = dict(params), kind

    @Slot(str)
    def write(self, path: str) -> None:
        """Write the rows to a file."""
        if self._call is not None:
            return
        self._call = self._watched.ask(self._task, path=path, format=self._format, **self._params)
        self._call.event.connect(self._hear)
        self._call.finished.connect(self._finish)
        self._call.failed.connect(self._miss)
        self.busy_changed.emit(True)
        self.said.emit(self.tr("Writing the log…"))

    @Slot()
    def stop(self) -> None:
        """Write no more; no part of the file is left."""
        if self._call is not None:
            self._call.cancel()

    @Slot(object)
    def _hear(self, event: Event) -> None:
        if event.event == "progress":
            self.said.emit(self.tr("Writing the log: {0}…").format(count_of(event.done, "row", "rows")))

    @Slot(object)
    def _finish(self, exported: Exported) -> None:
        self._call = None
        self.busy_changed.emit(False)
        rows = count_of(exported.rows, "row", "rows")
        path = QDir.toNativeSeparators(exported.path)
        self.done.emit(self.tr("{0} written to {1}").format(rows, path))

    @Slot(object)
    def _miss(self, problem: Problem) -> None:
        self._call = None
        self.busy_changed.emit(False)
        if problem.code == "CANCELLED":
            self.done.emit(self.tr("Stopped; no file was written."))
            return
        self.said.emit("")
        self.failed.emit(problem)
