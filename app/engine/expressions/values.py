"""Values while an expression is worked out: turning one kind into another, and the limits they obey."""

from __future__ import annotations

import re
from collections.abc import Mapping
from time import monotonic

from app.engine.expressions.errors import EvaluationError
from app.people.record import Value

MAX_TEXT = 32_768
"""Characters that a function may produce. Longest attribute values of a directory are some thousands."""

MAX_SECONDS = 0.5
"""How long one expression may work for one person."""

_LARGE = 1_024
_WHOLE = re.compile(r"\s*[+-]?[0-9]{1,20}\s*", re.ASCII)
_NUMBER = re.compile(r"\s*[+-]?[0-9]{1,20}(\.[0-9]{1,20})?\s*", re.ASCII)


class Clock:
    """When the expression that is being worked out must have ended.

    One for the process: two threads that share it can only give each other more time, never less than
    what each would be stopped by in the end.
    """

    end = float("inf")

    @classmethod
    def start(cls) -> None:
        """Begin counting for one expression and one person."""
        cls.end = monotonic() + MAX_SECONDS

    @classmethod
    def left(cls) -> float:
        """Seconds left.

        Raises:
            EvaluationError: when none are.
        """
        left = cls.end - monotonic()
        if left <= 0:
            raise EvaluationError(
                f"The expression was stopped after {MAX_SECONDS:g} s.",
                "One of its steps takes very long for this person's values.",
                "Make the expression shorter, or its regular expressions simpler.",
                code="EXPRESSION-TIME",
            )
        return left


def is_empty(value: Value) -> bool:
    """Whether a value counts as absent: None, an empty text, an empty list. False and 0 are values."""
    return value is None or value == "" or value == []


def plain_text(value: str | bool | int) -> str:
    """A single value as text; booleans are ``True`` and ``False``, as .NET prints them."""
    return value if isinstance(value, str) else str(value)


def text_of(value: Value, function: str) -> str | None:
    """A value as one text, after a look at the clock where it is a long one.

    Raises:
        EvaluationError: when it holds several, or the time is over.
    """
    if value.__class__ is str:
        if len(value) > _LARGE:
            Clock.left()
        return value
    if value is None:
        return None
    if isinstance(value, list):
        raise EvaluationError(
            f"{function} takes one text, but was given {len(value)} values.",
            "The attribute has several values.",
            "Take one of them with Item, or make one text of them with Join.",
        )
    return plain_text(value)


def whole_of(value: Value, function: str, parameter: str) -> int:
    """A value as a whole number.

    Raises:
        EvaluationError: when it is empty or something else.
    """
    if isinstance(value, int):
        return int(value)
    if isinstance(value, str) and _WHOLE.fullmatch(value):
        return int(value)
    shown = "nothing" if is_empty(value) else f'"{shorten(value)}"'
    raise EvaluationError(f"{function} needs a whole number as {parameter}, but was given {shown}.")


def number_of(value: Value) -> float | int | None:
    """A value as a number, or None where it is not one. Booleans are not numbers."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        return float(value) if "." in value else int(value)
    return None


def truth_of(value: Value, function: str) -> bool:
    """A value as yes or no: a boolean, the texts True and False in any case, or a number (non-zero is yes).

    Raises:
        EvaluationError: for any other text, and for several values.
    """
    if isinstance(value, bool):
        return value
    text = text_of(value, function)
    if text is None or text == "":
        return False
    folded = text.strip().lower()
    if folded in {"true", "false"}:
        return folded == "true"
    number = number_of(text)
    if number is None:
        raise EvaluationError(f'{function} cannot read "{shorten(text)}" as true or false.')
    return number != 0


def sized(text: str, function: str) -> str:
    """The text itself, after a look at its length and, for long ones, at the clock.

    Raises:
        EvaluationError: when it is too long, or the time is over.
    """
    if len(text) > _LARGE:
        check_size(len(text), function)
    return text


def check_size(length: int, function: str) -> None:
    """Refuse a result before it is made.

    Raises:
        EvaluationError: when it would be too long, or the time is over.
    """
    if length > MAX_TEXT:
        raise EvaluationError(
            f"{function} would give {length:,} characters; at most {MAX_TEXT:,} are possible.",
            "The expression multiplies its own text, or the attribute's value is very long.",
            "Shorten the value with Left or Mid.",
            code="EXPRESSION-SIZE",
        )
    if length > _LARGE:
        Clock.left()


def shorten(value: object) -> str:
    """A value as an error text shows it: at most forty characters."""
    text = str(value)
    return text if len(text) <= 40 else f"{text[:37]}..."


Attributes = Mapping[str, Value]
