"""A drawing of a step, sharp at every size, with its words for those who cannot see it."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from pathlib import Path

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.look.card import RADIUS
from app.look.palette import edge_colour
from app.look.spacing import characters


def words_of(path: Path) -> str:
    """What the drawing's own title and description say; empty where it has none.

    Raises:
        OSError: the file cannot be read.
    """
    try:
        root = ElementTree.fromstring(path.read_bytes())  # shipped by us or chosen by the person
    except ElementTree.ParseError:
        return ""
    space = "{http://www.w3.org/2000/svg}"
    parts = [(root.findtext(f"{space}{name}") or "").strip() for name in ("title", "desc")]
    return " ".join(" ".join(part.split()) for part in parts if part)


class PictureView(QWidget):
    """Shows an SVG as wide as there is room, in its own proportions."""

    def __init__(self, path: Path, words: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._renderer = QSvgRenderer(str(path), self)
        self._renderer.setAspectRatioMode(Qt.AspectRatioMode.KeepAspectRatio)
        told = " ".join(part for part in (words, words_of(path)) if part)
        self.setAccessibleName(f"Picture: {told}")
        self.setToolTip(words_of(path))
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setMinimumWidth(characters(24))

    @property
    def is_valid(self) -> bool:
        """Whether the file holds a drawing."""
        return self._renderer.isValid()

    def hasHeightForWidth(self) -> bool:
        """Yes: the proportions are the drawing's."""
        return True

    def heightForWidth(self, width: int) -> int:
        """The height that goes with a width."""
        size = self._renderer.defaultSize()
        return round(width * size.height() / size.width()) if size.width() > 0 else width // 2

    def sizeHint(self) -> QSize:
        """Comfortable to look at, smaller than the text beside it."""
        width = characters(52)
        return QSize(width, self.heightForWidth(width))

    def changeEvent(self, event: QEvent) -> None:
        """The edge follows the palette."""
        if event.type() == QEvent.Type.PaletteChange:
            self.update()
        super().changeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The drawing, and an edge so that a light drawing ends somewhere on a light ground."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        height = min(self.height(), self.heightForWidth(self.width()))
        box = QRectF(0, 0, self.width(), height)
        self._renderer.render(painter, box)
        painter.setPen(edge_colour(self.palette()))
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS / 2, RADIUS / 2)
        painter.end()
