"""The bar above the log of Microsoft's service: text, result, action, time, and the export."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QDate, QDateTime, QTime, Slot
from PySide6.QtWidgets import QComboBox, QDateEdit, QWidget

from app.monitor.filter_parts import LogBar

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


class EntraLogFilter(LogBar):
    """Lets a person narrow the log down. Read what is chosen with :meth:`filters`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_TYPING_PAUSE, parent)
        self.search.setPlaceholderText(self.tr("Part of a name, or an id"))
        self.time = QComboBox(self)
        self.time.addItem(self.tr("Any time"), 0)
        for hours, text in _HOURS:
            self.time.addItem(self.tr(text), hours)
        self.time.addItem(self.tr("Between two days"), _BETWEEN)
        self.first, self.last = self._day(self.tr("From this day")), self._day(self.tr("To this day"))
        self.first.setDate(QDate.currentDate().addDays(-7))
        self.lay_out([(self.tr("&Time"), self.time)], (self.first, self.last))
        self.time.currentIndexChanged.connect(self._choose_time)
        self.first.dateChanged.connect(self._typed)
        self.last.dateChanged.connect(self._typed)

    def _day(self, name: str) -> QDateEdit:
        field = QDateEdit(QDate.currentDate(), self)
        field.setCalendarPopup(True)
        field.setAccessibleName(name)
        field.setToolTip(name)
        field.setVisible(False)
        return field

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
        self.set_back(self.time)
        self._choose_time()

    @Slot()
    def _choose_time(self) -> None:
        between = self.time.currentData() == _BETWEEN
        self.first.setVisible(between)
        self.last.setVisible(between)
        self._settle()


def _iso(moment: QDateTime) -> str:
    return moment.toString("yyyy-MM-ddTHH:mm:ssZ")
