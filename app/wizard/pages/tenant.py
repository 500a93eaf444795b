"""Page 4: the app's tenant URL and secret token."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QLineEdit, QPushButton, QWidget

from app.look.card import Card
from app.look.icons import Glyph, icon
from app.look.notice import Notice
from app.look.palette import Tone
from app.wizard.page import PORTAL_PAGE, LearnMore, Page
from app.wizard.pages.tenant_token import TokenField, kept_words
from app.wizard.parts.field import Field
from app.wizard.parts.picture import PictureView
from app.wizard.parts.practice_panel import PracticePanel

if TYPE_CHECKING:
    from app.setup.problem import Problem
    from app.setup.tenant_url import TenantUrl
    from app.wizard.session import Session
    from app.worker.client import Call
    from app.worker.messages import PracticeReady, TokenState


class TenantPage(Page):
    """Takes address and token, repairs what was pasted, and gives the token to the worker when it is left."""

    key = "tenant"
    heading = "Enter the tenant URL and the secret token"

    def __init__(self, setup: Session) -> None:
        super().__init__(setup)
        self._call: Call | None = None
        self._known_for = ""
        self._going = False
        self.retry.connect(self._retry)

    @property
    def learn_more(self) -> LearnMore:
        """Where Microsoft's own page has these two fields."""
        return LearnMore(
            "Tutorial: admin credentials",
            self.setup.profile.links.get("tenant") or PORTAL_PAGE,
            (
                "The tenant URL is the address of the app's SCIM interface; it mostly ends in /scim/v2.",
                "The secret token proves to the app that Rollcall may manage its users. It is kept in the "
                "system's keyring and sent to this one address only.",
                "It goes into no file, no log and no report.",
            ),
        )

    # Building

    def build(self) -> None:
        """The two fields, the picture of where to find them, and the panel of practice mode."""
        self._practice = PracticePanel(self)
        self._practice.policy_chosen.connect(self._start_practice)
        self.body.addWidget(self._practice)
        self._card = Card("", self)
        self.url = QLineEdit(self._card)
        self.url.setPlaceholderText("https://")
        self.url.setInputMethodHints(Qt.InputMethodHint.ImhUrlCharactersOnly)
        self.url.textChanged.connect(self._on_url)
        self.url.editingFinished.connect(self._on_url_left)
        self._url_field = Field(
            "Tenant &URL", self.url, "Paste the SCIM API URL as the app shows it; the rest is done for you."
        )
        self.token = TokenField(
            "Secret &token", "The app may call it authentication token, API key or secret."
        )
        self.token.edited.connect(self._on_token)
        self.token.remove.connect(self._forget_token)
        self._stale = Notice("", Tone.ACCENT, self._card)
        self._where = QPushButton(icon(Glyph.HELP), "Where do I &find this?", self._card)
        self._where.setCheckable(True)
        self._where.setAutoDefault(False)
        self._where.toggled.connect(self._show_where)
        for part in (self._url_field, self.token, self._stale):
            self._card.column.addWidget(part)
        self._card.column.addWidget(self._where, 0, Qt.AlignmentFlag.AlignLeft)
        self.body.addWidget(self._card)
        self._picture_card: Card | None = None

    @Slot(bool)
    def _show_where(self, on: bool) -> None:
        if self._picture_card is not None:
            self._picture_card.deleteLater()
            self._picture_card = None
        steps = self.setup.profile.where_to_find
        if not on or not steps:
            return
        step = steps[-1]
        card = Card(step.title, self)
        words = Notice(step.text, Tone.ACCENT, card)
        card.column.addWidget(words)
        path = self.setup.profile.picture_path(step)
        if path is not None:
            picture = PictureView(path, step.title, card)
            picture.setMaximumWidth(picture.sizeHint().width() * 2)
            card.column.addWidget(picture)
        self.body.insertWidget(2, card)
        self._picture_card = card
        self.setup.facts["found"] = True

    # Showing

    def on_show(self) -> None:
        """Fill from the plan; in practice mode start the practice app when none runs."""
        practice = self.setup.practice_app
        self._practice.setVisible(practice)
        self._card.setVisible(not practice)
        self._where.setChecked(False)
        self._where.setVisible(bool(self.setup.profile.where_to_find))
        self._going = False
        if practice:
            self.set_heading("Meet the practice app", "Address and token are filled in for you.")
            ready = self.setup.facts.get("practice")
            self._practice.show_app(self.setup.app_name, self.setup.plan.app.tenant_url if ready else "")
            if ready is None and self._call is None:
                self._start_practice()
            self.refresh_missing()
            return
        self.set_heading(
            "Enter the tenant URL and the secret token",
            f"You get both in {self.setup.app_name} where SCIM is turned on, the step before.",
        )
        self._stale.set_message("")
        if self.url.text() != self.setup.plan.app.tenant_url:
            self.url.setText(self.setup.plan.app.tenant_url)
        self._on_url()
        self._ask_state()

    def initial_focus(self) -> QWidget | None:
        """The first field that is empty."""
        if self.setup.practice_app:
            return None
        return self.url if not self.url.text() else self.token.line

    def first_missing(self) -> QWidget | None:
        """The address while it cannot be used, else the token."""
        if self.setup.practice_app:
            return None
        return self.url if self._address() is None else self.token.line

    def describe(self) -> list[tuple[str, str]]:
        """The address, and that a token is kept; never the token."""
        where = self.setup.facts.get("token_where", "")
        kept = {"keyring": "kept in the system's keyring", "memory": "kept until Rollcall is closed"}
        return [
            ("Tenant URL", self.setup.plan.app.tenant_url or "none"),
            ("Secret token", kept.get(where, "kept" if self.setup.facts.get("token_for") else "none")),
        ]

    # The address

    def _address(self) -> TenantUrl | None:
        from app.setup.tenant_url import TenantUrl, TenantUrlProblem

        try:
            return TenantUrl.parse(self.url.text(), self.setup.profile.suffix)
        except TenantUrlProblem:
            return None

    @Slot()
    def _on_url(self) -> None:
        """While typing: show what the text is read as, and nothing else; complaints wait until the field is
        left."""
        address = self._address()
        if address is not None:
            told = " ".join(address.changes)
            self._url_field.set_message(f"Used as {address.text}" + (f"\n{told}" if told else ""), Tone.GOOD)
        elif not self.url.text().strip():
            self._url_field.set_message("")
        else:
            self._url_field.set_message("Not a whole address yet.")
        self._note_change(address)
        self._weigh()

    @Slot()
    def _on_url_left(self) -> None:
        from app.setup.tenant_url import TenantUrl, TenantUrlProblem

        text = self.url.text()
        if not text.strip():
            return
        try:
            address = TenantUrl.parse(text, self.setup.profile.suffix)
        except TenantUrlProblem as problem:
            said = " ".join(part for part in (problem.what, problem.why, problem.remedy) if part)
            self._url_field.set_message(said, Tone.BAD, aloud=True)
            return
        if address.text != self._known_for:
            self._ask_state()

    def _note_change(self, address: TenantUrl | None) -> None:
        facts, plan = self.setup.facts, self.setup.plan
        if facts.get("check") is None:
            return
        changed = address is None or address.text != plan.app.tenant_url or bool(self.token.text)
        self._stale.set_message(
            "The last connection test was made with other values. It runs again on the next page."
            if changed
            else ""
        )

    # The token

    @Slot()
    def _on_token(self) -> None:
        self._note_change(self._address())
        self._weigh()

    def _weigh(self) -> None:
        """Say what is missing."""
        address = self._address()
        needs = []
        if address is None:
            needs.append("the tenant URL")
        kept = address is not None and self.setup.facts.get("token_for") == address.text
        if not self.token.text and not kept:
            needs.append("the secret token")
        self.missing = " and ".join(needs)

    def _ask_state(self) -> None:
        address = self._address()
        self._known_for = address.text if address is not None else ""
        if address is None:
            self.token.set_kept(False) if not self.token.text else None
            return
        call = self.setup.worker.ask("token-state", params=self._whose(address))
        call.finished.connect(self._on_state)

    def _whose(self, address: TenantUrl) -> dict[str, str]:
        return {"tenant_url": address.text, "suffix": self.setup.profile.suffix}

    @Slot(object)
    def _on_state(self, state: TokenState) -> None:
        address = self._address()
        if address is None or address.text != self._known_for:
            return
        facts = self.setup.facts
        if state.stored:
            facts["token_for"], facts["token_where"] = address.text, state.where
        elif facts.get("token_for") == address.text:
            facts.pop("token_for")
        if not self.token.text:
            self.token.set_kept(state.stored, kept_words(state))
        self._weigh()

    @Slot()
    def _forget_token(self) -> None:
        address = self._address()
        if address is None:
            return
        self.setup.forget_test()
        self.setup.facts.pop("token_for", None)
        call = self.setup.worker.ask("token-forget", params=self._whose(address))
        call.finished.connect(self._on_forgotten)
        call.failed.connect(self._on_failed)

    @Slot(object)
    def _on_forgotten(self, state: object) -> None:
        self.token.set_kept(False)
        self.token.set_message("Removed.", Tone.MUTED, aloud=True)
        self.token.line.setFocus()
        self._weigh()

    # Leaving

    def apply(self) -> None:
        """Write the address in its canonical form; a half one stays in the field only."""
        address = self._address() if not self.setup.practice_app else None
        if address is not None and address.text != self.setup.plan.app.tenant_url:
            self.setup.plan.app.tenant_url = address.text
            self.setup.forget_test()

    def leave(self) -> bool:
        """Give a new token to the worker first."""
        address = self._address()
        if self.setup.practice_app or not self.token.text or address is None:
            return True
        self.problem = None
        self.busy = "Keeping the secret token..."
        self._going = True
        self.setup.forget_test()
        self._call = self.setup.worker.ask(
            "token-set", params={**self._whose(address), "token": self.token.text}
        )
        self._call.finished.connect(self._on_kept)
        self._call.failed.connect(self._on_failed)
        return False

    @Slot(object)
    def _on_kept(self, state: TokenState) -> None:
        self._call = None
        facts = self.setup.facts
        facts["token_for"], facts["token_where"] = self.setup.plan.app.tenant_url, state.where
        facts["token_expires"] = state.expires
        self.token.set_kept(True, kept_words(state))
        self._weigh()
        self.busy = ""
        if self._going:
            self._going = False
            self.go_on()

    @Slot(object)
    def _on_failed(self, problem: Problem) -> None:
        self._call = None
        self._going = False
        self.busy = ""
        self.problem = problem
        self.refresh_missing() if self.setup.practice_app else self._weigh()

    # Practice

    @Slot(str)
    def _start_practice(self, policy: str = "") -> None:
        self.problem = None
        self.setup.facts.pop("practice", None)
        self.setup.forget_test()
        self._practice.show_app(self.setup.app_name, "")
        self.busy = "Starting the practice app..."
        chosen = policy or str(self._practice.policy.currentData())
        self._call = self.setup.worker.ask("practice-start", params={"policy": chosen})
        self._call.finished.connect(self._on_practice)
        self._call.failed.connect(self._on_failed)

    @Slot(object)
    def _on_practice(self, ready: PracticeReady) -> None:
        self._call = None
        self.setup.take_practice(ready)
        self._practice.show_app(self.setup.app_name, ready.tenant_url)
        self.busy = ""
        self.refresh_missing()

    @Slot()
    def _retry(self) -> None:
        self.problem = None
        if self.setup.practice_app:
            self._start_practice()
        else:
            self._ask_state()
