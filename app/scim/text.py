"""How texts are compared where letter case means nothing to SCIM: user names, e-mails, search values."""

from __future__ import annotations

import unicodedata
from typing import Final

_NO_CASE: Final = ("username", "emails")


def folded(value: object) -> str:
    """A text without the differences that are none: letter case, and how an accented letter is composed.

    Example:
        >>> folded("Jo\\u0308rg@Contoso.com") == folded("j\\u00f6rg@contoso.com")
        True
    """
    text = str(value)
    return text.casefold() if text.isascii() else unicodedata.normalize("NFC", text).casefold()


def composed(value: str) -> str:
    """A text with its accented letters composed: NFC. Apps store names so, directories need not."""
    return value if value.isascii() else unicodedata.normalize("NFC", value)


def has_no_case(target: str) -> bool:
    """Whether a target's letter case means nothing: userName and e-mails (RFC 7643: caseExact false)."""
    return target.casefold().startswith(_NO_CASE)
