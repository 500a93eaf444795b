"""The one kind of error whose text a person reads."""

from __future__ import annotations


class Problem(Exception):
    """Something went wrong in a way that a person can act on.

    The four sentences answer, in this order, what a tired administrator asks. Nothing secret may be in
    any of them: they are shown, logged and exported as they are.

    Attributes:
        code: stable and searchable, upper case with dashes, such as ``TLS-EXPIRED``.
        what: what happened, in one sentence.
        why: why it most likely did.
        remedy: what to do next.
        details: technical detail for the person who asks for it; may be empty.
        answer: what the app itself answered, in one line; empty where no app did.
    """

    answer: str = ""

    def __init__(self, code: str, what: str, why: str = "", remedy: str = "", details: str = "") -> None:
        super().__init__(what)
        self.code = code
        self.what = what
        self.why = why
        self.remedy = remedy
        self.details = details

    def __str__(self) -> str:
        return " ".join(part for part in (self.what, self.why, self.remedy, f"({self.code})") if part)
