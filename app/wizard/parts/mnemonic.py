"""Letters for Alt+letter that are unique on a page, also where texts come from a file."""

from __future__ import annotations

FRAME_LETTERS = frozenset("nbcl")
"""Taken on each page: Next, Back, Close, Learn more."""


def with_mnemonic(text: str, taken: set[str]) -> str:
    """The text with ``&`` before its first letter that is still free; ``taken`` grows by it.

    Starts of words go first: that is where people look. Ampersands of the text itself are kept as such.
    """
    starts = [at for at in range(len(text)) if at == 0 or not text[at - 1].isalnum()]
    for at in [*starts, *range(len(text))]:
        letter = text[at].lower()
        if letter.isascii() and letter.isalnum() and letter not in taken | FRAME_LETTERS:
            taken.add(letter)
            return f"{text[:at].replace('&', '&&')}&{text[at:].replace('&', '&&')}"
    return text.replace("&", "&&")


def letter_of(text: str) -> str:
    """The mnemonic letter of a text, in lower case; empty for none."""
    bare = text.replace("&&", "")
    at = bare.find("&")
    return bare[at + 1].lower() if 0 <= at < len(bare) - 1 else ""
