"""The six comparisons that IIF and CBool know."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from app.engine.expressions.date_formats import read_printed
from app.engine.expressions.table import Evaluator
from app.engine.expressions.values import Attributes, is_empty, number_of, text_of
from app.people.record import Value

_WHERE = "A comparison"


def build_comparison(
    operator: str, left: Evaluator, right: Evaluator, literal: tuple[bool, bool]
) -> Evaluator:
    """The evaluator of one comparison; it gives None, *the check fails*, where a side is empty.

    Args:
        operator: ``=``, ``<>``, ``>``, ``>=``, ``<`` or ``<=``.
        left: the compiled left side.
        right: the compiled right side.
        literal: whether each side is a constant; an empty constant may be compared with.
    """
    decide = _DECIDE[operator]
    left_literal, right_literal = literal

    def comparison(attributes: Attributes) -> Value:
        one, other = left(attributes), right(attributes)
        if (is_empty(one) and not left_literal) or (is_empty(other) and not right_literal):
            return None
        return decide(one, other)

    return comparison


def _equal(one: Value, other: Value) -> bool:
    if isinstance(one, str) and isinstance(other, str):
        return one == other
    first, second = number_of(one), number_of(other)
    if first is not None and second is not None:
        return first == second
    return text_of(one, _WHERE) == text_of(other, _WHERE)


def _order(one: Value, other: Value) -> int:
    """Below, equal to or above zero: as numbers, as dates that CDate printed, else letter by letter."""
    numbers = number_of(one), number_of(other)
    if numbers[0] is not None and numbers[1] is not None:
        return (numbers[0] > numbers[1]) - (numbers[0] < numbers[1])
    texts = text_of(one, _WHERE) or "", text_of(other, _WHERE) or ""
    dates: tuple[datetime | None, datetime | None] = read_printed(texts[0]), read_printed(texts[1])
    if dates[0] is not None and dates[1] is not None:
        return (dates[0] > dates[1]) - (dates[0] < dates[1])
    return (texts[0] > texts[1]) - (texts[0] < texts[1])


_DECIDE: dict[str, Callable[[Value, Value], bool]] = {
    "=": _equal,
    "<>": lambda one, other: not _equal(one, other),
    ">": lambda one, other: _order(one, other) > 0,
    ">=": lambda one, other: _order(one, other) >= 0,
    "<": lambda one, other: _order(one, other) < 0,
    "<=": lambda one, other: _order(one, other) <= 0,
}
