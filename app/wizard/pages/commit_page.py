"""*Review*, wherever provisioning runs: all decisions, each with the way back to its page."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QTabWidget, QWidget

from app.wizard.flow import COMMIT
from app.wizard.page import Page
from app.wizard.pages.decisions import Decisions, Section

if TYPE_CHECKING:
    from app.wizard.frame import Frame


class CommitPage(Page):
    """Lists what the pages before it say of themselves.

    Attributes:
        decisions: the list; the first tab.
        tabs: the pages of the two roads add what will be sent.
    """

    key = COMMIT
    scrolls = False

    def build(self) -> None:
        """Make the tabs with the decisions; where they stand is for the page to say."""
        self.decisions = Decisions(self)
        self.decisions.change.connect(self._go_to)
        self.tabs = QTabWidget(self)
        # Without a pane of its own: in dark colours a pane is too light for muted text.
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(self.decisions, "Yo&ur decisions")

    def on_show(self) -> None:
        """List the decisions."""
        wizard = self.wizard()
        pages = cast("Frame", wizard).pages if wizard is not None else {}
        sections = []
        for key, title in self._pages_before():
            page = pages.get(key)
            told = tuple(page.describe()) if page is not None else ()
            missing = self.setup.missing(key)
            if told or missing:
                sections.append(Section(key, title, told, missing))
        self.decisions.show_sections(sections)

    def initial_focus(self) -> QWidget | None:
        """The first way back; never the button that starts the work."""
        return self.decisions.cards[0].button if self.decisions.cards else self.tabs

    def first_open_page(self) -> str:
        """The title of the first page that still misses something; empty when none does."""
        return next((title for key, title in self._pages_before() if self.setup.missing(key)), "")

    def _pages_before(self) -> list[tuple[str, str]]:
        """Key and title of each page before this one."""
        flow = self.setup.flow
        keys = flow.keys[: flow.keys.index(COMMIT)]
        return [(key, flow.step(key, self.setup.plan).title) for key in keys]

    @Slot(str)
    def _go_to(self, key: str) -> None:
        wizard = self.wizard()
        if wizard is not None:
            cast("Frame", wizard).go_to(key)
