"""A question that opens its answer, such as *Where do I get these files?*."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QToolButton, QVBoxLayout, QWidget

from app.look.icons import Glyph, icon
from app.look.spacing import margin, tighten


class Disclosure(QWidget):
    """A flat button with a body under it that is hidden until asked for. Widgets go into ``content``."""

    def __init__(self, question: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        layout = QVBoxLayout(self)
        tighten(layout)
        self.button = QToolButton(self)
        self.button.setText(question)
        self.button.setIcon(icon(Glyph.HELP))
        self.button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.button.setCheckable(True)
        self.button.setAutoRaise(True)
        self.button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.button.toggled.connect(self._toggle)
        layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)
        self._body = QWidget(self)
        self.content = QVBoxLayout(self._body)
        tighten(self.content)
        self.content.setContentsMargins(margin() + margin() // 2, 0, 0, 0)
        self._body.setVisible(False)
        layout.addWidget(self._body)

    @Slot(bool)
    def _toggle(self, on: bool) -> None:
        self._body.setVisible(on)
