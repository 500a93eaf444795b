"""What a mail says. Others wrote parts of it, and no text of theirs can become a header."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from typing import Final, Literal, TypeAlias

from app.notify.server import MailServer
from app.setup.redaction import secrets_seen

LONGEST_SUBJECT: Final = 150
LONGEST_TEXT: Final = 20_000
_SIGNATURE: Final = (
    "Rollcall sent this because the plan's notifications say so. It is sent once for each event: the next "
    "one comes when something else fails, or the same again after it was in order."
)

Kind: TypeAlias = Literal["failure", "people", "quarantine", "guard", "test"]
"""``failure``: a cycle as a whole; ``people``: some people or groups in it."""


@dataclass(frozen=True, slots=True)
class News:
    """Something that needs somebody.

    Attributes:
        marks: what it is about, in short and stable words; news are new while a mark of theirs was not told.
        facts: names and values, for the table under the text.
    """

    kind: Kind
    subject: str
    text: Sequence[str]
    facts: dict[str, str] = field(default_factory=dict)
    marks: frozenset[str] = frozenset()


def letter(news: News, server: MailServer, at: datetime | None = None) -> EmailMessage:
    """The mail, with all its headers. Known secrets are blanked, though none should be in it."""
    message = EmailMessage()
    message["Subject"] = one_line(news.subject)
    message["From"] = f"Rollcall <{server.sender}>"
    message["To"] = ", ".join(server.receivers)
    message["Date"] = format_datetime(at or datetime.now(UTC))
    # The domain is named: left out, Python asks the network for this computer's, which can take minutes.
    message["Message-ID"] = make_msgid(domain=server.sender.rpartition("@")[2])
    # RFC 3834: no automatic answers, so that two robots do not write to each other.
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(body(news), charset="utf-8")
    return message


def body(news: News) -> str:
    """The text of the mail."""
    width = max(map(len, news.facts), default=0)
    parts = [paragraph(each) for each in news.text if each.strip()]
    if news.facts:
        rows = (
            f"{one_line(name)}:{' ' * (width - len(name))} {one_line(value)}"
            for name, value in news.facts.items()
        )
        parts.append("\n".join(rows))
    parts.append(f"-- \n{_SIGNATURE}")
    return "\n\n".join(parts)[:LONGEST_TEXT] + "\n"


def paragraph(text: str) -> str:
    """A text without secrets and without what terminals and mail programs take for commands."""
    clean = secrets_seen.clean(text)
    kept = "".join(each if each == "\n" or unicodedata.category(each)[0] != "C" else " " for each in clean)
    return kept.strip()


def one_line(text: str) -> str:
    """A text on one line, fit for a header: line ends of every kind become blanks."""
    line = " ".join(paragraph(text).split())
    return line if len(line) <= LONGEST_SUBJECT else f"{line[: LONGEST_SUBJECT - 3]}..."
