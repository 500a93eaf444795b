"""Page 2: the tutorial's prerequisites as a checklist, and what provisioning will do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.look.card import Card
from app.look.icons import Glyph
from app.look.notice import IconLabel, Notice
from app.look.palette import Tone
from app.look.spacing import gap, margin
from app.look.toned_label import TonedLabel
from app.wizard.page import LearnMore, Page
from app.wizard.parts.emptying import empty
from app.wizard.parts.mnemonic import with_mnemonic
from app.wizard.parts.tick_row import TickRow

if TYPE_CHECKING:
    from app.setup.profile import AppProfile
    from app.wizard.session import Session

_FOUND_OUT = (
    ("The tenant URL answers, and its certificate is good", "step 5, Test connection"),
    ("The secret token is accepted and may manage users", "step 5, Test connection"),
    ("The file of users can be read, row by row", "step 6, People"),
)


class BeforeYouStartPage(Page):
    """What must be in place: some of it one confirms here, the rest Rollcall finds out by itself."""

    key = "before"
    heading = "Check what has to be in place"

    def __init__(self, setup: Session) -> None:
        super().__init__(setup)
        self._rows: list[TickRow] = []
        self._shown = ""

    @property
    def learn_more(self) -> LearnMore:
        """How a deployment is planned."""
        return LearnMore(
            "Plan an automatic user provisioning deployment",
            self.setup.profile.links.get("before_you_start")
            or "https://learn.microsoft.com/entra/identity/app-provisioning/plan-auto-user-provisioning",
            (
                "Three things are decided in this setup: who is in scope, which attributes go where, and "
                "which attribute finds a person again.",
                "Have someone at hand who administers the app: its address and token come from there.",
                "Begin with two or three people. Everyone else is one change of the scope later.",
            ),
        )

    def build(self) -> None:
        """Two columns of cards; their content comes with the profile."""
        self._notice = Notice("", Tone.ACCENT, self)
        self.body.addWidget(self._notice)
        columns = QHBoxLayout()
        columns.setSpacing(margin())
        self._confirm = Card("You confirm", self)
        left = QVBoxLayout()
        left.setSpacing(margin())
        left.addWidget(self._confirm)
        left.addStretch(1)
        right = QVBoxLayout()
        right.setSpacing(margin())
        self._abilities = Card("What provisioning will do", self)
        right.addWidget(self._abilities)
        right.addWidget(self._found_out_card())
        right.addStretch(1)
        columns.addLayout(left, 3)
        columns.addLayout(right, 2)
        self.body.addLayout(columns)

    def _found_out_card(self) -> Card:
        card = Card("Rollcall finds out by itself", self)
        for text, where in _FOUND_OUT:
            card.column.addLayout(_line(Glyph.SEARCH, Tone.MUTED, f"{text} ({where}).", card))
        return card

    def on_show(self) -> None:
        """Fill the cards when the profile has changed, then the ticks."""
        profile = self.setup.profile
        if profile.name != self._shown:
            self._shown = profile.name
            self._fill(profile)
        practice = self.setup.practice
        self.set_heading(
            "See what a real setup needs" if practice else f"Check what {self.setup.app_name} needs",
            "Tick each line that is true. You can close Rollcall at any time and go on later."
            if not practice
            else "",
        )
        self._notice.set_message(
            "In practice mode nothing of this is needed: the practice app stands in for all of it. "
            "Read it for later, or go on."
            if practice
            else ""
        )
        ticked = self.setup.facts.setdefault("ticked", set())
        for row in self._rows:
            row.box.setChecked(row.text in ticked)
        self.refresh_missing()

    def _fill(self, profile: AppProfile) -> None:
        for card in (self._confirm, self._abilities):
            empty(card.column, keep=1)
        taken: set[str] = set()
        self._rows = []
        for needed in profile.prerequisites:
            row = TickRow(needed.text, needed.link, with_mnemonic(needed.text, taken), self._confirm)
            row.toggled.connect(self._on_tick)
            self._confirm.column.addWidget(row)
            self._rows.append(row)
        for ability in profile.capabilities:
            self._abilities.column.addLayout(_line(Glyph.GOOD, Tone.GOOD, ability, self._abilities))
        self.setup.facts["prerequisites"] = {row.text for row in self._rows}

    @Slot()
    def _on_tick(self) -> None:
        if self.isVisible():
            self.apply()
            self.refresh_missing()

    def apply(self) -> None:
        """Keep the ticks; they are saved with the draft."""
        self.setup.facts["ticked"] = {row.text for row in self._rows if row.box.isChecked()}

    def initial_focus(self) -> QWidget | None:
        """The first box that is open, when ticks are needed."""
        if self.setup.practice:
            return None
        return next((row.box for row in self._rows if not row.box.isChecked()), None)

    def describe(self) -> list[tuple[str, str]]:
        """How many were confirmed."""
        if self.setup.practice:
            return [("Prerequisites", "not needed for practice")]
        ticked = len(set(self.setup.facts.get("ticked", ())) & set(self.setup.facts.get("prerequisites", ())))
        return [("Prerequisites", f"{ticked} of {len(self._rows) or ticked} confirmed")]


def _line(glyph: Glyph, tone: Tone, text: str, parent: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(gap())
    row.addWidget(IconLabel(glyph, tone, 1.05, parent), 0, Qt.AlignmentFlag.AlignTop)
    label = TonedLabel(Tone.PLAIN, parent)
    label.setText(text)
    row.addWidget(label, 1)
    return row
