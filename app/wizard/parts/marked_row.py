"""A row of a list on a page: a mark, texts under each other, and what stands at its end."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from app.look.icons import Glyph, icon
from app.look.notice import IconLabel
from app.look.spacing import gap


def lay_out_marked(row: QWidget, mark: IconLabel, texts: Sequence[QWidget], *at_the_end: QWidget) -> None:
    """Lay the row's parts out: the texts take the room, all begin at its top."""
    layout = QHBoxLayout(row)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(gap())
    layout.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
    column = QVBoxLayout()
    column.setSpacing(gap() // 4)
    for text in texts:
        column.addWidget(text)
    layout.addLayout(column, 1)
    for part in at_the_end:
        layout.addWidget(part, 0, Qt.AlignmentFlag.AlignTop)


class DetailsButton(QToolButton):
    """Shows and hides what a row has to tell beyond its line. Stays down while that is shown."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setText("Details")
        self.setIcon(icon(Glyph.FORWARD))
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setCheckable(True)
        self.setAutoRaise(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(f"Details of {title}")
