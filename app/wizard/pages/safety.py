"""Page 9: who is told of failures, what may be sent at all, and what stops a run that takes too much away."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QLineEdit, QSpinBox, QVBoxLayout, QWidget

from app.look.card import Card
from app.look.palette import Tone
from app.look.spacing import characters, gap
from app.look.toned_label import TonedLabel
from app.setup.plan import Actions, Place, Safety
from app.wizard.page import LearnMore, Page
from app.wizard.pages.counting import amount, listed, number
from app.wizard.pages.email_address import address_fault, tidy_address
from app.wizard.parts.field import Field

_MOST = 1_000_000
_LONGEST = 3650


class SafetyPage(Page):
    """Notification e-mail, deletion guard, days before deletion, and the kinds of change that may be sent."""

    key = "safety"
    heading = "Decide who is told, and what may never happen by accident"

    @property
    def learn_more(self) -> LearnMore:
        """What the deletion guard does."""
        return LearnMore(
            "Enable accidental deletions prevention in the Microsoft Entra provisioning service",
            self.setup.profile.links.get(self.key)
            or "https://learn.microsoft.com/entra/identity/app-provisioning/accidental-deletions",
            (
                "The guard counts who would be disabled or deleted before a cycle sends any of that.",
                "When there are more than the threshold, nothing of it is sent; you look at the list and "
                "decide.",
                "A wrong file or a lost assignment is found this way before the app's people notice.",
            ),
        )

    def build(self) -> None:
        """Make the three groups."""
        self._build_notifications()
        self._build_guard()
        self._build_actions()

    def _build_notifications(self) -> None:
        card = Card("Notifications", self)
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
        card.column.addWidget(self.email)
        self.on_failure = QCheckBox("Send an e-mail notification &when a failure occurs", self)
        self.on_failure.toggled.connect(self._judge)
        card.column.addWidget(self.on_failure)
        self.who_sends = TonedLabel(Tone.MUTED, self)
        card.column.addWidget(self.who_sends)
        self.body.addWidget(card)

    def _build_guard(self) -> None:
        card = Card("Accidental deletions", self)
        self.guard = QCheckBox("Stop a cycle that would disable or delete too &many", self)
        self.guard.toggled.connect(self._judge)
        card.column.addWidget(self.guard)
        self.threshold = QSpinBox(self)
        self.threshold.setRange(1, _MOST)
        self.threshold.setGroupSeparatorShown(True)
        self.threshold_row = self._spin_row(
            card,
            "Deletion &threshold",
            self.threshold,
            "people and groups in one cycle",
            "A cycle that would disable or delete more than this many sends none of it and asks you first.",
        )
        self.warning = TonedLabel(Tone.WARNING, self)
        card.column.addWidget(self.warning)
        self.days = QSpinBox(self)
        self.days.setRange(0, _LONGEST)
        self.days_row = self._spin_row(
            card,
            "Delete a&fter",
            self.days,
            "days",
            "Who leaves the directory is disabled at once, and deleted in the app only after this many days.",
        )
        self.body.addWidget(card)

    def _spin_row(self, card: Card, label: str, spin: QSpinBox, unit: str, sentence: str) -> QWidget:
        row = QWidget(self)
        column = QVBoxLayout(row)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(gap() // 2)
        line = QHBoxLayout()
        line.setSpacing(gap())
        name = QLabel(label, row)
        name.setBuddy(spin)
        spin.setAccessibleName(f"{label.replace('&', '')}, {unit}")
        spin.setAccessibleDescription(sentence)
        spin.setMinimumWidth(characters(14))
        line.addWidget(name)
        line.addWidget(spin)
        line.addWidget(QLabel(unit, row))
        line.addStretch(1)
        column.addLayout(line)
        hint = TonedLabel(Tone.MUTED, row)
        hint.setText(sentence)
        column.addWidget(hint)
        card.column.addWidget(row)
        return row

    def _build_actions(self) -> None:
        card = Card("What may be sent to the app", self)
        self.create_box = QCheckBox("Create &people who are not there yet", self)
        self.update_box = QCheckBox(
            "&Update people whose attributes differ, and disable who leaves the scope", self
        )
        self.delete_box = QCheckBox("&Delete people who have been gone for the days above", self)
        for box in (self.create_box, self.update_box, self.delete_box):
            box.toggled.connect(self._judge)
            card.column.addWidget(box)
        self.actions_note = TonedLabel(Tone.WARNING, self)
        card.column.addWidget(self.actions_note)
        self.body.addWidget(card)

    # The page's life

    def on_show(self) -> None:
        """Fill the fields from the plan."""
        plan = self.setup.plan
        self.address.setText(plan.notifications.email)
        self.on_failure.setChecked(plan.notifications.on_failure)
        self.guard.setChecked(plan.safety.deletion_threshold > 0)
        self.threshold.setValue(plan.safety.deletion_threshold or Safety().deletion_threshold)
        self.days.setValue(plan.safety.delete_after_days)
        self.create_box.setChecked(plan.actions.create)
        self.update_box.setChecked(plan.actions.update)
        self.delete_box.setChecked(plan.actions.delete)
        if plan.run.where == Place.ENTRA:
            self.who_sends.setText("Microsoft Entra sends it, from azure-noreply@microsoft.com.")
        else:
            self.who_sends.setText(
                "Microsoft Entra sends this mail. While the plan runs on this computer no mail is sent: the "
                "monitor shows failures, and the address stays in the plan for later."
            )
        self._judge()

    def apply(self) -> None:
        """Write the fields to the plan."""
        plan = self.setup.plan
        plan.notifications.email = tidy_address(self.address.text())
        plan.notifications.on_failure = self.on_failure.isChecked()
        plan.safety.deletion_threshold = self.threshold.value() if self.guard.isChecked() else 0
        plan.safety.delete_after_days = self.days.value()
        plan.actions = Actions(
            create=self.create_box.isChecked(),
            update=self.update_box.isChecked(),
            delete=self.delete_box.isChecked(),
        )

    def initial_focus(self) -> QWidget | None:
        """The address."""
        return self.address

    def first_missing(self) -> QWidget | None:
        """The address, or the kinds of change when none is left."""
        address = tidy_address(self.address.text())
        lacking = self.on_failure.isChecked() and not address
        return self.address if lacking or address_fault(address) else self.create_box

    def describe(self) -> list[tuple[str, str]]:
        """All of it, one line each."""
        plan = self.setup.plan
        mail = plan.notifications.email or "nobody"
        if plan.notifications.email and not plan.notifications.on_failure:
            mail += " (but not on failures)"
        threshold = plan.safety.deletion_threshold
        guard = f"stops above {number(threshold)} in one cycle" if threshold else "off"
        actions = plan.actions
        kinds = (("create", actions.create), ("update", actions.update), ("delete", actions.delete))
        allowed = [word for word, on in kinds if on]
        return [
            ("Told of failures", mail),
            ("Deletion guard", guard),
            ("Deleted after", amount(plan.safety.delete_after_days, "day", "days")),
            ("May be sent", listed(allowed) or "nothing"),
        ]

    # Judging

    @Slot()
    def _edit_address(self) -> None:
        # While a fault is shown, it goes as soon as it is mended; a new one waits until the field is left.
        if self.email.message and not address_fault(tidy_address(self.address.text())):
            self.email.set_message("")
        self._judge()

    @Slot()
    def _leave_address(self) -> None:
        tidied = tidy_address(self.address.text())
        if tidied != self.address.text():
            self.address.setText(tidied)
        self.email.set_message(address_fault(tidied), Tone.BAD, aloud=True)
        self._judge()

    @Slot()
    def _judge(self) -> None:
        guarded = self.guard.isChecked()
        self.threshold_row.setEnabled(guarded)
        self.warning.setText(
            ""
            if guarded
            else "Without the guard, a wrong or empty file can disable everyone in the app in one cycle."
        )
        self.days_row.setEnabled(self.delete_box.isChecked())
        boxes = (self.create_box, self.update_box, self.delete_box)
        self.actions_note.setText(
            ""
            if self.update_box.isChecked()
            else "Without updates nobody is disabled when they leave the scope."
        )
        self.missing = self._what_is_missing(any(box.isChecked() for box in boxes))

    def _what_is_missing(self, any_action: bool) -> str:
        address = tidy_address(self.address.text())
        if address_fault(address):
            return "a notification e-mail address that can be written to, or none"
        if self.on_failure.isChecked() and not address:
            return "the notification e-mail address"
        return "" if any_action else "at least one kind of change that may be sent"
