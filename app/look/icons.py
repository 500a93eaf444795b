"""Icons from the Material Design font that qtawesome ships, drawn in the palette's colours.

qtawesome's own loader is not used: it reads six fonts and their name tables and imports QtOpenGL, 270 ms at
the first icon (measured), more than the whole start of a window. Only its font file is: the outline of each
glyph is taken once and filled at paint time, so an icon is sharp at every scale and follows a change of
palette by itself.
"""

from __future__ import annotations

import importlib.util
from enum import Enum
from functools import cache
from pathlib import Path

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QGuiApplication,
    QIcon,
    QIconEngine,
    QPainter,
    QPainterPath,
    QPalette,
    QPixmap,
    QRawFont,
    QTransform,
)

from app.look.palette import Tone, tone_colour
from app.setup.folders import resource

_FONT_FILE = "materialdesignicons6-webfont-6.9.96.ttf"
_UNIT = 512.0


class Glyph(Enum):
    """The icons in use, with their code points in Material Design Icons 6 (charmap of qtawesome 1.4)."""

    ADD = 0xF0415  # plus
    APP = 0xF1577  # application-cog-outline
    BACK = 0xF0141  # chevron-left
    BAD = 0xF0159  # close-circle
    CLOSE = 0xF0156  # close
    COLOURS = 0xF050E  # theme-light-dark
    COPY = 0xF018F  # content-copy
    CURRENT = 0xF0AA5  # circle-slice-8
    DELETE = 0xF0A7A  # trash-can-outline
    DISABLE = 0xF0BE7  # account-off-outline
    EDIT = 0xF0CB6  # pencil-outline
    EXPORT = 0xF0120  # tray-arrow-down
    FILE = 0xF09EE  # file-document-outline
    FILTER = 0xF0236  # filter-variant
    FOLDER = 0xF0DCF  # folder-open-outline
    FORWARD = 0xF0142  # chevron-right
    GOOD = 0xF05E0  # check-circle
    GROUP = 0xF0B58  # account-group-outline
    HELP = 0xF0625  # help-circle-outline
    HIDE = 0xF06D1  # eye-off-outline
    IDLE = 0xF0150  # clock-outline
    INFO = 0xF02FD  # information-outline
    KEY = 0xF030B  # key-variant
    LINK = 0xF03CC  # open-in-new
    MAIL = 0xF01F0  # email-outline
    MONITOR = 0xF13B4  # monitor-eye
    NEW_PERSON = 0xF0801  # account-plus-outline
    NONE = 0xF0377  # minus-circle-outline
    PAUSE = 0xF03E4  # pause
    PERSON = 0xF0013  # account-outline
    QUARANTINE = 0xF0ECD  # shield-alert-outline
    REMOVE = 0xF0374  # minus
    RESET = 0xF099B  # restore
    RUN = 0xF040A  # play
    SEARCH = 0xF0349  # magnify
    SHOW = 0xF06D0  # eye-outline
    SKIPPED = 0xF01B7  # debug-step-over
    STOP = 0xF04DB  # stop
    SYNC = 0xF04E6  # sync
    TO_COME = 0xF0766  # circle-outline
    UPDATE = 0xF0FFB  # account-edit-outline
    WARNING = 0xF0026  # alert


def _font_path() -> Path:
    """Where the icon font is: beside qtawesome, or among the packaged app's files."""
    # find_spec does not run qtawesome's code, which is what takes the time.
    found = importlib.util.find_spec("qtawesome")
    if found is not None and found.submodule_search_locations:
        path = Path(found.submodule_search_locations[0]) / "fonts" / _FONT_FILE
        if path.is_file():
            return path
    return resource("icons", _FONT_FILE)


@cache
def _raw_font() -> QRawFont:
    font = QRawFont(str(_font_path()), _UNIT, QFont.HintingPreference.PreferNoHinting)
    if not font.isValid():
        raise FileNotFoundError(f"the icon font {_font_path()} cannot be read")
    return font


@cache
def _outline(glyph: Glyph) -> QPainterPath:
    """The glyph's outline in a square of side 1."""
    font = _raw_font()
    index = font.glyphIndexesForString(chr(glyph.value))[0]
    path = font.pathForGlyph(index)
    square = QTransform().translate(0, font.ascent() / (font.ascent() + font.descent()))
    return square.scale(1 / _UNIT, 1 / _UNIT).map(path)


class _GlyphEngine(QIconEngine):
    """Fills a glyph's outline with a tone of the palette that holds when it is painted."""

    def __init__(self, glyph: Glyph, tone: Tone | None) -> None:
        super().__init__()
        self._glyph = glyph
        self._tone = tone

    def _colour(self, mode: QIcon.Mode) -> QColor:
        palette = QGuiApplication.palette()
        if mode == QIcon.Mode.Disabled:
            return palette.color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.ButtonText)
        if mode == QIcon.Mode.Selected:
            return palette.color(QPalette.ColorRole.HighlightedText)
        if self._tone is None:
            return palette.color(QPalette.ColorRole.ButtonText)
        return tone_colour(self._tone, palette)

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        """Fill the largest square of the rectangle."""
        side = min(rect.width(), rect.height())
        box = QRectF(0, 0, side, side)
        box.moveCenter(QPointF(rect.x() + rect.width() / 2, rect.y() + rect.height() / 2))
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(box.topLeft())
        painter.scale(side, side)
        painter.fillPath(_outline(self._glyph), self._colour(mode))
        painter.restore()

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        """Paint on a see-through pixmap of the size asked for, in device pixels."""
        if size.isEmpty():
            return QPixmap()  # a button that has no room yet is painted all the same
        pixmap = QPixmap(size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        self.paint(painter, QRect(0, 0, size.width(), size.height()), mode, state)
        painter.end()
        return pixmap

    def clone(self) -> QIconEngine:
        """A second engine that draws the same."""
        return _GlyphEngine(self._glyph, self._tone)


def icon(glyph: Glyph, tone: Tone | None = None) -> QIcon:
    """An icon that follows the palette. Without a tone it has the colour of a button's text."""
    return QIcon(_GlyphEngine(glyph, tone))


def app_icon() -> QIcon:
    """Rollcall's own icon, for windows and task bars."""
    made = QIcon()
    for side in (16, 24, 32, 48, 64, 128, 256):
        made.addFile(str(resource("icons", f"rollcall-{side}.png")), QSize(side, side))
    return made
