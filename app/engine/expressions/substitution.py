"""What .NET's Regex.Replace puts in the place of a match."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeAlias

import regex  # type: ignore[import-untyped]

from app.engine.expressions.regular_expressions import Pattern, PatternFault

Substitution: TypeAlias = Callable[[regex.Match[str]], str]
"""Gives the text for one match."""

_SUBSTITUTION = re.compile(r"\$(?:\$|&|`|'|_|\+|\{([A-Za-z0-9_]+)\}|([0-9]{1,3}))")


def parse_substitution(text: str, pattern: Pattern) -> Substitution:
    """What .NET puts in a match's place: ``${name}``, ``$1``, ``$&``, ``$$`` and plain text.

    A reference to a group that the pattern does not have is plain text, as in .NET.

    Raises:
        PatternFault: for ``$+``, ``$_`` and the two for what stands around the match.
    """
    if "$" not in text:
        return lambda _match: text
    pieces: list[str | int] = []
    done = 0
    for found in _SUBSTITUTION.finditer(text):
        pieces.append(text[done : found.start()])
        done = found.end()
        pieces.append(_substituted(found, pattern))
    pieces.append(text[done:])

    def substitute(match: regex.Match[str]) -> str:
        return "".join(piece if isinstance(piece, str) else match[piece] or "" for piece in pieces)

    return substitute


def _substituted(found: re.Match[str], pattern: Pattern) -> str | int:
    written = found[0]
    if written == "$$":
        return "$"
    if written == "$&":
        return 0
    name = found[1] or found[2]
    if name is None:
        raise PatternFault(f"The substitution {written} is not supported.")
    if name.isdigit():
        return pattern.numbers.get(int(name), written)
    number: int | None = pattern.compiled.groupindex.get(name)
    return written if number is None else number
