"""Signing in to Microsoft Entra, or to the practice tenant: who is in, and the ways in and out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from app.look.announce import announce
from app.look.card import Card
from app.look.icons import Glyph, icon
from app.look.notice import Notice
from app.look.palette import Tone
from app.look.spacing import gap, scaled_font
from app.wizard.flow_entra import in_entra, signs_in_to_practice
from app.wizard.parts.latest import LatestAnswer

if TYPE_CHECKING:
    from app.setup.problem import Problem
    from app.wizard.session import Session
    from app.worker.client import Call
    from app.worker.messages import Event, PracticeTenantReady, SignedIn

CODE_CLOSES = 20_000
"""Milliseconds that a sign-in has to end after it was stopped: the browser's part may be slow to let go."""


def code_in(text: str) -> str:
    """The code that a device sign-in asks one to type; empty when the text has none."""
    found = re.search(r"\bcode ([A-Z0-9-]{6,12})\b", text)
    return found.group(1) if found else ""


def address_in(text: str) -> str:
    """The address where the code is typed; empty when the text has none."""
    found = re.search(r"https://[^\s,]+[^\s,.]", text)
    return found.group(0) if found else ""


def may_write(signed_in: SignedIn | None) -> bool:
    """Whether the sign-in may change things in the tenant."""
    return signed_in is not None and any("readwrite" in scope.casefold() for scope in signed_in.scopes)


