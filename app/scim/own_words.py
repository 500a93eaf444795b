"""The app's own words of a refusal: status, scimType and detail in one line, fit for a log row."""

from __future__ import annotations

import re
from typing import Final

from app.scim.answer import Exchange

MOST: Final = 500
"""Characters of a detail that are kept; a page of HTML or a stack trace says no more in ten thousand."""
_UNSEEN: Final = re.compile(r"<(script|style|head)\b.*?(</\1\s*>|$)", re.DOTALL | re.IGNORECASE)
_TAG: Final = re.compile(r"<[^<>]*>")
_PASSWORD: Final = re.compile(r'("password"\s*:\s*)"(?:[^"\\]|\\.)*("|$)', re.IGNORECASE)


def own_words(exchange: Exchange) -> str:
    """What the app answered: ``HTTP 400 invalidValue: The key name cannot have special characters.``

    The token and passwords are blanked, control characters are made visible, and the text is cut. Where the
    answer is no SCIM error, its body stands for the detail; of a page of HTML, its text.
    """
    kind, detail = exchange.scim_error
    if not detail and exchange.body:
        detail = exchange.blank(_PASSWORD.sub(r'\1"[secret]"', _readable(exchange.text)), MOST)
    lead = " ".join(part for part in (f"HTTP {exchange.status}", kind) if part)
    words = " ".join(detail.split())
    return f"{lead}: {words}" if words else f"{lead} (the answer has no text)"


def _readable(text: str) -> str:
    """A body without its markup; the beginning is enough."""
    part = text[: MOST * 40]
    if part.lstrip()[:1] == "<":
        part = _TAG.sub(" ", _UNSEEN.sub(" ", part))
    return " ".join(part.split())
