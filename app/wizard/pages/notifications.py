"""Who is told of what: the address of the notifications, and what they are about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QCheckBox, QLineEdit, QWidget

from app.look.card import Card
from app.look.palette import Tone
from app.look.toned_label import TonedLabel
from app.setup.plan import Place
from app.wizard.pages.email_address import address_fault, tidy_address
from app.wizard.pages.mail_server import MailServerFields
from app.wizard.parts.field import Field

if TYPE_CHECKING:
    from app.setup.plan import Notifications
    from app.wizard.session import Session

_WHO_SENDS = {
    Place.ENTRA: "Microsoft Entra sends it, from azure-noreply@microsoft.com.",
    Place.PRACTICE: (
        "In practice nobody is written to: what happens there happens to nobody. The address stays in "
        "the plan."
    ),
    Place.THIS_COMPUTER: "Rollcall sends it, by this mail server:",
}


class NotificationsCard(Card):
    """Edits ``Notifications`` of the plan.

    Signals:
        changed(): something in it differs.
    """

    changed = Signal()

    def __init__(self, setup: Session, parent: QWidget | None = None) -> None:
        super().__init__("Notifications", parent)
        self.address = QLineEdit(self)
        self.address.setPlaceholderText("it@contoso.com")
        self.address.editingFinished.connect(self._leave_address)
        self.address.textEdited.connect(self._edit_address)
        self.email = Field(
            "Notification &e-mail",
            self.address,
            "The person or group who should hear about provisioning errors.",
            self,
        )
        self.on_failure = QCheckBox("Send &an e-mail notification when a failure occurs", self)
        self.on_quarantine = QCheckBox("Also when provisioning is put into &quarantine", self)
        self.on_guard = QCheckBox("Also when the deletion &guard holds a cycle back", self)
        self.who_sends = TonedLabel(Tone.MUTED, self)
        self.server = MailServerFields(setup, self)
        for part in (
            self.email,
            self.on_failure,
            self.on_quarantine,
            self.on_guard,
            self.who_sends,
            self.server,
        ):
            self.column.addWidget(part)
        for box in (self.on_failure, self.on_quarantine, self.on_guard):
            box.toggled.connect(self.changed)
        self.server.changed.connect(self.changed)

    def fill(self, chosen: Notifications, place: Place) -> None:
        """Show what the plan has, as it is where the plan runs."""
        self.address.setText(chosen.email)
        self.on_failure.setChecked(chosen.on_failure)
        self.on_quarantine.setChecked(chosen.on_quarantine)
        self.on_guard.setChecked(chosen.on_guard)
        self.who_sends.setText(_WHO_SENDS[place])
        ours = place == Place.THIS_COMPUTER
        for part in (self.on_quarantine, self.on_guard, self.server):
            part.setVisible(ours)
        if ours:
            self.server.fill(chosen)

    def write(self, chosen: Notifications, place: Place) -> None:
        """Write it to the plan."""
        chosen.email = tidy_address(self.address.text())
        chosen.on_failure = self.on_failure.isChecked()
        chosen.on_quarantine = self.on_quarantine.isChecked()
        chosen.on_guard = self.on_guard.isChecked()
        if place == Place.THIS_COMPUTER:
            self.server.write(chosen)

    @property
    def missing(self) -> str:
        """What it lacks, as the end of "Still missing: ..."; empty when the wizard can go on with it."""
        address = tidy_address(self.address.text())
        if address_fault(address):
            return "a notification e-mail address that can be written to, or none"
        if self.on_failure.isChecked() and not address:
            return "the notification e-mail address"
        return self.server.missing if not self.server.isHidden() else ""

    def first_missing(self) -> QWidget:
        """The field to mend."""
        address = tidy_address(self.address.text())
        if address_fault(address) or (self.on_failure.isChecked() and not address):
            return self.address
        return self.server.first_missing()

    @Slot()
    def _edit_address(self) -> None:
        # While a fault is shown, it goes as soon as it is mended; a new one waits until the field is left.
        if self.email.message and not address_fault(tidy_address(self.address.text())):
            self.email.set_message("")
        self.changed.emit()

    @Slot()
    def _leave_address(self) -> None:
        tidied = tidy_address(self.address.text())
        if tidied != self.address.text():
            self.address.setText(tidied)
        self.email.set_message(address_fault(tidied), Tone.BAD, aloud=True)
        self.changed.emit()


def told_in_words(chosen: Notifications, place: Place) -> list[tuple[str, str]]:
    """The lines for *Review*."""
    mail = chosen.email or "nobody"
    if chosen.email and not chosen.on_failure:
        mail += " (but not on failures)"
    lines = [("Told of failures", mail)]
    if place == Place.THIS_COMPUTER and chosen.email:
        server = (
            f"{chosen.smtp_host}, port {chosen.smtp_port}" if chosen.smtp_host else "none: no mail is sent"
        )
        lines.append(("Mail server", server))
    return lines