class SignInCard(Card):
    """Who is signed in; keeps it in ``facts["signed_in"]``.

    Signals:
        changed(): somebody signed in or out, or it began or ended.
        failed(object): the Problem that kept somebody from signing in.
    """

    changed = Signal()
    failed = Signal(object)

    def __init__(self, setup: Session, parent: QWidget | None = None, write: bool = False) -> None:
        """Make the card; with ``write`` it asks to write, and hides when that is allowed."""
        super().__init__("Allow writing" if write else "Sign in", parent)
        self._setup = setup
        self._write = write
        self._call: Call | None = None
        # Nobody being signed in is not a problem, but what the buttons are there for: failures are not told.
        self._whoami = LatestAnswer(setup.worker, "entra-whoami", self)
        self._whoami.answered.connect(self._recognise)
        self.who = QLabel(self)
        self.who.setWordWrap(True)
        self.browser = QPushButton(icon(Glyph.LINK), "Sign &in with the browser", self)
        self.browser.clicked.connect(self._by_browser)
        self.device = QPushButton(icon(Glyph.KEY), "Sign in with a co&de", self)
        self.device.setToolTip("For a computer without a browser, or to sign in on another one")
        self.device.clicked.connect(self._by_device)
        self.practice = QPushButton(icon(Glyph.RUN), "&Enter the practice tenant", self)
        self.practice.clicked.connect(self.enter_practice)
        self.cancel = QPushButton(icon(Glyph.STOP), "S&top signing in", self)
        self.cancel.clicked.connect(self.stop)
        self.out = QPushButton(icon(Glyph.CLOSE), "Sign &out", self)
        self.out.clicked.connect(self.sign_out)
        row = QHBoxLayout()
        row.setSpacing(gap())
        for button in (self.practice, self.browser, self.device, self.cancel, self.out):
            button.setAutoDefault(False)
            row.addWidget(button)
        row.addStretch(1)
        self.column.addWidget(self.who)
        self.column.addLayout(row)
        self._build_code()

    def _build_code(self) -> None:
        self.told = Notice("", Tone.ACCENT, self)
        self.code = QLabel(self)
        self.code.setFont(scaled_font(1.8, bold=True))
        self.code.setAccessibleName("Code to type")
        self.copy = QPushButton(icon(Glyph.COPY), "Cop&y code", self)
        self.copy.clicked.connect(self._copy)
        self.open = QPushButton(icon(Glyph.LINK), "Open the &page to type it", self)
        self.open.clicked.connect(self._open)
        row = QHBoxLayout()
        row.setSpacing(gap() * 2)
        row.addWidget(self.code)
        for button in (self.copy, self.open):
            button.setAutoDefault(False)
            row.addWidget(button)
        row.addStretch(1)
        self.column.addWidget(self.told)
        self.column.addLayout(row)
        self._address = ""
        self._show_code("")

    # Who is in

    @property
    def signed_in(self) -> SignedIn | None:
        """Who is signed in; None for nobody."""
        return self._setup.facts.get("signed_in")

    @property
    def busy(self) -> str:
        """What is waited for; empty while nothing is."""
        if self._call is None:
            return ""
        if self._call.task == "entra-sign-out":
            return "Signing out..."
        if signs_in_to_practice(self._setup.plan):
            return "Entering the practice tenant..."
        return "Waiting for the sign-in to be finished..."

    def look(self) -> None:
        """Show who is in; ask the worker when that is not known."""
        self._whoami.drop()  # it may have been asked about another tenant
        self._arrange()
        if self.signed_in is not None or self._call is not None:
            return
        if signs_in_to_practice(self._setup.plan) and not self._running:
            return  # the practice tenant of the last time is gone
        self._whoami.ask_now({}, self._setup.plan, self._setup.plan_path)

    @property
    def _running(self) -> bool:
        return bool(self._setup.plan.entra.graph and self._setup.facts.get("practice_tenant"))

    def _ask(self, task: str, params: dict[str, Any]) -> Call:
        return self._setup.worker.ask(task, self._setup.plan, params, self._setup.plan_path)

    def sign_in(self, method: str) -> None:
        """Begin to sign in."""
        if self._call is not None:
            return
        self._show_code("")
        self._call = self._ask("entra-sign-in", {"method": method, "write": self._write})
        self._call.event.connect(self._hear)
        self._call.finished.connect(self._enter)
        self._call.failed.connect(self._fail)
        self._arrange()
        self.changed.emit()

    @Slot()
    def _by_browser(self) -> None:
        self.sign_in("browser")

    @Slot()
    def _by_device(self) -> None:
        self.sign_in("device")

    @Slot()
    def enter_practice(self) -> None:
        """Start the practice tenant where it does not run, then sign in there."""
        if self._call is not None:
            return
        if self._running:
            self.sign_in("practice")
            return
        self._call = self._ask("practice-tenant", {})
        self._call.finished.connect(self._take_tenant)
        self._call.failed.connect(self._fail)
        self._arrange()
        self.changed.emit()

    @Slot(object)
    def _take_tenant(self, ready: PracticeTenantReady) -> None:
        self._call = None
        self._setup.take_practice_tenant(ready)
        self.sign_in("practice")

    @Slot()
    def stop(self) -> None:
        """Wait for the sign-in no longer."""
        if self._call is not None:
            self._call.cancel(CODE_CLOSES)

    @Slot()
    def sign_out(self) -> None:
        """Forget the sign-in and all that came with it."""
        if self._call is not None:
            return
        self._call = self._ask("entra-sign-out", {})
        self._call.finished.connect(self._leave)
        self._call.failed.connect(self._fail)
        self._arrange()
        self.changed.emit()

    # Answers

    @Slot(object)
    def _hear(self, event: Event) -> None:
        if event.event == "notice":
            self._show_code(event.text)

    def _show_code(self, text: str) -> None:
        code = code_in(text)
        self._address = address_in(text)
        self.told.set_message(text)
        self.code.setText(code)
        for part in (self.code, self.copy):
            part.setVisible(bool(code))
        self.open.setVisible(bool(self._address))
        if code:
            announce(self, text)

    @Slot(object)
    def _enter(self, who: SignedIn) -> None:
        self._call = None
        self._setup.facts["signed_in"] = who
        self._end()
        announce(self, self.who.text())

    @Slot(object)
    def _leave(self, _done: object) -> None:
        self._call = None
        self._setup.facts.pop("signed_in", None)
        self._end()

    @Slot(object)
    def _recognise(self, who: SignedIn) -> None:
        """Somebody was signed in from an earlier time."""
        if self._call is None:
            self._enter(who)

    @Slot(object)
    def _fail(self, problem: Problem) -> None:
        self._call = None
        self._end()
        if problem.code != "CANCELLED":
            self.failed.emit(problem)

    def _end(self) -> None:
        self._show_code("")
        self._arrange()
        self.changed.emit()

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.code.text())

    @Slot()
    def _open(self) -> None:
        QDesktopServices.openUrl(QUrl(self._address))

    def _arrange(self) -> None:
        who, waiting = self.signed_in, self._call is not None
        practice = signs_in_to_practice(self._setup.plan)
        self.who.setText(self._words(who, practice))
        free = not waiting and (who is None or (self._write and not may_write(who)))
        self.practice.setVisible(practice and free)
        self.browser.setVisible(not practice and free)
        self.device.setVisible(not practice and free)
        self.cancel.setVisible(waiting)
        self.out.setVisible(who is not None and not waiting and not self._write)
        if self._write:
            self.setVisible(waiting or free)

    def _words(self, who: SignedIn | None, practice: bool) -> str:
        if self._write:
            return (
                "Until now Rollcall could only read in the tenant. To make the calls listed below it "
                "has to sign in once more, with the right to write."
            )
        if who is not None:
            where = who.tenant_name or who.tenant
            rights = "may read and write" if may_write(who) else "may read"
            if rights == "may read" and in_entra(self._setup.plan):
                rights += "; writing is asked for on Review"
            return f"Signed in as {who.user} to {where} ({rights})."
        if practice:
            return "A tenant of Rollcall's own on this computer. Signing in is a button there."
        if not in_entra(self._setup.plan):
            return "Rollcall asks to read, and for nothing else. It changes nothing in the tenant."
        return "Rollcall asks to read first. It asks to write when you have seen every call on Review."
