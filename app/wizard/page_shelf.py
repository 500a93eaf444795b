"""The pages of the window: made late, one by one, and exchanged when the place of the work changes."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, QTimer, Slot

from app.wizard.flow import COMMIT

if TYPE_CHECKING:
    from app.wizard.frame import Frame
    from app.wizard.page import Page
    from app.wizard.session import Session


class PageShelf(QObject):
    """Makes the pages of the flow and puts them into the frame.

    Attributes:
        pages: those that were made, by their key.
    """

    def __init__(self, frame: Frame) -> None:
        super().__init__(frame)
        self._frame = frame
        self.pages: dict[str, Page] = {}
        self._rest: list[str] = []

    def add(self, key: str, session: Session) -> Page:
        """The page of a key, as it is where the plan runs; made when it is not there yet."""
        flow = self._frame.flow
        step, place = flow.step(key, session.plan), flow.keys.index(key)
        old = self.pages.get(key)
        if old is not None:
            if type(old).__name__ == step.kind or old is self._frame.page_now:
                return old
            # The plan runs elsewhere now, where this step has another page.
            del self.pages[key]
            self._frame.removePage(place)
            old.deleteLater()
            if key in self.pages:  # QWizard asked for it meanwhile
                return self.pages[key]
        kind = getattr(importlib.import_module(step.module), step.kind)
        page = cast("Page", kind(session))
        page.key = key
        page.changed.connect(self._frame.derive)
        go_to = getattr(page, "go_to", None)
        if go_to is not None:
            go_to.connect(self._frame.resume_at if place == 0 else self._frame.go_to)
        if key == COMMIT:
            page.setCommitPage(True)
        self.pages[key] = page
        self._frame.setPage(place, page)
        return page

    def add_rest(self) -> None:
        """Make all others, one each time the event loop is idle."""
        self._rest = [key for key in self._frame.flow.keys if key not in self.pages]
        QTimer.singleShot(0, self, self._add_next)

    def stop(self) -> None:
        """The window is closed: pages that were not made yet are not needed any more."""
        self._rest.clear()

    @Slot()
    def _add_next(self) -> None:
        session = self._frame.session
        if self._rest and session is not None:
            self.add(self._rest.pop(0), session)
            QTimer.singleShot(0, self, self._add_next)
