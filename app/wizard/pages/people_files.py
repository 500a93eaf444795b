"""Paths of people files as they are pasted and stored, and what a file holds in words. No Qt in here."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlparse

from app.wizard.pages.counting import amount, listed

if TYPE_CHECKING:
    from app.worker.messages import PeopleSummary


def tidy_path(text: str) -> str:
    """The path without what people paste around it: blanks, quotes, ``file://``, ``~``."""
    whole = text.strip().strip("\u200b\ufeff").strip()
    if len(whole) >= 2 and whole[0] == whole[-1] and whole[0] in "\"'":
        whole = whole[1:-1].strip()
    if whole.lower().startswith("file:"):
        whole = re.sub(r"^/(?=[A-Za-z]:)", "", unquote(urlparse(whole).path))
    return str(Path(whole).expanduser()) if whole.startswith("~") else whole


def stored_path(text: str, plan_path: Path) -> str | None:
    """The path as the plan keeps it: relative when the file lies in the plan's own folder or below it."""
    whole = tidy_path(text)
    if not whole:
        return None
    path = Path(whole)
    if path.is_absolute() and path.is_relative_to(plan_path.parent.resolve()):
        return path.relative_to(plan_path.parent.resolve()).as_posix()
    return whole


def what_is_in(summary: PeopleSummary) -> str:
    """What stands out in the files, in one or two sentences; empty when nothing does."""
    parts = []
    if summary.disabled:
        parts.append(f"{amount(summary.disabled, 'account is', 'accounts are')} disabled")
    if summary.guests:
        parts.append(f"{amount(summary.guests, 'is a guest', 'are guests')}")
    if summary.without_mail:
        parts.append(f"{amount(summary.without_mail, 'has', 'have')} no e-mail address")
    return f"Of the people, {listed(parts)}." if parts else ""


def faults_in_words(count: int) -> str:
    """A sentence over the list of rows that could not be read; empty when there are none."""
    if not count:
        return ""
    rows = amount(count, "row", "rows")
    return (
        f"{rows} could not be read. All others are used. "
        f"Mend the file and read it again, or go on without {'it' if count == 1 else 'them'}."
    )
