"""The secret token on the page Tenant URL and token: judged as it is pasted, or when the field is left."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from app.look.palette import Tone
from app.setup.problem import Problem
from app.wizard.parts.secret_input import SecretField

if TYPE_CHECKING:
    from app.worker.messages import TokenState

_PASTED = 6
"""Characters that come at once when a text is pasted rather than typed."""


class TokenField(SecretField):
    """A field for the secret token that says what it makes of a text; the text itself stays as it is."""

    def __init__(self, label: str, hint: str, parent: QWidget | None = None) -> None:
        super().__init__(label, hint, parent)
        self._length = 0
        self.edited.connect(self._on_edit)
        self.line.editingFinished.connect(self._on_left)

    @Slot()
    def _on_edit(self) -> None:
        text = self.text
        grown, self._length = len(text) - self._length, len(text)
        if not text:
            self.set_message("")
        elif grown >= _PASTED:
            # Typed ones are judged when the field is left: each beginning of a token is no token.
            self._judge(text)

    @Slot()
    def _on_left(self) -> None:
        if self.text:
            self._judge(self.text)

    def _judge(self, text: str) -> None:
        from app.setup.secret_token import SOON, clean_token  # it also tells the redactor of the token

        try:
            clean = clean_token(text)
        except Problem as problem:
            self.set_message(f"{problem.what} {problem.remedy}".strip(), Tone.BAD)
            return
        tone = Tone.MUTED
        if clean.expires is not None and clean.expires < datetime.now(UTC) + SOON:
            tone = Tone.BAD if clean.expires < datetime.now(UTC) else Tone.WARNING
        self.set_message(" ".join(clean.notes), tone)


def kept_words(state: TokenState) -> str:
    """Where a token is kept, and what to know of it."""
    where = {
        "keyring": "A token is kept in the system's keyring.",
        "memory": "A token is kept until Rollcall is closed: this system has no keyring that could keep it.",
    }
    return " ".join([where.get(state.where, ""), *state.notes]).strip()
