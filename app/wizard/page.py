"""What every page is: a heading, a body that scrolls when the window is small, and four facts.

A page never touches the frame's buttons. It says what is missing, whether it is busy and what went wrong, and
emits one signal; the frame derives every button and panel from that.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget, QWizardPage

from app.look.spacing import characters, gap, margin
from app.wizard.parts.heading import Heading
from app.wizard.parts.strip import StatusStrip

if TYPE_CHECKING:
    from app.setup.problem import Problem
    from app.wizard.session import Session


PORTAL_PAGE = (
    "https://learn.microsoft.com/entra/identity/app-provisioning/configure-automatic-user-provisioning-portal"
)


@dataclass(frozen=True, slots=True)
class LearnMore:
    """Microsoft's page for a step, and two or three sentences for those who need no more."""

    title: str
    url: str
    sentences: tuple[str, ...]


class Page(QWizardPage):
    """One step of the setup.

    Subclasses set ``key``, ``heading``, ``lead`` and ``learn_more``, and override ``build`` (once, on the
    first show), ``on_show`` (widgets from the plan, each time), ``apply`` (plan from the widgets),
    ``initial_focus`` and ``describe``. Widgets go into ``self.body``.

    Attributes:
        key: the page's key in the flow.
        heading: its main instruction.
        lead: one or two sentences under the heading; may be empty.
        scrolls: whether the body scrolls as a whole; False where a table in it scrolls by itself.

    Signals:
        changed(): one of the four facts changed.
        retry(): the person pressed *Try again* in the problem panel.
    """

    changed = Signal()
    retry = Signal()

    key: str = ""
    heading: str = ""
    lead: str = ""
    scrolls: bool = True

    def __init__(self, setup: Session) -> None:
        super().__init__()
        self.setup = setup
        self.setObjectName(self.key)
        self._missing = ""
        self._busy = ""
        self._problem: Problem | None = None
        self.built = False
        self.leaving = False
        outer = QVBoxLayout(self)
        # At the right a margin's breadth is the body's own, so that a scroll bar stands beside the cards.
        outer.setContentsMargins(margin() + gap(), margin(), gap(), gap())
        outer.setSpacing(gap())
        self.heading_part = Heading(self.heading, self.lead, self)
        outer.addWidget(self.heading_part)
        self._inner = QWidget(self)
        self.body = QVBoxLayout(self._inner)
        self.body.setContentsMargins(0, gap(), margin(), gap())
        self.body.setSpacing(margin())
        outer.addWidget(self._frame_body(), 1)
        self.strip = StatusStrip(self)
        self.strip.setContentsMargins(0, 0, margin(), 0)
        self.strip.retry.connect(self.retry)
        outer.addWidget(self.strip)

    def _frame_body(self) -> QWidget:
        if not self.scrolls:
            return self._inner
        area = QScrollArea(self)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        # The body lies on the window's own ground; a scroll area would paint a second one.
        area.viewport().setAutoFillBackground(False)
        self._inner.setAutoFillBackground(False)
        area.setWidget(self._inner)
        self.area = area
        return area

    # The four facts

    @property
    def missing(self) -> str:
        """What is still needed before *Next* works, as the end of "Still missing: ..."; empty = valid."""
        return self._missing

    @missing.setter
    def missing(self, text: str) -> None:
        if text != self._missing:
            self._missing = text
            self._say_changed()

    @property
    def busy(self) -> str:
        """What is being waited for, as a status line; empty while idle."""
        return self._busy

    @busy.setter
    def busy(self, text: str) -> None:
        if text != self._busy:
            self._busy = text
            self._say_changed()

    @property
    def problem(self) -> Problem | None:
        """What went wrong, shown above the buttons with its remedy; None when nothing did."""
        return self._problem

    @problem.setter
    def problem(self, problem: Problem | None) -> None:
        if problem is not self._problem:
            self._problem = problem
            self._say_changed()

    def _say_changed(self) -> None:
        # In this order: QWizard sets its buttons on the second word, and the frame has the last one.
        self.completeChanged.emit()
        self.changed.emit()

    def set_heading(self, heading: str, lead: str | None = None) -> None:
        """Change the main instruction, and the sentences under it when given."""
        self.heading = heading
        if lead is not None:
            self.lead = lead
        self.heading_part.set_texts(self.heading, self.lead)
        self.changed.emit()

    # What subclasses override

    def build(self) -> None:
        """Make the widgets, once, before the page is shown for the first time."""

    @property
    def learn_more(self) -> LearnMore | None:
        """What F1 shows; None for nothing."""
        return None

    def on_show(self) -> None:
        """Fill the widgets from the plan. Called each time the page comes up."""

    def apply(self) -> None:
        """Write the widgets to the plan. Called before the page is left in any direction, and on close."""

    def initial_focus(self) -> QWidget | None:
        """Where the caret goes when the page comes up; None leaves it on the default button."""
        return None

    def first_missing(self) -> QWidget | None:
        """Where the caret goes when *Next* is pressed while something is missing."""
        return self.initial_focus()

    def describe(self) -> list[tuple[str, str]]:
        """The page's decisions for *Review*: what, and what was chosen."""
        return []

    def leave(self) -> bool:
        """Whether *Next* may go on at once. Return False after asking the worker, then call :meth:`go_on`."""
        return True

    def stop(self) -> None:
        """Stop the work that goes on on this page: the window is closed, and the person said so."""

    # What they use

    def refresh_missing(self) -> None:
        """Take what is missing from the flow's rules for this page."""
        self.missing = self.setup.missing(self.key)

    def show_more(self, panel: QWidget) -> None:
        """Put the *Learn more* panel above all that the body holds, as wide as that (the frame's)."""
        self.body.insertWidget(0, panel)
        if self.scrolls:
            self.area.verticalScrollBar().setValue(0)

    def go_on(self) -> None:
        """Go to the next page now: what ``leave`` waited for is there."""
        wizard = self.wizard()
        if wizard is not None and wizard.currentPage() is self:
            self.leaving = True
            try:
                wizard.next()
            finally:
                self.leaving = False

    # Qt

    def ensure_built(self) -> None:
        """Build the page if it was not yet."""
        if not self.built:
            self.built = True
            self.build()
            if self.scrolls:
                self.body.addStretch(1)

    def isComplete(self) -> bool:  # noqa: N802 - Qt's own name
        """*Next* stays pressable while something is missing: pressing it says what and puts the caret
        there."""
        return not self._busy

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's own name
        """Wide enough for comfortable lines; the frame gives what there is."""
        return QSize(characters(80), characters(60))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's own name
        """Small: the body scrolls."""
        return QSize(characters(40), characters(20))
