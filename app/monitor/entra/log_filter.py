"""The bar above the log of Microsoft's service: text, result, action, time, and the export."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QDate, QDateTime, QTime, QTimer, Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QDateEdit,
    QHBoxLayout,
    QLabel,
    QWidget,
)

from app.look.spacing import gap
from app.monitor.filter_parts import ExportButton, choice_box, search_field
from app.monitor.words import ACTIONS, STATUSES

_TYPING_PAUSE = 400
_HOURS = ((1, "Last hour"), (24, "Last 24 hours"), (24 * 7, "Last 7 days"), (24 * 30, "Last 30 days"))
_BETWEEN = -1


@dataclass(frozen=True, slots=True)
class EntraLogFilters:
    """Which rows; the names are the parameters of ``entra-log``. Moments are ISO 8601; empty means any."""

    status: str = ""
    action: str = ""
    user: str = ""
    since: str = ""
    until: str = ""

    @property
    def narrows(self) -> bool:
        """Whether it leaves rows out."""
        return self != EntraLogFilters()

    def params(self) -> dict[str, str]:
        """The parameters of the tasks ``entra-log`` and ``entra-export-log``."""
        return {
            "status": self.status,
            "action": self.action,
            "user": self.user,
            "since": self.since,
            "until": self.until,
        }


class EntraLogFilter(QWidget):
    """Lets a person narrow the log down.

    Signals:
        wanted(): the filter is another one; read it with :meth:`filters`.
        export_wanted(str): the rows of the filter are to be written as ``csv`` or ``json``.
    """

    wanted = Signal()
    export_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.search = search_field(self.tr("Part of a name, or an id"), self)
        self.status = choice_box(STATUSES, self.tr("All results"), self)
        self.action = choice_box(ACTIONS, self.tr("All actions"), self)
        self.time = QComboBox(self)
        self.time.addItem(self.tr("Any time"), 0)
        for hours, text in _HOURS:
            self.time.addItem(self.tr(text), hours)
        self.time.addItem(self.tr("Between two days"), _BETWEEN)
        self.first, self.last = self._day(self.tr("From this day")), self._day(self.tr("To this day"))
        self.first.setDate(QDate.currentDate().addDays(-7))
        self.export = ExportButton(self)
        self.export.wanted.connect(self.export_wanted)
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(_TYPING_PAUSE)
        self._lay_out()
        self._connect()

    def _day(self, name: str) -> QDateEdit:
        field = QDateEdit(QDate.currentDate(), self)
        field.setCalendarPopup(True)
        field.setAccessibleName(name)
        field.setToolTip(name)
        field.setVisible(False)
        return field

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(gap())
        for text, widget in (
            (self.tr("Sea&rch"), self.search),
            (self.tr("R&esult"), self.status),
            (self.tr("&Action"), self.action),
            (self.tr("&Time"), self.time),
        ):
            label = QLabel(text, self)
            label.setBuddy(widget)
            widget.setAccessibleName(text.replace("&", ""))
            row.addWidget(label)
            row.addWidget(widget, 1 if widget is self.search else 0)
        row.addWidget(self.first)
        row.addWidget(self.last)
        row.addStretch(1)
        row.addWidget(self.export)

    def _connect(self) -> None:
        self.search.textChanged.connect(self._typed)
        self.search.returnPressed.connect(self._settle)
        self._typing.timeout.connect(self.wanted)
        self.status.currentIndexChanged.connect(self._settle)
        self.action.currentIndexChanged.connect(self._settle)
        self.time.currentIndexChanged.connect(self._choose_time)
        self.first.dateChanged.connect(self._typed)
        self.last.dateChanged.connect(self._typed)

    def filters(self) -> EntraLogFilters:
        """What is chosen now. A length of time is counted back from this moment."""
        hours, since, until = int(self.time.currentData()), "", ""
        if hours > 0:
            since = _iso(QDateTime.currentDateTimeUtc().addSecs(-3600 * hours))
        elif hours == _BETWEEN:
            first, last = sorted((self.first.date(), self.last.date()), key=QDate.toJulianDay)
            since = _iso(QDateTime(first, QTime(0, 0)).toUTC())
            until = _iso(QDateTime(last.addDays(1), QTime(0, 0)).toUTC())
        return EntraLogFilters(
            status=str(self.status.currentData()),
            action=str(self.action.currentData()),
            user=self.search.text().strip(),
            since=since,
            until=until,
        )

    def clear(self) -> None:
        """Show everything again."""
        widgets = (self.search, self.status, self.action, self.time)
        for widget in widgets:
            widget.blockSignals(True)
        self.search.clear()
        for box in (self.status, self.action, self.time):
            box.setCurrentIndex(0)
        for widget in widgets:
            widget.blockSignals(False)
        self._choose_time()

    @Slot()
    def _typed(self) -> None:
        self._typing.start()

    @Slot()
    def _settle(self) -> None:
        self._typing.stop()
        self.wanted.emit()

    @Slot()
    def _choose_time(self) -> None:
        between = self.time.currentData() == _BETWEEN
        self.first.setVisible(between)
        self.last.setVisible(between)
        self._settle()


def _iso(moment: QDateTime) -> str:
    return moment.toString("yyyy-MM-ddTHH:mm:ssZ")
