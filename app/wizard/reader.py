"""What takes long to import, read in a thread after the window's first paint."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from app.setup.profile import ProfileShelf


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
