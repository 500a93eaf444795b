"""When the next cycle is due: 40 minutes after the last one ended, as Entra's own service does it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from PySide6.QtCore import QObject, QTimer, Signal, Slot

CYCLE_EVERY = timedelta(minutes=40)
"""Microsoft: incremental cycles "occur approximately every 40 minutes" (the tutorial, step 5)."""
GRACE = timedelta(minutes=1)
"""A cycle that became due while Rollcall was closed waits so long, so that a person can pause it."""

_TICK = 1_000


class Schedule(QObject):
    """Waits for a moment by the wall clock, so that a computer which slept is not late by its sleep.

    Signals:
        due(): the moment has come. It is forgotten then.
    """

    due = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._at: datetime | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK)
        self._timer.timeout.connect(self.look)

    @property
    def at(self) -> datetime | None:
        """The moment that is waited for."""
        return self._at

    def wait_for(self, moment: datetime | None) -> None:
        """Wait for another moment, or for none."""
        self._at = moment
        if moment is None:
            self._timer.stop()
        elif not self._timer.isActive():
            self._timer.start()

    @Slot()
    def look(self) -> None:
        """See whether the moment has come."""
        if self._at is not None and datetime.now(UTC) >= self._at:
            self.wait_for(None)
            self.due.emit()
