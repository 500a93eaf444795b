"""A calm box that holds what belongs together."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from app.look.palette import edge_colour, is_dark
from app.look.spacing import gap, margin, scaled_font

RADIUS = 8.0


def paint_card(widget: QWidget, fill: QColor, edge: QColor, width: float = 1.0) -> None:
    """Fill a widget with rounded corners; used by everything that looks like a card."""
    painter = QPainter(widget)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    half = width / 2
    painter.setPen(QPen(edge, width))
    painter.setBrush(fill)
    painter.drawRoundedRect(QRectF(widget.rect()).adjusted(half, half, -half, -half), RADIUS, RADIUS)
    painter.end()


def card_colour(palette: QPalette) -> QColor:
    """The ground of a card: white on light grey; on dark grey a little lighter, so that fields stand out."""
    return palette.color(QPalette.ColorRole.Midlight if is_dark(palette) else QPalette.ColorRole.Base)


class Card(QWidget):
    """A group with an optional title. Put widgets into ``self.column``.

    Painted here instead of by a style sheet: style sheets cost every child a second style, and would need
    colours that do not follow the palette.
    """

    def __init__(self, title: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(margin(), margin() - gap() // 2, margin(), margin() - gap() // 2)
        self.column.setSpacing(gap())
        self.title = QLabel(title, self)
        self.title.setFont(scaled_font(1.05, bold=True))
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        self.title.setWordWrap(True)
        self.title.setVisible(bool(title))
        self.column.addWidget(self.title)
        if title:
            self.setAccessibleName(title)

    def set_title(self, title: str) -> None:
        """Change the title."""
        self.title.setText(title)
        self.title.setVisible(bool(title))
        self.setAccessibleName(title)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's own name
        """Paint the ground and its edge."""
        palette = self.palette()
        paint_card(self, card_colour(palette), edge_colour(palette))
