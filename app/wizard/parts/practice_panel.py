"""What stands on the page of tenant URL and token in practice mode."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QVBoxLayout, QWidget

from app.look.card import Card
from app.look.spacing import characters, margin
from app.wizard.parts.field import Field
from app.wizard.parts.heading import LINE_LENGTH

POLICIES = (
    ("tolerant", "Forgiving: takes all that Microsoft Entra sends, as most apps do"),
    ("strict", "Strict: takes only what the SCIM standard allows"),
)


class PracticePanel(QWidget):
    """Tells of the practice app and lets one choose how strict it is.

    Signals:
        policy_chosen(str): ``tolerant`` or ``strict``.
    """

    policy_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        card = Card("The practice app", self)
        self._words = QLabel(card)
        self._words.setWordWrap(True)
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self._words.setMaximumWidth(characters(LINE_LENGTH))
        self._url = QLineEdit(card)
        self._url.setReadOnly(True)
        self.address = Field(
            "Tenant &URL", self._url, "A new free port each time; only this computer can reach it."
        )
        self._token = QLineEdit(card)
        self._token.setReadOnly(True)
        self._token.setPlaceholderText("Made at random for this run, and kept in memory only")
        self.secret = Field("Secret &token", self._token)
        self.policy = QComboBox(card)
        for key, words in POLICIES:
            self.policy.addItem(words, key)
        self.policy.activated.connect(self._choose)
        strictness = Field(
            "How &strict it is", self.policy, "Changing this starts a new, empty practice app."
        )
        card.column.addWidget(self._words)
        for field in (self.address, self.secret, strictness):
            card.column.addWidget(field)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(margin())
        column.addWidget(card)

    def show_app(self, title: str, url: str) -> None:
        """Say whom it stands in for and where it listens; an empty address while it starts."""
        self._words.setText(
            f"In a real setup you paste here the address and the token that {title} shows you. For practice, "
            "Rollcall has started a SCIM app of its own on this computer and filled both in."
            if url
            else f"Rollcall is starting a SCIM app of its own on this computer; it stands in for {title}."
        )
        self._url.setText(url)

    @Slot(int)
    def _choose(self, index: int) -> None:
        self.policy_chosen.emit(self.policy.itemData(index))
