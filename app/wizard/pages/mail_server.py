"""The mail server by which Rollcall tells of failures: where it is, who signs in, and a test mail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QGridLayout, QLineEdit, QPushButton, QSpinBox, QWidget

from app.look.icons import Glyph, icon
from app.look.notice import Notice
from app.look.palette import Tone
from app.look.spacing import characters, gap
from app.wizard.pages.email_address import address_fault, tidy_address
from app.wizard.parts.field import Field
from app.wizard.parts.secret_input import SecretField

if TYPE_CHECKING:
    from app.setup.plan import Notifications
    from app.setup.problem import Problem
    from app.wizard.session import Session
    from app.worker.client import Call
    from app.worker.messages import Done, Event, PasswordState

SECURITY: dict[str, tuple[str, int]] = {
    "starttls": ("STARTTLS: encrypted from the first word that matters", 587),
    "tls": ("TLS: encrypted from the beginning", 465),
    "none": ("None: only for a mail server on this computer", 25),
}
"""Ways to be safe on the way to the server, with the port that goes with each."""


def is_this_computer(host: str) -> bool:
    """Whether a host is this computer itself; the worker judges it once more before it sends."""
    name = host.strip().casefold()
    return name in {"localhost", "::1"} or name.startswith("127.")


class MailServerFields(QWidget):
    """Edits the ``smtp_...`` part of the plan's notifications; the password goes to the keyring only.

    Signals:
        changed(): something in it differs.
        kept(): the password that was typed is in safe hands now.
        failed(object): the Problem that kept the password from being kept.
    """

    changed = Signal()
    kept = Signal()
    failed = Signal(object)

    def __init__(self, setup: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._setup = setup
        self._call: Call | None = None
        self._known_for = ""
        self._testing = False
        self._build_server()
        self._build_account()
        self.test_button = QPushButton(icon(Glyph.MAIL), "Send a test mail", self)
        self.test_button.setAutoDefault(False)
        self.test_button.clicked.connect(self.test)
        self.told = Notice("", Tone.GOOD, self)
        self._lay_out()

    def _build_server(self) -> None:
        self.host = QLineEdit(self)
        self.host.setPlaceholderText("smtp.contoso.com")
        self.host_field = Field("Ma&il server", self.host, "Empty: no mail is sent; the monitor tells.", self)
        self.host.textEdited.connect(self._edit)
        self.host.editingFinished.connect(self._leave)
        self.port = QSpinBox(self)
        self.port.setRange(1, 65_535)
        self.port.valueChanged.connect(self._edit)
        self.port_field = Field("Po&rt", self.port, "", self)
        self.security = QComboBox(self)
        for key, (words, _) in SECURITY.items():
            self.security.addItem(words, key)
        self.security.setMinimumContentsLength(12)
        self.security.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.security.activated.connect(self._choose_security)
        self.security_field = Field("Securit&y", self.security, "", self)

    def _build_account(self) -> None:
        self.user = QLineEdit(self)
        self.user.setPlaceholderText("nobody: the server takes mail without a sign-in")
        self.user.textEdited.connect(self._edit)
        self.user.editingFinished.connect(self._leave)
        self.user_field = Field("U&ser", self.user, "", self)
        self.password = SecretField("Passw&ord", "", self, what="password", letters=False)
        self.password.edited.connect(self._edit)
        self.password.remove.connect(self._forget)
        self.sent_from = QLineEdit(self)
        self.sent_from.setPlaceholderText("the user's address, or the one above")
        self.sent_from.editingFinished.connect(self._leave)
        self.sent_from_field = Field("Sent from", self.sent_from, "", self)

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(gap() * 2)
        grid.setVerticalSpacing(gap() + gap() // 2)
        top = Qt.AlignmentFlag.AlignTop  # fields with a hint are higher than the others
        grid.addWidget(self.host_field, 0, 0, top)
        grid.addWidget(self.port_field, 0, 1, top)
        grid.addWidget(self.security_field, 0, 2, top)
        grid.addWidget(self.user_field, 1, 0, top)
        grid.addWidget(self.password, 1, 1, 1, 2, top)
        grid.addWidget(self.sent_from_field, 2, 0, top)
        grid.addWidget(self.test_button, 3, 0, Qt.AlignmentFlag.AlignLeft)
        grid.addWidget(self.told, 4, 0, 1, 3)
        grid.setColumnStretch(0, 5)
        grid.setColumnMinimumWidth(1, characters(12))
        grid.setColumnStretch(2, 4)

    # Plan

    def fill(self, chosen: Notifications) -> None:
        """Show what the plan has."""
        self.host.setText(chosen.smtp_host)
        self.port.setValue(chosen.smtp_port)
        self.security.setCurrentIndex(list(SECURITY).index(chosen.smtp_security))
        self.user.setText(chosen.smtp_user)
        self.sent_from.setText(chosen.sender)
        self.told.set_message("")
        self._known_for = ""
        self._ask_state()
        self._arrange()

    def write(self, chosen: Notifications) -> None:
        """Write it to the plan; never the password."""
        chosen.smtp_host = self.host.text().strip()
        chosen.smtp_port = self.port.value()
        chosen.smtp_security = self.security.currentData()
        chosen.smtp_user = self.user.text().strip()
        chosen.sender = tidy_address(self.sent_from.text())

    @property
    def missing(self) -> str:
        """What it lacks, as the end of "Still missing: ..."; empty when the wizard can go on with it."""
        if address_fault(tidy_address(self.sent_from.text())):
            return "a sender's address that can be written, or none"
        if self._unsafe:
            return "encryption on the way to the mail server"
        if self.password.text and not (self.host.text().strip() and self.user.text().strip()):
            return "the mail server and user that the password is for"
        return ""

    def first_missing(self) -> QWidget:
        """The field to mend."""
        if address_fault(tidy_address(self.sent_from.text())):
            return self.sent_from
        if self._unsafe:
            return self.security
        return self.user if self.host.text().strip() else self.host

    @property
    def _unsafe(self) -> bool:
        host = self.host.text().strip()
        return bool(host) and self.security.currentData() == "none" and not is_this_computer(host)

    # Changes

    @Slot()
    def _edit(self) -> None:
        self.told.set_message("")
        self._arrange()
        self.changed.emit()

    @Slot(int)
    def _choose_security(self, _place: int) -> None:
        if self.port.value() in {port for _, port in SECURITY.values()}:
            self.port.setValue(SECURITY[self.security.currentData()][1])
        self._edit()

    @Slot()
    def _leave(self) -> None:
        self.sent_from.setText(tidy_address(self.sent_from.text()))
        self.sent_from_field.set_message(address_fault(self.sent_from.text()), Tone.BAD)
        self._ask_state()
        self._edit()

    def _arrange(self) -> None:
        hosted = bool(self.host.text().strip())
        signs_in = hosted and bool(self.user.text().strip())
        for field in (self.port_field, self.security_field, self.user_field, self.sent_from_field):
            field.setEnabled(hosted)
        self.password.setEnabled(signs_in)
        self.test_button.setEnabled(hosted and self._call is None and not self.missing)
        self.security_field.set_message(
            "Without encryption, only a mail server on this computer may be used." if self._unsafe else "",
            Tone.BAD,
        )

    # The password

    def _whose(self) -> dict[str, str]:
        return {"host": self.host.text().strip(), "user": self.user.text().strip()}

    def _ask_state(self) -> None:
        whose = self._whose()
        key = f"{whose['user']}@{whose['host']}"
        if not all(whose.values()) or key == self._known_for:
            return
        self._known_for = key
        call = self._setup.worker.ask("mail-password-state", self._setup.plan, whose)
        call.finished.connect(self._show_state)

    @Slot(object)
    def _show_state(self, state: PasswordState) -> None:
        if self.password.text:
            return
        where = {
            "keyring": "Kept in the system's keyring.",
            "memory": "Kept until Rollcall is closed: this system has no keyring that could keep it.",
            "environment": "Taken from the environment.",
        }
        self.password.set_kept(state.stored, where.get(state.where, ""))

    def keep_password(self) -> bool:
        """Give a password that was typed to the worker; whether there is one, so that ``kept`` follows."""
        if not self.password.text or self._call is not None:
            return False
        params = {**self._whose(), "password": self.password.text}
        self._call = self._setup.worker.ask("mail-password-set", self._setup.plan, params)
        self._call.finished.connect(self._on_kept)
        self._call.failed.connect(self._on_failed)
        self._arrange()
        return True

    @Slot(object)
    def _on_kept(self, state: PasswordState) -> None:
        self._call = None
        self.password.line.clear()
        self._show_state(state)
        self._arrange()
        if self._testing:
            self._send()
        else:
            self.kept.emit()

    @Slot(object)
    def _on_failed(self, problem: Problem) -> None:
        self._call = None
        testing, self._testing = self._testing, False
        self._arrange()
        if testing:
            self._tell_failure(problem)
        else:
            self.failed.emit(problem)

    @Slot()
    def _forget(self) -> None:
        call = self._setup.worker.ask("mail-password-forget", self._setup.plan, self._whose())
        call.finished.connect(self._show_state)
        call.failed.connect(self.failed)

    # The test mail

    @Slot()
    def test(self) -> None:
        """Send one mail by what the fields say, the password being kept first."""
        if self._call is not None:
            return
        self._testing = True
        self.told.set_message("Sending a test mail...", Tone.ACCENT)
        if not self.keep_password():
            self._send()

    def _send(self) -> None:
        plan = self._setup.plan.model_copy(deep=True)
        self.write(plan.notifications)
        self._call = self._setup.worker.ask("mail-test", plan, {}, self._setup.plan_path)
        self._call.event.connect(self._hear)
        self._call.finished.connect(self._on_sent)
        self._call.failed.connect(self._on_failed)
        self._warned = ""
        self._arrange()

    @Slot(object)
    def _hear(self, event: Event) -> None:
        if event.event == "notice" and event.level != "info":
            self._warned = event.text

    @Slot(object)
    def _on_sent(self, done: Done) -> None:
        self._call, self._testing = None, False
        tone = Tone.WARNING if self._warned else Tone.GOOD
        self.told.set_message(f"{done.sentence} {self._warned}".strip(), tone)
        self._arrange()

    def _tell_failure(self, problem: Problem) -> None:
        said = " ".join(part for part in (problem.what, problem.why, problem.remedy) if part)
        self.told.set_message(said, Tone.BAD)
