"""From tree to closures: an expression is taken apart once and then only called."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from app.engine.expressions.comparisons import build_comparison
from app.engine.expressions.errors import EvaluationError, ExpressionError
from app.engine.expressions.functions import BY_NAME
from app.engine.expressions.table import Evaluator, Function, Site, nearest, nothing
from app.engine.expressions.traps import warnings_of
from app.engine.expressions.tree import Attribute, Call, Comparison, Constant, Node, walk
from app.engine.expressions.values import Clock, shorten
from app.people.record import Value

MAX_LENGTH = 10_000
"""Characters of an expression; documented."""

_ONE_ATTRIBUTE = re.compile(r'\s*\[([^\[\]"\r\n]*)\]\s*')
_ONE_TEXT = re.compile(r'\s*"([^"\\]*)"\s*')
_CHANGING = frozenset({"Guid", "RandomString", "Now"})
_TAKES_COMPARISON = {"IIF": 0, "CBool": 0}
"""Functions with a condition, and which argument it is."""


class Expression:
    """An expression that is ready to be worked out for any number of people.

    Attributes:
        text: as it was written.
        attributes: names of the source attributes it reads.
        warnings: sentences on traps in it; none of them keeps it from being used.
        attribute: the attribute's name where the expression is that attribute and nothing else.
        constant: the text or number where the expression is that and nothing else.
        redacted: whether the log must show ``[Redact]`` instead of the value.
        changing: whether it gives another value each time (Guid, RandomString, Now).
    """

    __slots__ = ("_run", "attribute", "attributes", "changing", "constant", "redacted", "text", "warnings")

    def __init__(self, text: str, tree: Node, run: Evaluator) -> None:
        nodes = tuple(walk(tree))
        calls = {node.name for node in nodes if isinstance(node, Call)}
        self.text = text
        self.attributes = frozenset(node.name for node in nodes if isinstance(node, Attribute))
        self.warnings = warnings_of(tree)
        self.attribute = tree.name if isinstance(tree, Attribute) else None
        self.constant = tree.value if isinstance(tree, Constant) else None
        self.redacted = "Redact" in calls
        self.changing = not calls.isdisjoint(_CHANGING)
        self._run = run

    def __repr__(self) -> str:
        return f"Expression({self.text!r})"

    def evaluate(self, attributes: Mapping[str, Value]) -> Value:
        """The value for one person; None where there is none.

        Raises:
            EvaluationError: where this person's attributes make no answer, or a limit of time or size is met.
        """
        Clock.start()
        try:
            return self._run(attributes)
        except EvaluationError:
            if self.redacted:
                # Errors quote values, and this one's must not be seen.
                raise EvaluationError(
                    "The value could not be worked out.", "The reason is hidden, because the row uses Redact."
                ) from None
            raise


def compile_expression(text: str, *, is_taken: Callable[[str], bool] | None = None) -> Expression:
    """Read and compile an expression.

    Args:
        text: the expression; a single ``[attribute]`` and a single ``"text"`` are expressions too.
        is_taken: tells whether somebody in the target has this value. Only jobs that write to Active
            Directory give it; without it SelectUniqueValue is refused.

    Raises:
        ExpressionError: with the place, what was expected, and the nearest known name.
    """
    if len(text) > MAX_LENGTH:
        raise ExpressionError(
            f"The expression has {len(text):,} characters; Entra takes at most {MAX_LENGTH:,}.",
            text,
            MAX_LENGTH,
        )
    tree = _parse(text)
    _check_place_of_unique(tree, text)
    if isinstance(tree, Comparison):
        raise _misplaced(tree, text)
    return Expression(text, tree, _Compiler(text, is_taken).compile(tree))


def _parse(text: str) -> Node:
    """The tree; lark is not needed, and not imported, for one attribute or one plain text."""
    attribute = _ONE_ATTRIBUTE.fullmatch(text)
    if attribute is not None and attribute[1].strip():
        return Attribute(attribute[1].strip(), attribute.start(1) - 1)
    constant = _ONE_TEXT.fullmatch(text)
    if constant is not None:
        return Constant(constant[1], constant.start(1) - 1)
    from app.engine.expressions.parse import parse

    return parse(text)


def _check_place_of_unique(tree: Node, text: str) -> None:
    for node in walk(tree):
        if isinstance(node, Call) and node.name == "SelectUniqueValue" and node is not tree:
            raise ExpressionError(
                "SelectUniqueValue cannot stand inside another function.",
                text,
                node.offset,
                code="EXPRESSION-NAME",
            )


def _misplaced(node: Comparison, text: str) -> ExpressionError:
    return ExpressionError(
        "A comparison can stand only in the condition of IIF and in CBool.",
        text,
        node.offset,
        remedy="Write CBool(...) around it.",
    )


class _Compiler:
    """Compiles the nodes of one expression."""

    def __init__(self, text: str, is_taken: Callable[[str], bool] | None) -> None:
        self.text = text
        self.is_taken = is_taken

    def compile(self, node: Node) -> Evaluator:
        """The evaluator of a node and all below it. Depth is bounded by the parser."""
        if isinstance(node, Attribute):
            return _reader(node.name)
        if isinstance(node, Constant):
            value = node.value
            return lambda _attributes: value
        if isinstance(node, Comparison):
            literal = isinstance(node.left, Constant), isinstance(node.right, Constant)
            return build_comparison(node.operator, self.compile(node.left), self.compile(node.right), literal)
        return self._call(node)

    def _call(self, node: Call) -> Evaluator:
        function = BY_NAME.get(node.name)
        if function is None:
            near = nearest(node.name, BY_NAME)
            remedy = f"Did you mean {near}?" if near else "The function list shows all names."
            if near and near.lower() == node.name.lower():
                remedy = f"Names are case-sensitive: write {near}."
            raise ExpressionError(
                f"There is no function named {shorten(node.name)}.",
                self.text,
                node.offset,
                remedy=remedy,
                code="EXPRESSION-NAME",
            )
        node = self._checked(node, function)
        arguments = tuple(None if argument is None else self.compile(argument) for argument in node.arguments)
        if function.build is not None:
            return function.build(Site(node, arguments, self.text, self.is_taken))
        assert function.plain is not None
        missing = max(0, len(function.parameters) - len(arguments))
        filled = tuple(argument or nothing for argument in arguments) + (nothing,) * missing
        return _caller(function.plain, filled)

    def _checked(self, node: Call, function: Function) -> Call:
        """The call without the omitted arguments at its end, once their number and places are right."""
        arguments = list(node.arguments)
        while arguments and arguments[-1] is None:
            arguments.pop()
        most = len(function.parameters)
        signature = f"Its form is {function.info.signature}."
        if not function.repeats and len(node.arguments) > most:
            extra = node.arguments[most]
            raise ExpressionError(
                f"{node.name} takes {_counted(most)}, but {len(node.arguments)} are given.",
                self.text,
                node.end if extra is None else extra.offset,
                remedy=signature,
            )
        for place in range(max(most, len(arguments))):
            name = function.parameters[place] if place < most else function.parameters[-1]
            given = place < len(arguments) and arguments[place] is not None
            if not given and (place >= most or not name.endswith("?")):
                raise ExpressionError(
                    f"Argument {place + 1} of {node.name}, {name.rstrip('?')}, is missing.",
                    self.text,
                    node.end,
                    remedy=signature,
                )
        for place, argument in enumerate(arguments):
            if isinstance(argument, Comparison) and _TAKES_COMPARISON.get(node.name) != place:
                raise _misplaced(argument, self.text)
        return Call(node.name, tuple(arguments), node.offset, node.end, node.depth)


def _counted(most: int) -> str:
    return {0: "no argument", 1: "one argument"}.get(most, f"at most {most} arguments")


def _reader(name: str) -> Evaluator:
    return lambda attributes: attributes.get(name)


def _caller(function: Callable[..., Value], arguments: tuple[Evaluator, ...]) -> Evaluator:
    """A closure for each number of arguments: no list is made on the way for the usual ones."""
    if not arguments:
        return lambda _attributes: function()
    if len(arguments) == 1:
        (only,) = arguments
        return lambda attributes: function(only(attributes))
    if len(arguments) == 2:
        one, two = arguments
        return lambda attributes: function(one(attributes), two(attributes))
    if len(arguments) == 3:
        one, two, three = arguments
        return lambda attributes: function(one(attributes), two(attributes), three(attributes))
    return lambda attributes: function(*[argument(attributes) for argument in arguments])
