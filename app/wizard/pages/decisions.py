"""The list of all decisions on *Review*: one group for each page, with the way back to it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.look.card import Card
from app.look.icons import Glyph, icon
from app.look.palette import Tone
from app.look.spacing import characters, gap, tighten
from app.look.toned_label import TonedLabel
from app.wizard.parts.emptying import empty


@dataclass(frozen=True, slots=True)
class Section:
    """What one page says of itself: its key, its title, its decisions, and what it still misses."""

    key: str
    title: str
    told: tuple[tuple[str, str], ...]
    missing: str = ""


class SectionCard(Card):
    """One page's decisions.

    Signals:
        change(str): the person wants to go to the page; its key.
    """

    change = Signal(str)

    def __init__(self, section: Section, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._key = section.key
        self.setAccessibleName(section.title)
        top = QHBoxLayout()
        top.setSpacing(gap())
        title = QLabel(section.title, self)
        title.setFont(self.title.font())
        self.button = QPushButton(icon(Glyph.EDIT), "Change", self)
        self.button.setAutoDefault(False)
        self.button.setAccessibleName(f"Change {section.title}")
        self.button.clicked.connect(self._ask)
        top.addWidget(title, 1)
        top.addWidget(self.button)
        self.column.addLayout(top)
        grid = QGridLayout()
        grid.setHorizontalSpacing(gap() * 2)
        grid.setVerticalSpacing(gap() // 2)
        grid.setColumnMinimumWidth(0, characters(22))
        grid.setColumnStretch(1, 1)
        for line, (what, chosen) in enumerate(section.told):
            name = TonedLabel(Tone.MUTED, self)
            name.setText(what)
            value = QLabel(chosen, self)
            value.setWordWrap(True)
            value.setTextFormat(Qt.TextFormat.PlainText)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            grid.addWidget(name, line, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(value, line, 1)
        self.column.addLayout(grid)
        fault = TonedLabel(Tone.BAD, self)
        fault.setText(f"Still missing: {section.missing}." if section.missing else "")
        self.column.addWidget(fault)

    @Slot()
    def _ask(self) -> None:
        self.change.emit(self._key)


class Decisions(QScrollArea):
    """All sections under each other.

    Signals:
        change(str): the person wants to go to a page; its key.
    """

    change = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cards: list[SectionCard] = []
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._inside = QWidget(self)
        self._list = QVBoxLayout(self._inside)
        tighten(self._list)
        self._list.setContentsMargins(gap(), gap(), gap(), gap())
        self.setWidget(self._inside)

    def show_sections(self, sections: list[Section]) -> None:
        """Show these sections instead of the former ones."""
        empty(self._list)
        self.cards = []
        for section in sections:
            card = SectionCard(section, self._inside)
            card.change.connect(self.change)
            self._list.addWidget(card)
            self.cards.append(card)
        self._list.addStretch(1)
