"""The secret token: cleaned as it is pasted, and its expiry told. `token_store` keeps it."""

from __future__ import annotations

import base64
import binascii
import json
import re
import unicodedata
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from app.setup.problem import Problem
from app.setup.redaction import secrets_seen
from app.setup.token_store import SPLIT_OVER, TokenStore

__all__ = ["SPLIT_OVER", "CleanToken", "TokenProblem", "TokenStore", "clean_token", "expiry_note"]

SOON: Final = timedelta(days=30)
"""An expiry nearer than this is warned about: renewing a token often needs somebody else's time."""

LONGEST: Final = 16_384
"""Characters; web servers refuse longer headers."""

_QUOTES: Final = "\"'`<>\u2018\u2019\u201a\u201c\u201d\u201e\u00ab\u00bb"
_PREFIX: Final = re.compile(
    r"(?:authorization\s*:\s*)?bearer(?:\s+|\s*:\s*|$)|authorization\s*:\s*", re.IGNORECASE
)
_JWT: Final = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*")


class TokenProblem(Problem):
    """A text that cannot be a secret token. Never repeats any of it."""


@dataclass(frozen=True, slots=True)
class CleanToken:
    """A token as it is sent.

    Attributes:
        token: the secret itself; left out of ``repr``.
        notes: what was cleaned away and what to know about its expiry, one sentence each.
        expires: when a JWT says that it ends, in UTC; None for other tokens.
    """

    token: str = field(repr=False)
    notes: list[str] = field(default_factory=list)
    expires: datetime | None = None


def clean_token(pasted: str, now: datetime | None = None) -> CleanToken:
    """Take away what came along when a token was copied. The redactor learns it here.

    Args:
        pasted: what a person pasted or piped in.
        now: the time that an expiry is compared with; the present when left out.

    Raises:
        TokenProblem: nothing is left, or what is left cannot be sent as a token.
    """
    notes: list[str] = []
    text = "".join(c for c in pasted if unicodedata.category(c) != "Cf")
    if text != pasted:
        notes.append("Removed characters that cannot be seen.")
    token = _unwrap(text, notes)
    if not token:
        raise TokenProblem(
            "TOKEN-EMPTY",
            "The secret token is empty.",
            "Nothing was pasted, or only blanks and quotation marks.",
            "Copy the token from the app's SCIM settings. Most apps show it only once; make a new one there.",
        )
    secrets_seen.add(token)
    _check(token)
    expires = _expiry(token)
    if expires and (note := expiry_note(expires, now)):
        notes.append(note)
    return CleanToken(token, notes, expires)


def _unwrap(text: str, notes: list[str]) -> str:
    """The text without blanks, quotation marks and ``Bearer`` around it, and without line ends inside."""
    token, before = text.strip(), ""
    blanks, quotes, bearer = token != text, False, False
    while token != before:
        before = token
        unquoted = token.strip(_QUOTES).strip()
        token = _PREFIX.sub("", unquoted, count=1) if _PREFIX.match(unquoted) else unquoted
        quotes |= unquoted != before
        bearer |= token != unquoted
        token = token.strip()
    if bearer:
        notes.append('Removed "Bearer" in front: Rollcall adds it when it sends the token.')
    if quotes:
        notes.append("Removed the quotation marks around the token.")
    if blanks:
        notes.append("Removed blanks or line ends around the token.")
    if "\n" in token or "\r" in token:
        token = "".join(token.split())
        notes.append("Removed line ends inside the token.")
    return token


def _check(token: str) -> None:
    if re.match(r"basic\s", token, re.IGNORECASE):
        raise TokenProblem(
            "TOKEN-BASIC",
            'This begins with "Basic": it is a user name and password, not a secret token.',
            "Entra and Rollcall sign in to SCIM apps with a bearer token.",
            "Look for a token, an API key or a bearer token in the app's SCIM settings.",
        )
    wrong = next((at for at, c in enumerate(token, start=1) if not "!" <= c <= "~"), 0)
    if wrong:
        raise TokenProblem(
            "TOKEN-CHARACTERS",
            f"Character {wrong} of the token cannot be part of one.",
            "It is a blank, an accented letter or a bullet: the token was hidden, or more was copied.",
            "Show the token in the app, copy it alone, and paste it again.",
        )
    if len(token) > LONGEST:
        raise TokenProblem(
            "TOKEN-LENGTH",
            f"The token has more than {LONGEST:,} characters.",
            "Something else was probably pasted, such as a whole file.",
            "Copy the token alone from the app's SCIM settings.",
        )


def _expiry(token: str) -> datetime | None:
    """The ``exp`` of a JSON Web Token (RFC 7519, section 4.1.4); None when it is none or has none."""
    if not _JWT.fullmatch(token):
        return None
    payload = token.split(".")[1]
    try:
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        seconds = claims["exp"]
        if isinstance(seconds, bool):
            return None
        return datetime.fromtimestamp(float(seconds), UTC)
    except (binascii.Error, ValueError, KeyError, TypeError, OverflowError, OSError, RecursionError):
        return None


def expiry_note(expires: datetime, now: datetime | None = None) -> str:
    """A warning when a token has ended or will soon; empty while there is time."""
    left = expires - (now or datetime.now(UTC))
    day = f"{expires.day} {expires:%B %Y}"
    if left <= timedelta():
        return f"This token ended on {day}: the app will refuse it. Make a new one in the app."
    if left > SOON:
        return ""
    days = left.days
    when = "in less than a day" if not days else "in 1 day" if days == 1 else f"in {days} days"
    return f"This token ends {when}, on {day}. Renew it before then, or provisioning stops."
