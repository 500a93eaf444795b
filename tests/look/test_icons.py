"""Every icon in use is in the font, and follows the palette without being made again."""

from __future__ import annotations

import subprocess
import sys

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QIcon, QImage
from PySide6.QtWidgets import QApplication

from app.look.icons import Glyph, app_icon, icon
from app.look.palette import Tone, make_palette, tone_colour


def picture(of: QIcon, mode: QIcon.Mode = QIcon.Mode.Normal) -> QImage:
    return of.pixmap(QSize(32, 32), mode).toImage().convertToFormat(QImage.Format.Format_ARGB32)


def drawn(image: QImage) -> int:
    """How many pixels are not see-through."""
    return sum(
        image.pixelColor(x, y).alpha() > 0 for x in range(image.width()) for y in range(image.height())
    )


@pytest.mark.parametrize("glyph", Glyph)
def test_every_glyph_is_drawn_inside_its_square(qapp: QApplication, glyph: Glyph) -> None:
    image = picture(icon(glyph))
    assert 20 < drawn(image) < 32 * 32
    corners = [(0, 0), (31, 0), (0, 31), (31, 31)]
    assert all(image.pixelColor(*corner).alpha() == 0 for corner in corners)


def test_glyphs_differ(qapp: QApplication) -> None:
    assert len({bytes(picture(icon(glyph)).constBits()) for glyph in Glyph}) == len(Glyph)


def test_an_icon_takes_the_colours_of_the_palette_that_holds_when_it_is_painted(qapp: QApplication) -> None:
    before = qapp.palette()
    good = icon(Glyph.GOOD, Tone.GOOD)
    try:
        for dark in (False, True):
            qapp.setPalette(make_palette(dark))
            colours = {
                picture(good).pixelColor(x, 16).name()
                for x in range(32)
                if picture(good).pixelColor(x, 16).alpha() == 255
            }
            assert tone_colour(Tone.GOOD).name() in colours
    finally:
        qapp.setPalette(before)


def test_the_first_icon_does_not_load_qtawesomes_code() -> None:
    code = (
        "import sys; from PySide6.QtWidgets import QApplication; app = QApplication([]);"
        "from app.look.icons import Glyph, icon; icon(Glyph.GOOD).pixmap(16, 16);"
        "print(sorted(m for m in sys.modules if m.split('.')[0] in ('qtawesome', 'qtpy')))"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"


def test_the_app_icon_has_all_sizes(qapp: QApplication) -> None:
    assert {size.width() for size in app_icon().availableSizes()} == {16, 24, 32, 48, 64, 128, 256}
