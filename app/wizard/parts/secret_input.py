"""The input of a secret: hidden, shown on request, never shown again once it is kept."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QLineEdit, QPushButton, QWidget

from app.look.icons import Glyph, icon
from app.look.palette import Tone
from app.wizard.parts.field import Field

_KEPT = "Saved: paste to replace"


class SecretField(Field):
    """A field for a token or a password, with *Show* and *Remove*.

    Signals:
        edited(): the text changed.
        remove(): *Remove* was pressed: the kept secret is to be forgotten.
    """

    edited = Signal()
    remove = Signal()

    def __init__(
        self,
        label: str,
        hint: str,
        parent: QWidget | None = None,
        what: str = "secret token",
        letters: bool = True,
    ) -> None:
        """Make the field.

        Args:
            label: its label, with a mnemonic.
            hint: the quiet line under it.
            parent: Qt's parent.
            what: what it is for, as sentences call it.
            letters: whether *Show* and *Remove* have a letter; a page with many fields has none to spare.
        """
        self._what = what
        self._show_words = ("Sho&w", "&Hide") if letters else ("Show", "Hide")
        self.line = QLineEdit()
        super().__init__(label, self.line, hint, parent)
        self.line.setEchoMode(QLineEdit.EchoMode.Password)
        # No learning keyboard, no dictionary, no completion for what is secret.
        self.line.setInputMethodHints(
            Qt.InputMethodHint.ImhHiddenText
            | Qt.InputMethodHint.ImhSensitiveData
            | Qt.InputMethodHint.ImhNoPredictiveText
        )
        self.line.textChanged.connect(self.edited)
        self.show_ = QPushButton(icon(Glyph.SHOW), self._show_words[0], self)
        self.show_.setCheckable(True)
        self.show_.setAccessibleName(f"Show the {what}")
        self.show_.toggled.connect(self._show)
        self.remove_ = QPushButton(icon(Glyph.DELETE), "Remo&ve" if letters else "Remove", self)
        self.remove_.setAccessibleName(f"Remove the saved {what}")
        self.remove_.clicked.connect(self.remove)
        for button in (self.show_, self.remove_):
            button.setAutoDefault(False)
            self.row.addWidget(button)
        self.set_kept(False)

    @property
    def text(self) -> str:
        """What was typed or pasted and not kept yet."""
        return self.line.text()

    def set_kept(self, kept: bool, where: str = "") -> None:
        """Say whether it is kept; the text goes either way: it is in safe hands or belongs elsewhere."""
        self.line.clear()
        self.show_.setChecked(False)
        self.line.setPlaceholderText(_KEPT if kept else f"Paste the {self._what.rpartition(' ')[2]} here")
        self.remove_.setVisible(kept)
        self.set_message(where if kept else "", Tone.GOOD)

    @Slot(bool)
    def _show(self, on: bool) -> None:
        self.line.setEchoMode(QLineEdit.EchoMode.Normal if on else QLineEdit.EchoMode.Password)
        self.show_.setText(self._show_words[on])
        self.show_.setIcon(icon(Glyph.HIDE if on else Glyph.SHOW))
        self.show_.setAccessibleName(f"{'Hide' if on else 'Show'} the {self._what}")
