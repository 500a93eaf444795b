"""The drawn pictures: they render, say what they show, and depend on no font and no other file."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from app.setup.folders import resource
from app.setup.profile import list_profiles

SVG = "{http://www.w3.org/2000/svg}"
PICTURES = sorted(resource("pictures").glob("*.svg"))
EXPECTED = {
    "invision-1-settings",
    "invision-2-change",
    "invision-3-toggle",
    "invision-4-copy",
    "scim-1-admin",
    "scim-2-enable",
    "scim-3-copy",
}


def test_all_pictures_are_there() -> None:
    assert {path.stem for path in PICTURES} == EXPECTED


def test_every_picture_that_a_profile_names_is_there() -> None:
    for profile in list_profiles():
        assert profile.where_to_find
        for step in profile.where_to_find:
            name = step.picture if step.picture.endswith(".svg") else f"{step.picture}.svg"
            assert resource("pictures", name).is_file(), (profile.name, step.title)


@pytest.mark.parametrize("path", PICTURES, ids=lambda path: path.stem)
def test_a_picture_says_what_it_shows(path: Path) -> None:
    root = ET.parse(path).getroot()
    title, text = root.findtext(f"{SVG}title"), root.findtext(f"{SVG}desc")
    assert title
    assert text
    assert len(text) > 40
    assert root.get("role") == "img"


@pytest.mark.parametrize("path", PICTURES, ids=lambda path: path.stem)
def test_a_picture_needs_no_font_and_no_other_file(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    root = ET.fromstring(text)
    assert not list(root.iter(f"{SVG}text"))
    assert not list(root.iter(f"{SVG}image"))
    used = set(re.findall(r'href="([^"]+)"', text))
    assert all(target.startswith("#") for target in used)
    there = {element.get("id") for element in root.iter()}
    assert {target[1:] for target in used} <= there
    assert path.stat().st_size < 40_000


@pytest.mark.parametrize("path", PICTURES, ids=lambda path: path.stem)
def test_a_picture_is_drawn_by_qt(qapp: QApplication, path: Path) -> None:
    renderer = QSvgRenderer(str(path))
    assert renderer.isValid()
    image = QImage(720, 420, QImage.Format.Format_ARGB32)
    image.fill(0)
    painter = QPainter(image)
    renderer.render(painter, QRectF(0, 0, 720, 420))
    painter.end()
    colours = {image.pixelColor(x, y).name() for x in range(0, 720, 4) for y in range(0, 420, 4)}
    assert len(colours) > 12
    # The control that the step is about is marked; the card under all is opaque, so it reads in the dark too.
    assert "#c2410c" in colours
    assert image.pixelColor(360, 8).alpha() == 255
