"""E-mail addresses as a mail server takes them: plain ASCII, nothing that could end a header or a command."""

from __future__ import annotations

import re
from typing import Final

from app.notify.mail_problem import MailProblem

LONGEST: Final = 254
"""Characters of an address (RFC 5321, 4.5.3.1.3, less the angle brackets)."""
MOST: Final = 20
"""Addresses one mail goes to."""

_LOCAL: Final = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?")


def addresses(text: str) -> list[str]:
    """The addresses of a list with commas or semicolons between them, each once.

    Raises:
        MailProblem: one of them is no address, there are too many, or there is none.
    """
    found = [part.strip() for part in re.split(r"[,;]", text)]
    made = list(dict.fromkeys(address(part) for part in found if part))
    if not made:
        raise MailProblem("MAIL-NO-ADDRESS")
    if len(made) > MOST:
        raise MailProblem("MAIL-ADDRESS", f"{len(made)} addresses, and {MOST} is the most.")
    return made


def address(text: str) -> str:
    """One address; a domain with letters beyond ASCII is written as DNS has it.

    Raises:
        MailProblem: it is none.
    """
    local, at, domain = text.rpartition("@")
    if not at or not _LOCAL.fullmatch(local):
        raise MailProblem("MAIL-ADDRESS", repr(text))
    plain = _domain(domain, text)
    if len(local) > 64 or len(local) + 1 + len(plain) > LONGEST:
        raise MailProblem("MAIL-ADDRESS", repr(text))
    return f"{local}@{plain}"


def _domain(domain: str, whole: str) -> str:
    plain = domain
    if not domain.isascii():
        import idna

        try:
            plain = idna.encode(domain, uts46=True).decode("ascii")
        except idna.IDNAError as error:
            raise MailProblem("MAIL-ADDRESS", repr(whole)) from error
    if not all(_LABEL.fullmatch(label) for label in plain.split(".")):
        raise MailProblem("MAIL-ADDRESS", repr(whole))
    return plain
