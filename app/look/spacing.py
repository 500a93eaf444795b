"""Distances and letter sizes, all from the font that the person has chosen: never a fixed pixel count."""

from __future__ import annotations

from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QApplication, QLayout, QWidget


def gap() -> int:
    """Between things that belong together, in device-independent pixels: half a line."""
    return max(4, QFontMetrics(QApplication.font()).height() // 2)


def margin() -> int:
    """Around a page or between groups: one line."""
    return gap() * 2


def lines(count: float, widget: QWidget | None = None) -> int:
    """The height of some lines of text in a widget's font (the application's when none is given)."""
    font = widget.font() if widget is not None else QApplication.font()
    return round(QFontMetrics(font).lineSpacing() * count)


def characters(count: float, widget: QWidget | None = None) -> int:
    """The width of some average characters in a widget's font (the application's when none is given)."""
    font = widget.font() if widget is not None else QApplication.font()
    return round(QFontMetrics(font).averageCharWidth() * count)


def scaled_font(factor: float, bold: bool = False, of: QFont | None = None) -> QFont:
    """A font of the same family, larger or smaller by a factor, so that it grows with the person's choice."""
    font = QFont(of or QApplication.font())
    if font.pointSizeF() > 0:
        font.setPointSizeF(font.pointSizeF() * factor)
    else:
        font.setPixelSize(round(font.pixelSize() * factor))
    font.setBold(bold)
    return font


def heading_font() -> QFont:
    """The font of a page's main instruction."""
    return scaled_font(1.45, bold=True)


def tighten(layout: QLayout, around: int = 0) -> None:
    """Set a layout's margins and the distance between its parts to the house's."""
    layout.setContentsMargins(around, around, around, around)
    layout.setSpacing(gap())
