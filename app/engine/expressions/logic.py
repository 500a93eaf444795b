"""Functions that choose and test: IIF, Switch, Coalesce, the Is... family, booleans and bits."""

from __future__ import annotations

from app.engine.expressions.table import Evaluator, Function, Site, function
from app.engine.expressions.tree import Attribute, Call, Constant, Node, children
from app.engine.expressions.values import Attributes, is_empty, plain_text, text_of, truth_of, whole_of
from app.people.record import Value

_CHOOSERS = frozenset({"Coalesce", "Switch", "IIF"})
"""Functions that give a value although an attribute in them is empty."""


def _bit_and(value1: Value, value2: Value) -> Value:
    return whole_of(value1, "BitAnd", "value1") & whole_of(value2, "BitAnd", "value2")


def _to_boolean(expression: Value) -> Value:
    return truth_of(expression, "CBool")


def _to_string(value: Value) -> Value:
    return text_of(value, "CStr")


def _invert(source: Value) -> Value:
    # Documented as texts: "True" gives "False", and anything else gives "True".
    return "False" if (text_of(source, "Not") or "").strip().lower() == "true" else "True"


def _is_null(expression: Value) -> Value:
    return expression is None


def _is_null_or_empty(expression: Value) -> Value:
    return is_empty(expression)


def _is_present(expression: Value) -> Value:
    return not is_empty(expression)


def _is_string(expression: Value) -> Value:
    return isinstance(expression, str)


def _ignore_flow(expression: Value) -> Value:
    # None is never sent (see mapping), so "drop the attribute" and "no value" are one thing here.
    return None if is_empty(expression) else expression


def _build_coalesce(site: Site) -> Evaluator:
    sources = [source for source in site.arguments if source is not None]

    def coalesce(attributes: Attributes) -> Value:
        for source in sources:
            value = source(attributes)
            if value is not None:
                return value
        return None

    return coalesce


def attributes_that_must_have_values(condition: Node) -> tuple[str, ...]:
    """The attributes of an IIF's condition whose emptiness makes the check fail.

    Source: "Functions for customizing application data", IIF, known limitations. Attributes inside
    Coalesce, Switch and IIF do not count: those give a value for empty ones too.
    """
    if isinstance(condition, Attribute):
        return (condition.name,)
    if isinstance(condition, Call) and condition.name in _CHOOSERS:
        return ()
    return tuple(name for child in children(condition) for name in attributes_that_must_have_values(child))


def _build_iif(site: Site) -> Evaluator:
    condition, yes, no = site.argument(0), site.argument(1), site.argument(2)
    node = site.call.arguments[0]
    needed = dict.fromkeys(attributes_that_must_have_values(node) if node is not None else ())

    def iif(attributes: Attributes) -> Value:
        for name in needed:
            if is_empty(attributes.get(name)):
                return None
        held = condition(attributes)
        if held is None:
            return None
        return (yes if truth_of(held, "IIF") else no)(attributes)

    return iif


def _build_switch(site: Site) -> Evaluator:
    arguments = site.arguments
    if len(arguments) % 2:
        raise site.refuse(
            len(arguments) - 1,
            "Switch takes keys and values in pairs, and the last key has no value.",
            "Write Switch(source, default, key, value, key, value), with nothing between two commas "
            "for no default.",
        )
    source, default = site.argument(0), site.argument(1)
    nodes = site.call.arguments
    fixed = all(isinstance(node, Constant) for node in nodes[2::2])
    if fixed:
        # The first of two equal keys counts, so the table is filled from the end.
        table: dict[str, Evaluator] = {}
        for place in range(len(arguments) - 2, 1, -2):
            table[plain_text(nodes[place].value)] = site.argument(place + 1)  # type: ignore[union-attr]

        def switch(attributes: Attributes) -> Value:
            value = source(attributes)
            text = value if value.__class__ is str else text_of(value, "Switch") or ""
            return table.get(text, default)(attributes)

        return switch
    pairs = [(site.argument(place), site.argument(place + 1)) for place in range(2, len(arguments), 2)]

    def switch_on_computed_keys(attributes: Attributes) -> Value:
        text = text_of(source(attributes), "Switch") or ""
        for key, value in pairs:
            if (text_of(key(attributes), "Switch") or "") == text:
                return value(attributes)
        return default(attributes)

    return switch_on_computed_keys


FUNCTIONS: tuple[Function, ...] = (
    function("BitAnd(value1, value2)", "The bits that are set in both numbers.", _bit_and),
    function("CBool(Expression)", "True for anything that is not zero, false or empty.", _to_boolean),
    function(
        "Coalesce(source1, source2?, ...)",
        "The first source that has a value; the last one may be a default.",
        build=_build_coalesce,
    ),
    function("CStr(value)", "A number, a reference or a boolean as text.", _to_string),
    function(
        "IgnoreFlowIfNullOrEmpty(Expression)",
        "The value, or nothing at all: an empty value leaves the target as it is.",
        _ignore_flow,
    ),
    function(
        "IIF(condition, valueIfTrue, valueIfFalse)",
        "One of two values. The condition fails when an attribute in it is empty.",
        build=_build_iif,
    ),
    function("IsNull(Expression)", "Whether the attribute is absent.", _is_null),
    function("IsNullOrEmpty(Expression)", "Whether the attribute is absent or empty.", _is_null_or_empty),
    function("IsPresent(Expression)", "Whether the attribute has a value.", _is_present),
    function("IsString(Expression)", "Whether the value is a text.", _is_string),
    function("Not(source)", '"True" becomes "False", everything else "True".', _invert),
    function(
        "Switch(source, defaultValue?, key1, value1, ...)",
        'The value whose key equals the source, else the default; the key "" stands for an empty source.',
        build=_build_switch,
        repeats=2,
    ),
)
