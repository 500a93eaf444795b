"""Page 3: how SCIM is turned on in the app, step by step, with a picture each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.look.card import Card
from app.look.notice import Notice
from app.look.palette import Tone
from app.look.spacing import gap, margin, scaled_font
from app.look.toned_label import TonedLabel
from app.wizard.page import LearnMore, Page
from app.wizard.parts.picture import PictureView

if TYPE_CHECKING:
    from app.setup.profile import AppProfile, Step
    from app.wizard.session import Session


class TurnOnScimPage(Page):
    """The profile's steps. Nothing has to be done in Rollcall here, so it may be passed at once."""

    key = "scim"
    heading = "Turn SCIM on in the app"

    def __init__(self, setup: Session) -> None:
        super().__init__(setup)
        self._shown = ""
        self._cards: list[Card] = []

    @property
    def learn_more(self) -> LearnMore:
        """Microsoft's page about this app."""
        title = self.setup.app_name
        return LearnMore(
            f"Configure {title} to support provisioning",
            self.setup.profile.links.get("turn_on_scim")
            or "https://learn.microsoft.com/entra/identity/app-provisioning/use-scim-to-provision-users-and-groups",
            (
                "SCIM is the standard by which one system creates and changes accounts in another.",
                "The app gives you an address and a token. Who has both can manage its users, so treat "
                "the token like a password.",
                "Many apps want single sign-on set up first.",
            ),
        )

    def build(self) -> None:
        """A notice, then a grid of cards."""
        self._notice = Notice("", Tone.ACCENT, self)
        self.body.addWidget(self._notice)
        self._grid = QGridLayout()
        self._grid.setSpacing(margin())
        for column in range(2):
            self._grid.setColumnStretch(column, 1)
        self.body.addLayout(self._grid)

    def on_show(self) -> None:
        """Show the steps of the profile."""
        profile = self.setup.profile
        if profile.name != self._shown:
            self._shown = profile.name
            self._fill(profile)
        lead = "Do these steps in the app. Is SCIM on already, and do you have its address and token? Go on."
        self.set_heading(
            f"Turn SCIM on in {self.setup.app_name}", lead if not self.setup.practice_app else ""
        )
        self._notice.set_message(
            f"In practice mode the practice app stands in for {self.setup.app_name}, with SCIM on. "
            "Look at the steps for later, or go on."
            if self.setup.practice_app
            else ""
        )
        self.refresh_missing()

    def _fill(self, profile: AppProfile) -> None:
        for card in self._cards:
            self._grid.removeWidget(card)
            card.deleteLater()
        self._cards = [self._card(number, step) for number, step in enumerate(profile.where_to_find, 1)]
        for place, card in enumerate(self._cards):
            self._grid.addWidget(card, place // 2, place % 2)

    def _card(self, number: int, step: Step) -> Card:
        card = Card("", self)
        card.setAccessibleName(f"Step {number}: {step.title}")
        head = QHBoxLayout()
        head.setSpacing(gap())
        badge = TonedLabel(Tone.ACCENT, card)
        badge.setText(str(number))
        badge.setFont(scaled_font(1.45, bold=True))
        badge.setWordWrap(False)
        title = QLabel(step.title, card)
        title.setFont(scaled_font(1.05, bold=True))
        title.setWordWrap(True)
        head.addWidget(badge, 0, Qt.AlignmentFlag.AlignVCenter)
        head.addWidget(title, 1)
        text = QLabel(step.text, card)
        text.setWordWrap(True)
        text.setTextFormat(Qt.TextFormat.PlainText)
        text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column = QVBoxLayout()
        column.setSpacing(gap())
        column.addLayout(head)
        column.addWidget(text)
        column.addStretch(1)
        picture = self.setup.profile.picture_path(step)
        if picture is not None:
            column.addWidget(PictureView(picture, step.title, card))
        card.column.addLayout(column)
        return card

    def initial_focus(self) -> QWidget | None:
        """Nothing to fill in: the caret stays on *Next*."""
        return None
