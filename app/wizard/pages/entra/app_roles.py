"""App roles: with which one people and groups are assigned, and which are added (the tutorial's step 4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QLineEdit, QVBoxLayout, QWidget

from app.look.spacing import characters, gap, margin, tighten
from app.wizard.parts.field import Field
from app.wizard.parts.heading import LINE_LENGTH

if TYPE_CHECKING:
    from app.setup.plan import EntraChoice


def role_names(text: str) -> list[str]:
    """The names in a text with commas between them, each once."""
    return list(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))


class AppRolesPanel(QWidget):
    """Edits ``role`` and ``add_roles`` of ``plan.entra``.

    Signals:
        changed(): something in it differs.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        words = QLabel(
            "Every assignment carries an app role. Most apps need nothing here: the app's own role for users "
            "is taken. Roles are worth adding where the app tells its people apart by them.",
            self,
        )
        words.setWordWrap(True)
        words.setMaximumWidth(characters(LINE_LENGTH))
        self.role = QLineEdit(self)
        self.role.setPlaceholderText("the app's own role for users")
        self.add = QLineEdit(self)
        self.add.setPlaceholderText("none")
        layout = QVBoxLayout(self)
        tighten(layout, gap())
        layout.setSpacing(margin())
        layout.addWidget(words)
        layout.addWidget(Field("Assi&gn with the role", self.role, "Its name, as the app has it.", self))
        layout.addWidget(
            Field(
                "Add app roles",
                self.add,
                "Their names, with commas between them. Start adds those that the app does not have yet, and "
                "keeps the others.",
                self,
            )
        )
        layout.addStretch(1)
        for line in (self.role, self.add):
            line.textEdited.connect(self.changed)

    def fill(self, chosen: EntraChoice) -> None:
        """Show what the plan has."""
        self.role.setText(chosen.role)
        self.add.setText(", ".join(chosen.add_roles))

    def write(self, chosen: EntraChoice) -> None:
        """Write it to the plan."""
        chosen.role = self.role.text().strip()
        chosen.add_roles = role_names(self.add.text())
