"""The window of the setup: a thin QWizard around the pages.

The flow decides what follows, the pages say four facts; this class only shows them. One method, ``derive``,
sets every button, the step list and the lines above the buttons.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, QTimer, Signal, Slot
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QWidget, QWizard

from app.look.spacing import characters, lines
from app.wizard.flow import Flow
from app.wizard.frame_looks import LATER, choose_style, may_stop, name_buttons, undo_style
from app.wizard.opening_page import OpeningPage
from app.wizard.page_shelf import PageShelf
from app.wizard.steps import StepList

if TYPE_CHECKING:
    from app.wizard.page import Page
    from app.wizard.parts.more_panel import MorePanel
    from app.wizard.session import Session

_Button = QWizard.WizardButton
_OPENING = 99


class Frame(QWizard):
    """The wizard's window. It paints itself before any page exists; ``set_session`` brings the pages.

    Signals:
        closed(): the window is closed for good; the worker can be ended.
        arrived(str): a page is shown; its key.
        painted(): the window was painted for the first time; now is the time for heavy imports.
    """

    closed = Signal()
    arrived = Signal(str)
    painted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Rollcall")
        self.flow = Flow()
        self.session: Session | None = None
        self.shelf = PageShelf(self)
        self._jumping = False
        self._was_painted = False
        self._completed = False
        self._shown: Page | None = None
        self._insist = False
        self._more: MorePanel | None = None
        choose_style(self)
        self.steps = StepList(self.flow.pages, self)
        self.steps.chosen.connect(self.go_to)
        self.setSideWidget(self.steps)
        self.setPage(_OPENING, OpeningPage(self))
        self.setStartId(_OPENING)
        name_buttons(self)
        self.helpRequested.connect(self.toggle_more)
        self.currentIdChanged.connect(self._on_page)
        self.setMinimumSize(QSize(760, 520))
        # Now and not when it is shown, so that the first picture has none of the style's white.
        self.restart()
        undo_style(self, self.steps)

    def complete(self) -> None:
        """Add what the first picture does not need."""
        if self._completed:
            return
        from PySide6.QtGui import QKeySequence, QShortcut

        self._completed = True
        help_key = QShortcut(QKeySequence(QKeySequence.StandardKey.HelpContents), self)
        help_key.activated.connect(self.toggle_more)
        self.steps.complete()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's own name
        """Room for the widest page at the person's letter size."""
        return QSize(max(1060, characters(165)), max(720, lines(44)))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Tell once that the window is there."""
        super().paintEvent(event)
        if not self._was_painted:
            self._was_painted = True
            # After this event: by then the picture has reached the screen.
            QTimer.singleShot(0, self.painted.emit)

    # Pages

    def set_session(self, session: Session) -> None:
        """Bring the pages; the first one is built and shown now, the others when the event loop is idle."""
        self.complete()
        self.session = session
        session.changed.connect(self.derive)
        self.add_page(self.flow.keys[0])
        self.setStartId(0)
        self._jump(0)
        self.removePage(_OPENING)
        self.setStartId(0)
        self.restart()
        self.shelf.add_rest()

    @property
    def pages(self) -> dict[str, Page]:
        """The pages that were made, by their key."""
        return self.shelf.pages

    def add_page(self, key: str) -> Page:
        """The page of a key, made when it is not there yet."""
        assert self.session is not None
        return self.shelf.add(key, self.session)

    @property
    def page_now(self) -> Page | None:
        """The page that is shown; None until there is one."""
        return self.pages.get(self.key_now)

    @property
    def key_now(self) -> str:
        """The key of the page that is shown; empty until there is one."""
        place = self.currentId()
        return self.flow.keys[place] if 0 <= place < len(self.flow.keys) else ""

    def nextId(self) -> int:  # noqa: N802 - Qt's own name
        """What the flow says."""
        if self.session is None:
            return 0  # the first page, though it is not there yet: so *Next* is shown, and not *Finish*
        key = self.key_now
        after = self.flow.after(key) if key else None
        if after is None:
            return -1
        self.add_page(after)
        return self.flow.keys.index(after)

    # Moving

    def validateCurrentPage(self) -> bool:  # noqa: N802 - Qt's own name
        """Whether *Next* may go on: nothing missing, and the page lets go."""
        page = self.page_now
        if self._jumping:
            return True
        if page is None or self.session is None or (page.busy and not page.leaving):
            return False
        page.apply()
        if page.missing:
            self._insist = True
            self.derive()
            target = page.first_missing()
            if target is not None:
                target.setFocus()
            return False
        if not page.leaving and not page.leave():
            self.derive()
            return False
        self.session.facts.setdefault("visited", set()).add(page.key)
        return True

    @Slot(str)
    def go_to(self, key: str) -> None:
        """Go to a step from the step list or a link of *Review*, without asking the page that is left."""
        page = self.page_now
        if page is None or self.session is None or key not in self.flow.keys:
            return
        if not self.flow.reachable(key, page.key, self.session.plan, self.session.facts) or page.busy:
            return
        page.apply()
        self.session.where = key
        self._save()
        self._jump(self.flow.keys.index(key))

    def resume_at(self, key: str) -> None:
        """Show the page where a saved draft goes on."""
        if self.session is not None:
            self.session.where = key
            self._jump(self.flow.keys.index(key))

    def _jump(self, target: int) -> None:
        """Step by step, so that QWizard's own history (and with it *Back*) stays true."""
        self._jumping = True
        self.setUpdatesEnabled(False)
        try:
            while self.currentId() != target:
                here = self.currentId()
                if here == _OPENING:
                    self.setCurrentId(0)
                elif here > target:
                    self.back()
                else:
                    self.add_page(self.flow.keys[here + 1])
                    self.setCurrentId(here + 1)
                if self.currentId() == here:
                    break
        finally:
            self._jumping = False
            self.setUpdatesEnabled(True)
        self._arrive()

    def changeEvent(self, event: QEvent) -> None:
        """A change of style makes QWizard lay itself out anew."""
        super().changeEvent(event)
        if event.type() in {QEvent.Type.StyleChange, QEvent.Type.PaletteChange}:
            undo_style(self, self.steps)
            name_buttons(self)

    @Slot(int)
    def _on_page(self, place: int) -> None:
        if not self._jumping:
            left, page = self._shown, self.page_now
            if left is not None and page is not None and left is not page:
                left.apply()  # *Back* does not ask a page before it leaves it
                if self.session is not None:
                    self.session.where = page.key
                    self._save()
            self._arrive()

    def _arrive(self) -> None:
        page = self.page_now
        if page is None or self.session is None:
            return
        self.session.where = page.key
        self._shown = page
        self._insist = False
        self._hide_more()
        undo_style(self, self.steps)
        page.ensure_built()
        page.on_show()
        self.derive()
        self._focus(page)
        self.arrived.emit(page.key)

    def _focus(self, page: Page) -> None:
        target = page.initial_focus()
        if target is not None and target.isEnabled():
            target.setFocus()
        else:
            for which in (_Button.NextButton, _Button.CommitButton, _Button.FinishButton):
                button = self.button(which)
                if button.isVisible() and button.isEnabled():
                    button.setFocus()
                    break

    # What is shown

    @Slot()
    def derive(self) -> None:
        """Derive every button, the step list and the lines above the buttons from the page's four facts."""
        page, session = self.page_now, self.session
        if page is None or session is None or self._jumping:
            return
        if not page.missing:
            self._insist = False
        page.strip.show_facts(page.missing, page.busy, page.problem, self._insist)
        self.setWindowTitle(f"{page.heading} - Rollcall" if page.heading else "Rollcall")
        plan, facts, flow = session.plan, session.facts, self.flow
        visited = set(facts.get("visited", ()))
        self.steps.name_steps({key: flow.step(key, plan).title for key in flow.keys})
        self.steps.show_states(
            page.key,
            flow.done(plan, facts),
            frozenset(key for key in visited if flow.missing(key, plan, facts)),
            frozenset(
                key for key in flow.keys if not page.busy and flow.reachable(key, page.key, plan, facts)
            ),
        )
        self.steps.about.setText(
            f"{session.profile.title} - practice" if session.practice_app else session.profile.title
        )
        back = self.button(_Button.BackButton)
        back.setEnabled(not page.busy and flow.before(page.key) is not None)
        committed = flow.committed(page.key)
        running = committed and bool(page.busy)
        self.button(_Button.CancelButton).setEnabled(True)
        self.button(_Button.CancelButton).setToolTip("" if running else LATER)
        self.button(_Button.HelpButton).setVisible(page.learn_more is not None)

    @Slot()
    def toggle_more(self) -> None:
        """Show or hide *Learn more* of the page (F1)."""
        page = self.page_now
        if page is None or page.learn_more is None:
            return
        if self._more is not None:
            self._hide_more()
            return
        from app.wizard.parts.more_panel import MorePanel

        more = page.learn_more
        self._more = MorePanel(more.title, more.url, more.sentences, page)
        self._more.closed.connect(self._hide_more)
        page.show_more(self._more)
        self._more.open.setFocus()

    @Slot()
    def _hide_more(self) -> None:
        more, self._more = self._more, None
        if more is not None:
            more.hide()
            more.deleteLater()

    def _save(self) -> None:
        page, session = self.page_now, self.session
        if session is not None:
            problem = session.save()
            if problem is not None and page is not None:
                page.problem = problem

    # The end

    @property
    def running(self) -> bool:
        """Whether the work has been started and goes on."""
        page = self.page_now
        return page is not None and self.flow.committed(page.key) and bool(page.busy)

    def may_close(self) -> bool:
        """Ask once, and only while the work runs; before that nothing is lost by closing."""
        if not self.running or not self.isVisible():
            return True
        return may_stop(self)

    def shut(self) -> None:
        """Close without asking, for those who drive the window and not for a person; the work is stopped."""
        self._leave()
        super().reject()

    def reject(self) -> None:
        """Esc and *Close*: keep everything and close."""
        if self.may_close():
            self._leave()
            super().reject()

    def accept(self) -> None:
        """*Finish*."""
        self._leave()
        super().accept()

    def _leave(self) -> None:
        self.shelf.stop()
        page, session = self.page_now, self.session
        if page is not None and session is not None:
            if self.running:
                page.stop()  # the worker may outlive this window: a monitor can be open
            page.apply()
            session.save()
        self.closed.emit()
