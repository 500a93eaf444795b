"""What the suite writes, searched for secrets: all that Rollcall itself held for one, in every file."""

from __future__ import annotations

import re
from pathlib import Path

from app.setup.redaction import secrets_seen

SECRETS: set[bytes] = set()
"""Every secret that was known to Rollcall in this process since the tests began."""
_WORD = re.compile(rb"[A-Za-z0-9_\-+/=.~]{16,}")
_LARGEST = 64 * 1024 * 1024


def remember_secrets() -> None:
    """From now on, remember what Rollcall is told to blank wherever it may be written."""
    add = type(secrets_seen).add

    def remembering(self: object, secret: str) -> None:
        if self is secrets_seen and len(secret) >= 16:
            SECRETS.add(secret.encode())
        add(self, secret)  # type: ignore[arg-type]

    type(secrets_seen).add = remembering  # type: ignore[method-assign, assignment]


def files_with_secrets(folder: Path, secrets: set[bytes]) -> list[tuple[Path, bytes]]:
    """The files below a folder in which one of these stands, as it is."""
    found = []
    for path in folder.rglob("*"):
        if path.is_symlink() or not path.is_file() or path.stat().st_size > _LARGEST:
            continue
        words = set(_WORD.findall(path.read_bytes()))
        for word in words & secrets:
            found.append((path, word))
    return found
