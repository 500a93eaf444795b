"""What can stand at a spot of an expression: names to complete, and the call one is in. No Qt in here.

Not the language's own parser, which is the engine's and wants whole expressions: here the text is half
typed. Only strings, brackets and names are told apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from app.worker.messages import FunctionRow

SHORTEST = 2
"""Letters of a function's name before completion offers something by itself."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where the caret is.

    Attributes:
        kind: within the brackets of an attribute, at a bare name (a function's), or within a text.
        typed: the part of the name before the caret.
        begin: where that part begins.
        calls: names of the functions whose brackets are open here, the innermost last, each with how many
            commas stand between its bracket and the caret.
    """

    kind: Literal["attribute", "name", "text"]
    typed: str
    begin: int
    calls: tuple[tuple[str, int], ...] = ()


def spot_at(text: str, place: int) -> Spot:
    """What the caret at a place is in."""
    calls: list[tuple[str, int]] = []
    quoted = bracket = -1
    name = ""
    for at, letter in enumerate(text[:place]):
        if quoted >= 0:
            quoted = -1 if letter == '"' else quoted
        elif bracket >= 0:
            bracket = -1 if letter == "]" else bracket
        elif letter == '"':
            quoted = at
        elif letter == "[":
            bracket = at
        elif letter == "(":
            calls.append((name, 0))
        elif letter == ")" and calls:
            calls.pop()
        elif letter == "," and calls:
            calls[-1] = (calls[-1][0], calls[-1][1] + 1)
        in_name = letter.isalnum() and quoted < 0 and bracket < 0
        name = name + letter if in_name else name if letter.isspace() else ""
    if quoted >= 0:
        return Spot("text", "", place, tuple(calls))
    if bracket >= 0:
        return Spot("attribute", text[bracket + 1 : place], bracket + 1, tuple(calls))
    typed = _name_before(text, place)
    return Spot("name", typed, place - len(typed), tuple(calls))


def _name_before(text: str, place: int) -> str:
    begin = place
    while begin and text[begin - 1].isalnum():
        begin -= 1
    return text[begin:place]


def completions(spot: Spot, functions: Sequence[str], attributes: Sequence[str]) -> list[str]:
    """The names that fit: those that begin with what was typed, then those that hold it."""
    if spot.kind == "text":
        return []
    names = attributes if spot.kind == "attribute" else [*functions, *attributes]
    wanted = spot.typed.strip().casefold()
    found = [name for name in dict.fromkeys(names) if wanted in name.casefold()]
    return sorted(found, key=lambda name: (not name.casefold().startswith(wanted), name.casefold()))


def inserted(spot: Spot, name: str, functions: Sequence[str], rest: str) -> tuple[str, int]:
    """What is put in for a name that was chosen.

    Args:
        spot: where.
        name: what was chosen.
        functions: the names that are functions.
        rest: the text behind the caret: a bracket that is there already is not doubled.

    Returns:
        The text that takes the place of what was typed, and how far the caret goes into it.
    """
    if spot.kind == "attribute":
        text = name if rest.startswith("]") else f"{name}]"
        return text, len(name) + 1
    if name in functions:
        text = name if rest.startswith("(") else f"{name}()"
        return text, len(name) + 1
    return f"[{name}]", len(name) + 2


def call_in_words(spot: Spot, functions: Sequence[FunctionRow]) -> str:
    """How the function that the caret is in is called, and what it does; empty outside of any."""
    known = {one.name: one for one in functions}
    for name, _ in reversed(spot.calls):
        if name in known:
            return f"{known[name].signature}  {known[name].summary}"
    return ""
