"""Functions over attributes with several values."""

from __future__ import annotations

from app.engine.expressions.errors import EvaluationError
from app.engine.expressions.table import Function, function
from app.engine.expressions.values import Clock, plain_text, text_of, whole_of
from app.people.record import Value


def _items(value: Value) -> list[str]:
    if value is None:
        return []
    if isinstance(value, list):
        Clock.left()  # however many they are, the next function does not begin after the time is over
        return value
    return [plain_text(value)]


def _count(attribute: Value) -> Value:
    return len(_items(attribute))


def _item(attribute: Value, index: Value) -> Value:
    wanted = whole_of(index, "Item", "index")
    if wanted < 1:
        raise EvaluationError(f"Item was asked for value {wanted}.", remedy="Values are counted from 1.")
    items = _items(attribute)
    return items[wanted - 1] if wanted <= len(items) else None


def _remove_duplicates(attribute: Value) -> Value:
    return None if attribute is None else list(dict.fromkeys(_items(attribute)))


def _split(source: Value, delimiter: Value) -> Value:
    text = text_of(source, "Split")
    if text is None:
        return None
    mark = text_of(delimiter, "Split")
    if not mark:
        raise EvaluationError("Split was given no delimiter.", remedy='Name one, such as ",".')
    # The documented example gives items without the blank that follows its comma.
    return [stripped for part in text.split(mark) if (stripped := part.strip())]


FUNCTIONS: tuple[Function, ...] = (
    function("Count(attribute)", "How many values the attribute has.", _count),
    function("Item(attribute, index)", "One value of several; the first has index 1.", _item),
    function("RemoveDuplicates(attribute)", "Each value once.", _remove_duplicates),
    function("Split(source, delimiter)", "Several values out of one text.", _split),
)
