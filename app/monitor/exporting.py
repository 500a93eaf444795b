"""Exporting the log: where to, and the task that writes it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QDir, QObject, QStandardPaths, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from app.monitor.log_query import LogQuery
from app.monitor.words import count_of

if TYPE_CHECKING:
    from app.monitor.watched_plan import WatchedPlan
    from app.worker.messages import Exported


class Exporting(QObject):
    """Asks for a file and has the worker write the rows of a query to it.

    Signals:
        done(str): a sentence that says how many rows are where.
        failed(object): a Problem.
    """

    done = Signal(str)
    failed = Signal(object)

    def __init__(self, watched: WatchedPlan, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._watched = watched
        self._query = LogQuery()
        self._format = "csv"

    def ask_where(self, window: QWidget, kind: str, query: LogQuery) -> QFileDialog:
        """Open the dialog for the file. The rows are those of the query at this moment."""
        self._query, self._format = query, kind
        documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        dialog = QFileDialog(window, self.tr("Export the provisioning log"), documents or QDir.homePath())
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(
            self.tr("CSV files (*.csv)") if kind == "csv" else self.tr("JSON files (*.json)")
        )
        dialog.setDefaultSuffix(kind)
        dialog.selectFile(f"{self._watched.path.stem}-log.{kind}")
        dialog.fileSelected.connect(self.write)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        return dialog

    @Slot(str)
    def write(self, path: str) -> None:
        """Write the rows to a file."""
        params = self._query.params()
        call = self._watched.ask("export-log", path=str(Path(path)), format=self._format, **params)
        call.finished.connect(self._finish)
        call.failed.connect(self.failed)

    @Slot(object)
    def _finish(self, exported: Exported) -> None:
        rows = count_of(exported.rows, "row", "rows")
        path = QDir.toNativeSeparators(exported.path)
        self.done.emit(self.tr("{0} written to {1}").format(rows, path))
