"""What the bars of the plot are made of: an action has its colour, its pattern and its place in the stack."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPalette, QPen

from app.look.palette import Tone, tone_colour


@dataclass(frozen=True, slots=True)
class Style:
    """How an action is painted: its name in the legend, its tone, and the pattern that tells it without."""

    name: str
    tone: Tone
    pattern: Qt.BrushStyle


ACTIONS: dict[str, Style] = {
    "create": Style("created", Tone.ACCENT, Qt.BrushStyle.SolidPattern),
    "update": Style("updated", Tone.MUTED, Qt.BrushStyle.BDiagPattern),
    "disable": Style("disabled", Tone.WARNING, Qt.BrushStyle.HorPattern),
    "delete": Style("deleted", Tone.PLAIN, Qt.BrushStyle.DiagCrossPattern),
    "staged-delete": Style("held back", Tone.WARNING, Qt.BrushStyle.NoBrush),
    "failure": Style("failed", Tone.BAD, Qt.BrushStyle.Dense4Pattern),
}
"""From the foot of a bar upwards. People left as they are have no part: they would hide all others."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One cycle: its parts from the foot upwards, and its numbers in words."""

    cycle: int
    parts: tuple[tuple[str, int], ...]
    text: str

    @property
    def total(self) -> int:
        """How many people it changed."""
        return sum(count for _, count in self.parts)


def parts_of(counts: dict[str, int]) -> tuple[tuple[str, int], ...]:
    """The actions of a cycle that are painted, in their order."""
    return tuple((action, counts[action]) for action in ACTIONS if counts.get(action, 0) > 0)


def paint_action(painter: QPainter, action: str, box: QRectF, palette: QPalette) -> None:
    """Fill a box as the action is painted, on ground of its own: no highlight shines through its pattern."""
    style = ACTIONS[action]
    colour = tone_colour(style.tone, palette)
    painter.fillRect(box, QColor(palette.color(QPalette.ColorRole.Base)))
    painter.setPen(QPen(colour, 1))
    painter.setBrush(QBrush(colour, style.pattern))
    painter.drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5))
