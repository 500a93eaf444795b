"""Page 9: who is told of failures, what may be sent at all, and what stops a run that takes too much away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QSpinBox, QVBoxLayout, QWidget

from app.look.card import Card
from app.look.palette import Tone
from app.look.spacing import characters, gap
from app.look.toned_label import TonedLabel
from app.setup.deletion_threshold import FITTING, in_words
from app.setup.plan import Actions, Safety
from app.wizard.page import LearnMore, Page
from app.wizard.pages.counting import amount, listed
from app.wizard.pages.notifications import NotificationsCard, told_in_words
from app.wizard.pages.threshold_row import ThresholdRow

if TYPE_CHECKING:
    from app.setup.problem import Problem
    from app.worker.messages import PeopleSummary

_LONGEST = 3650
_LABEL_WIDTH = 22
"""Average characters: the numbers stand under each other."""


class SafetyPage(Page):
    """Notification e-mail, deletion guard, what may be sent at all, and how long the log is kept."""

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
        """Make the four groups."""
        self.notifications = NotificationsCard(self.setup, self)
        self.notifications.changed.connect(self._judge)
        self.notifications.server.kept.connect(self._kept)
        self.notifications.server.failed.connect(self._fail)
        self.address = self.notifications.address
        self.body.addWidget(self.notifications)
        self._build_guard()
        self._build_actions()
        self._build_log()

    def _build_guard(self) -> None:
        card = Card("Accidental deletions", self)
        self.guard = QCheckBox("Stop a cycle that would disable or delete too &many", self)
        self.guard.toggled.connect(self._judge)
        card.column.addWidget(self.guard)
        self.threshold = ThresholdRow(_LABEL_WIDTH, self)
        self.threshold.changed.connect(self._judge)
        card.column.addWidget(self.threshold)
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
        self.every = QSpinBox(self)
        self.every.setRange(*_limits("compare_every_days"))
        self.every.setSpecialValueText("only when asked")
        self.every.setSuffix(" days")
        self.every_row = self._spin_row(
            card,
            "Compare the app e&very",
            self.every,
            "",
            "Finds what somebody changed in the app itself; Microsoft Entra never looks. The monitor shows "
            "what differs, and repairs it on a click.",
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
        name.setMinimumWidth(characters(_LABEL_WIDTH))
        spin.setAccessibleName(", ".join(filter(None, (label.replace("&", ""), unit))))
        spin.setAccessibleDescription(sentence)
        spin.setMinimumWidth(characters(14))
        line.addWidget(name)
        line.addWidget(spin)
        if unit:
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
        self.keep_box = QCheckBox("&Keep the accounts of those who leave the scope as they are", self)
        self.keep_box.setToolTip("Microsoft Entra calls this SkipOutOfScopeDeletions")
        for box in (self.create_box, self.update_box, self.delete_box, self.keep_box):
            box.toggled.connect(self._judge)
            card.column.addWidget(box)
        self.actions_note = TonedLabel(Tone.WARNING, self)
        card.column.addWidget(self.actions_note)
        self.body.addWidget(card)

    def _build_log(self) -> None:
        self.log_card = Card("Provisioning log", self)
        self.keep_log = QSpinBox(self)
        self.keep_log.setRange(*_limits("keep_log_days"))
        self.keep_log.setGroupSeparatorShown(True)
        self.keep_log.setSpecialValueText("for ever")
        self.keep_log.setSuffix(" days")
        self.keep_log.valueChanged.connect(self._judge)
        self.days.valueChanged.connect(self._judge)
        self._spin_row(
            self.log_card,
            "Keep its ro&ws for",
            self.keep_log,
            "",
            "The log says who was created, changed or left out in each cycle, and why. After a cycle, older "
            "rows are removed; people and their accounts are not touched. 0 keeps all of it.",
        )
        self.log_note = TonedLabel(Tone.WARNING, self)
        self.log_card.column.addWidget(self.log_note)
        self.body.addWidget(self.log_card)

    # The page's life

    def on_show(self) -> None:
        """Fill the fields from the plan."""
        plan = self.setup.plan
        self.notifications.fill(plan.notifications, plan.run.where)
        summary: PeopleSummary | None = self.setup.facts.get("people")
        self.guard.setChecked(plan.safety.deletion_threshold != 0)
        self.threshold.fill(
            plan.safety.deletion_threshold or FITTING, summary.enabled or None if summary else None
        )
        self.days.setValue(plan.safety.delete_after_days)
        self.create_box.setChecked(plan.actions.create)
        self.update_box.setChecked(plan.actions.update)
        self.delete_box.setChecked(plan.actions.delete)
        self.keep_box.setChecked(plan.actions.skip_out_of_scope_deletions)
        self.every.setValue(plan.safety.compare_every_days)
        self.keep_log.setValue(plan.safety.keep_log_days)
        self._judge()

    def apply(self) -> None:
        """Write the fields to the plan."""
        plan = self.setup.plan
        self.notifications.write(plan.notifications, plan.run.where)
        plan.safety.deletion_threshold = self.threshold.value if self.guard.isChecked() else 0
        plan.safety.delete_after_days = self.days.value()
        plan.actions = Actions(
            create=self.create_box.isChecked(),
            update=self.update_box.isChecked(),
            delete=self.delete_box.isChecked(),
            skip_out_of_scope_deletions=self.keep_box.isChecked(),
        )
        plan.safety.compare_every_days = self.every.value()
        plan.safety.keep_log_days = self.keep_log.value()

    def initial_focus(self) -> QWidget | None:
        """The address."""
        return self.address

    def first_missing(self) -> QWidget | None:
        """The field of the notifications that lacks something, or the kinds of change when none is left."""
        return self.notifications.first_missing() if self.notifications.missing else self.create_box

    def leave(self) -> bool:
        """Have the mail server's password kept first."""
        if not self.notifications.server.keep_password():
            return True
        self.busy = "Keeping the password of the mail server..."
        return False

    @Slot()
    def _kept(self) -> None:
        if self.busy:
            self.busy = ""
            self.go_on()

    @Slot(object)
    def _fail(self, problem: Problem) -> None:
        self.busy = ""
        self.problem = problem

    def describe(self) -> list[tuple[str, str]]:
        """All of it, one line each."""
        plan = self.setup.plan
        threshold = plan.safety.deletion_threshold
        guard = f"stops above {in_words(threshold)} in one cycle" if threshold else "off"
        actions = plan.actions
        kinds = (("create", actions.create), ("update", actions.update), ("delete", actions.delete))
        allowed = [word for word, on in kinds if on]
        left = "keeps the account as it is" if actions.skip_out_of_scope_deletions else "is disabled"
        kept = plan.safety.keep_log_days
        return [
            *told_in_words(plan.notifications, plan.run.where),
            ("Deletion guard", guard),
            ("Deleted after", amount(plan.safety.delete_after_days, "day", "days")),
            ("May be sent", listed(allowed) or "nothing"),
            ("Who leaves the scope", left),
            ("Log is kept for", amount(kept, "day", "days") if kept else "ever"),
        ]

    # Judging

    @Slot()
    def _judge(self) -> None:
        guarded = self.guard.isChecked()
        self.threshold.setEnabled(guarded)
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
        self.log_note.setText(self._what_the_log_lacks())
        some = any(box.isChecked() for box in boxes)
        self.missing = self.notifications.missing or (
            "" if some else "at least one kind of change that may be sent"
        )

    def _what_the_log_lacks(self) -> str:
        """What is lost with so many days; empty when nothing speaks against them."""
        kept, wait = self.keep_log.value(), self.days.value()
        if not kept:
            return "Nothing is removed, so the log takes more room on this computer with every cycle."
        if self.delete_box.isChecked() and kept < wait:
            return (
                f"People are deleted {amount(wait, 'day', 'days')} after they were disabled. By then the log "
                "no longer says why that was."
            )
        return ""


def _limits(part: str) -> tuple[int, int]:
    """The least and the most that a plan may have there."""
    rules = Safety.model_fields[part].metadata
    least = next(rule.ge for rule in rules if hasattr(rule, "ge"))
    return least, next(rule.le for rule in rules if hasattr(rule, "le"))
