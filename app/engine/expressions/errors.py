"""What is said when an expression cannot be read, or cannot be worked out for one person."""

from __future__ import annotations

from app.setup.problem import Problem

_EXCERPT = 36
"""Characters shown on each side of the fault: a caret line must fit beside a field of the wizard."""


class ExpressionError(Problem):
    """An expression that cannot be used, with the place of the fault.

    Attributes:
        message: the fault alone, without the place; for a line under the field.
        line: line of the fault, from 1.
        column: column of the fault in that line, from 1.
        caret: two lines: the text around the fault and a ``^`` under it.
    """

    def __init__(
        self,
        message: str,
        text: str,
        offset: int,
        *,
        why: str = "",
        remedy: str = "",
        code: str = "EXPRESSION-SYNTAX",
    ) -> None:
        self.message = message
        self.line, self.column, self.caret = locate(text, offset)
        super().__init__(
            code=code,
            what=f"Line {self.line}, column {self.column}: {message}",
            why=why,
            remedy=remedy,
            details=self.caret,
        )


class EvaluationError(Problem):
    """An expression that is right in itself but has no answer for this person's attributes."""

    def __init__(self, what: str, why: str = "", remedy: str = "", *, code: str = "EXPRESSION-VALUE") -> None:
        super().__init__(code=code, what=what, why=why, remedy=remedy)


def locate(text: str, offset: int) -> tuple[int, int, str]:
    """Line and column (both from 1) of an offset, and the text there with a caret below it."""
    offset = max(0, min(offset, len(text)))
    begin = text.rfind("\n", 0, offset) + 1
    end = text.find("\n", offset)
    line = text[begin : len(text) if end < 0 else end].replace("\t", " ").rstrip("\r")
    place = offset - begin
    first = max(0, place - _EXCERPT)
    shown = line[first : place + _EXCERPT]
    before = "..." if first else ""
    after = "..." if place + _EXCERPT < len(line) else ""
    caret = " " * (len(before) + place - first) + "^"
    return text.count("\n", 0, begin) + 1, place + 1, f"{before}{shown}{after}\n{caret}"
