"""Colours can be read: every tone on every ground of both palettes."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from app.look.card import card_colour
from app.look.palette import Tone, apply_colours, is_dark, make_palette, tone_colour

_R = QPalette.ColorRole


def luminance(colour: QColor) -> float:
    """As WCAG 2.2 defines it."""
    parts = (colour.redF(), colour.greenF(), colour.blueF())
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: QColor, other: QColor) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def grounds(palette: QPalette) -> list[QColor]:
    return [*(palette.color(role) for role in (_R.Window, _R.Base, _R.AlternateBase)), card_colour(palette)]


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("tone", Tone)
def test_every_tone_is_readable_on_every_ground(qapp: QApplication, tone: Tone, dark: bool) -> None:
    palette = make_palette(dark)
    for ground in grounds(palette):
        assert contrast(tone_colour(tone, palette), ground) >= 4.5, (tone, ground.name())


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize(
    ("text", "ground"),
    [
        (_R.WindowText, _R.Window),
        (_R.Text, _R.Base),
        (_R.Text, _R.AlternateBase),
        (_R.ButtonText, _R.Button),
        (_R.HighlightedText, _R.Highlight),
        (_R.ToolTipText, _R.ToolTipBase),
        (_R.PlaceholderText, _R.Base),
        (_R.Link, _R.Base),
    ],
)
def test_roles_that_meet_are_readable(qapp: QApplication, text: _R, ground: _R, dark: bool) -> None:
    palette = make_palette(dark)
    assert contrast(palette.color(text), palette.color(ground)) >= 4.5


def test_the_choice_of_the_environment_is_taken(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    before = qapp.palette()
    try:
        monkeypatch.setenv("ROLLCALL_COLOURS", "dark")
        apply_colours(qapp)
        assert is_dark()
        assert tone_colour(Tone.GOOD) == QColor(Tone.GOOD.value[1])
        monkeypatch.setenv("ROLLCALL_COLOURS", "light")
        apply_colours(qapp)
        assert not is_dark()
    finally:
        qapp.setPalette(before)
