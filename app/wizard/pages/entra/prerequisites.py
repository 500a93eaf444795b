"""What has to be in place in the tenant, looked up instead of asked, and the app's single sign-on values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QLineEdit, QPushButton, QWidget

from app.look.announce import announce
from app.look.card import Card
from app.look.icons import Glyph, icon
from app.look.notice import IconLabel
from app.look.palette import Tone
from app.look.spacing import gap, scaled_font
from app.look.toned_label import TonedLabel
from app.wizard.parts.marked_row import lay_out_marked

if TYPE_CHECKING:
    from app.worker.messages import Pair, Prerequisite

_STATES = {
    "met": (Glyph.GOOD, Tone.GOOD, "Met"),
    "not-met": (Glyph.WARNING, Tone.WARNING, "Not met"),
    "unknown": (Glyph.HELP, Tone.MUTED, "Not known"),
}
SSO_MODES = {
    "saml": "Single sign-on is set to SAML.",
    "password": "Single sign-on is set to password.",
    "oidc": "Single sign-on is set to OpenID Connect.",
    "notSupported": "The app has no single sign-on in Microsoft Entra.",
}


class PrerequisiteRow(QWidget):
    """One thing that should be in place, how it stands, and where to read more."""

    def __init__(self, row: Prerequisite, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        glyph, tone, word = _STATES[row.state]
        title = QLabel(row.title, self)
        title.setFont(scaled_font(1.0, bold=True))
        title.setWordWrap(True)
        title.setTextFormat(Qt.TextFormat.PlainText)
        said = TonedLabel(tone, self)
        said.setText(word)
        said.setWordWrap(False)
        reason = TonedLabel(Tone.MUTED, self)
        reason.setText(row.reason)
        self._url = QUrl(row.link)
        ends: list[QWidget] = [said]
        if row.link:
            self.link = QPushButton(icon(Glyph.LINK), "", self)
            self.link.setFlat(True)
            self.link.setAutoDefault(False)
            self.link.setAccessibleName(f"Read more: {row.title}")
            self.link.setToolTip(row.link)
            self.link.clicked.connect(self._open)
            ends.append(self.link)
        lay_out_marked(self, IconLabel(glyph, tone, 1.1, self), (title, reason), *ends)
        self.setAccessibleName(f"{word}: {row.title}. {row.reason}".strip())

    @Slot()
    def _open(self) -> None:
        QDesktopServices.openUrl(self._url)


class PrerequisiteCard(Card):
    """All of them: advice, never a gate.

    Attributes:
        rows: one for each.

    Signals:
        wanted(): the person wants them looked up again.
    """

    wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("What should be in place", parent)
        self.rows: list[PrerequisiteRow] = []
        self.line = TonedLabel(Tone.MUTED, self)
        self.again = QPushButton(icon(Glyph.SYNC), "Look a&gain", self)
        self.again.setAutoDefault(False)
        self.again.clicked.connect(self.wanted)
        top = QHBoxLayout()
        top.setSpacing(gap())
        top.addWidget(self.line, 1)
        top.addStretch(0)
        top.addWidget(self.again)
        self.column.addLayout(top)
        self.say("")

    def say(self, text: str, again: bool = False) -> None:
        """Say a line above the rows, and whether they can be looked up again."""
        self.line.setText(text)
        self.again.setVisible(again)

    def show_rows(self, rows: list[Prerequisite]) -> None:
        """Show these instead of the former."""
        for row in self.rows:
            self.column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.rows = [PrerequisiteRow(each, self) for each in rows]
        for row in self.rows:
            self.column.addWidget(row)


class SingleSignOnCard(Card):
    """How people sign in to the app, and the values that SAML needs; hidden while nothing is known.

    Attributes:
        copies: the copy button of each value.

    Signals:
        saml_wanted(): the person wants single sign-on set to SAML in the tenant.
    """

    saml_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Single sign-on", parent)
        self.copies: list[QPushButton] = []
        self._values: dict[QPushButton, str] = {}
        self.mode = QLabel(self)
        self.mode.setWordWrap(True)
        self.column.addWidget(self.mode)
        self.set_button = QPushButton(icon(Glyph.EDIT), "Set it to SA&ML in the tenant", self)
        self.set_button.setAutoDefault(False)
        self.set_button.clicked.connect(self.saml_wanted)
        self.column.addWidget(self.set_button, 0, Qt.AlignmentFlag.AlignLeft)
        self._grid: QWidget | None = None
        self.setVisible(False)

    def show_values(self, mode: str, pairs: list[Pair], may_set: bool = False) -> None:
        """Show how it is set, and the values; ``may_set``: there is an app, and a right to change it."""
        if self._grid is not None:
            self.column.removeWidget(self._grid)
            self._grid.hide()
            self._grid.deleteLater()
        self.copies, self._values, self._grid = [], {}, None
        told = SSO_MODES.get(mode, f"Single sign-on: {mode}." if mode else "Single sign-on is not set.")
        if pairs:
            told += " Provisioning works without it. These are the values that the app asks for with SAML:"
        self.mode.setText(told)
        self.set_button.setVisible(may_set and bool(pairs) and mode.casefold() not in {"saml", "oidc"})
        self.setVisible(bool(mode or pairs))
        if pairs:
            self._grid = self._values_grid(pairs)
            self.column.addWidget(self._grid)

    def _values_grid(self, pairs: list[Pair]) -> QWidget:
        inside = QWidget(self)
        grid = QGridLayout(inside)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(gap())
        grid.setColumnStretch(1, 1)
        for place, pair in enumerate(pairs):
            field = QLineEdit(pair.value, inside)
            field.setReadOnly(True)
            field.setCursorPosition(0)
            field.setAccessibleName(pair.name)
            label = QLabel(pair.name, inside)
            label.setBuddy(field)
            copy = QPushButton(icon(Glyph.COPY), "Copy", inside)
            copy.setAutoDefault(False)
            copy.setAccessibleName(f"Copy {pair.name}")
            copy.clicked.connect(self._copy)
            self.copies.append(copy)
            self._values[copy] = pair.value
            for column, part in enumerate((label, field, copy)):
                grid.addWidget(part, place, column)
        return inside

    @Slot()
    def _copy(self) -> None:
        button = self.sender()
        if isinstance(button, QPushButton):
            QGuiApplication.clipboard().setText(self._values[button])
            announce(button, "Copied.")
