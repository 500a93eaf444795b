"""Letters without their accents, as Microsoft's table for NormalizeDiacritics has them.

Source: "Functions for customizing application data", NormalizeDiacritics (261 entries). All but a few of
them are what is left when combining marks are taken off; the exceptions stand below. The table is Latin
only, so letters of other scripts keep their marks, which often make another letter (й is not и).
"""

from __future__ import annotations

import unicodedata

_EXCEPTIONS = {
    "æ": "ae",
    "Æ": "AE",
    "ı": "i",
    "ł": "l",
    "Ł": "L",
    "ø": "oe",
    "Ø": "OE",
    "ß": "ss",
}
_LIGATURES = {"œ": "oe", "Œ": "OE"}
"""In the table only with a macron; bare, they have no accent to lose."""


def normalize(text: str) -> str:
    """The text with accented Latin letters replaced by plain ones."""
    if text.isascii():
        return text
    pieces: list[str] = []
    letter = ""
    marks: list[str] = []
    for character in unicodedata.normalize("NFD", text):
        if unicodedata.combining(character):
            marks.append(character)
            continue
        pieces.append(_bare(letter, marks))
        letter, marks = character, []
    pieces.append(_bare(letter, marks))
    return unicodedata.normalize("NFC", "".join(pieces))


def _bare(letter: str, marks: list[str]) -> str:
    if letter in _EXCEPTIONS:
        return _EXCEPTIONS[letter]
    if not marks or not _is_latin(letter):
        return letter + "".join(marks)
    return _LIGATURES.get(letter, letter)


def _is_latin(letter: str) -> bool:
    return letter.isascii() or unicodedata.name(letter, "").startswith("LATIN")
