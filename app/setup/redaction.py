"""Known secrets are blanked by value wherever text leaves the program: logs, reports, errors, exports.

By value, not by place: a token that an app repeats in an error page is found as well as one in a header.
Clean a text before shortening it; half a token is not recognised.
"""

from __future__ import annotations

import base64
import html
import json
import logging
import re
from threading import Lock
from typing import Final
from urllib.parse import quote, quote_plus

BLANK: Final = "[secret]"
SHORTEST: Final = 4
"""Characters; blanking every "a" would leave no text to read, and nobody's token is shorter."""


class Redactor:
    """Knows secrets and blanks them, also where they were encoded on the way."""

    def __init__(self) -> None:
        self._forms: set[str] = set()
        self._pattern: re.Pattern[str] | None = None
        self._lock = Lock()

    def add(self, secret: str) -> None:
        """Blank this from now on. Empty and very short texts are no secrets."""
        if len(secret) < SHORTEST:
            return
        with self._lock:
            new = encoded_forms(secret) - self._forms
            if new:
                self._forms |= new
                self._pattern = None

    def clean(self, text: str) -> str:
        """The text with every known secret blanked."""
        if self._pattern is None and self._forms:
            with self._lock:
                # The longest first: a form that holds another one is blanked as a whole.
                by_length = sorted(self._forms, key=len, reverse=True)
                self._pattern = re.compile("|".join(map(re.escape, by_length)))
        pattern = self._pattern
        return pattern.sub(BLANK, text) if pattern else text


def encoded_forms(secret: str) -> set[str]:
    """The secret as it is, and as URLs, JSON, HTML, base64, hexadecimal and Python's repr write it."""
    escaped = json.dumps(secret)[1:-1]
    # Half a character (a lone surrogate) cannot be in a token, but it can be in what was pasted as one.
    raw = secret.encode("utf-8", "surrogatepass")
    urls = {quote(raw), quote(raw, safe=""), quote_plus(raw)}
    forms = {
        secret,
        escaped,
        escaped.replace("/", "\\/"),
        json.dumps(secret, ensure_ascii=False)[1:-1],
        json.dumps(escaped)[1:-1],
        repr(secret)[1:-1],
        html.escape(secret),
        html.escape(secret, quote=False),
        *urls,
        *(re.sub(r"%[0-9A-F]{2}", lambda found: found[0].lower(), url) for url in urls),
    }
    forms |= {raw.hex(), raw.hex().upper()}
    for shift in range(3):
        forms |= _base64_inside(raw, shift)
    return {form for form in forms if len(form) >= SHORTEST}


def _base64_inside(raw: bytes, shift: int) -> set[str]:
    """How base64 writes the secret inside a longer text that has ``shift`` bytes more in front of it.

    Only the characters that the secret alone decides: those at its ends also hold bits of its neighbours.
    """
    whole = base64.b64encode(b"\0" * shift + raw).decode("ascii")
    first = (0, 2, 3)[shift]
    sure = (shift + len(raw)) * 8 // 6
    plain = whole[first:sure]
    return {plain, plain.replace("+", "-").replace("/", "_"), quote(plain, safe="")}


class RedactingFilter(logging.Filter):
    """Cleans a log record for the handler it is added to, and for all that come after it."""

    def __init__(self, redactor: Redactor) -> None:
        super().__init__()
        self._redactor = redactor
        self._formatter = logging.Formatter()

    def filter(self, record: logging.LogRecord) -> bool:
        """Blank secrets in the message, its arguments, the exception and the stack. Keeps every record."""
        record.msg = self._redactor.clean(record.getMessage())
        record.args = None
        if record.exc_info:
            # A formatter takes exc_text where it is set, and does not format exc_info again.
            record.exc_text = self._formatter.formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = self._redactor.clean(record.exc_text)
        if record.stack_info:
            record.stack_info = self._redactor.clean(record.stack_info)
        return True


secrets_seen: Final = Redactor()
"""The process's one redactor: whatever reads a token tells it at once."""
