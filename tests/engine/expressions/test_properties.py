"""Whatever is written, an expression is read as it was meant, or refused in words."""

from __future__ import annotations

import time
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from app.engine.expressions import FUNCTIONS, EvaluationError, ExpressionError, compile_expression
from app.engine.expressions.functions import BY_NAME
from app.engine.expressions.parse import parse
from app.engine.expressions.tree import Attribute, Call, Comparison, Constant, Node

CHANGING = {"Guid", "RandomString", "Now", "SelectUniqueValue"}
BLANKS = st.sampled_from(["", " ", "\n", "\t ", "\u00a0"])

names = st.text(alphabet="abcXYZ_019.:-", min_size=1, max_size=8)
leaves: st.SearchStrategy[Node] = st.one_of(
    names.map(lambda name: Attribute(name, 0)),
    st.text(max_size=8).map(lambda text: Constant(text, 0)),
    st.sampled_from(["d", "yyyy", "2024-02-09", "yyyy-MM-dd", "(?<g>a)", "g", "True", "", " ,"]).map(
        lambda text: Constant(text, 0)
    ),
    st.integers(-(2**63), 2**63 - 1).map(lambda number: Constant(number, 0)),
    st.integers(-3, 30).map(lambda number: Constant(number, 0)),
)


@st.composite
def comparisons(draw: st.DrawFn, operands: st.SearchStrategy[Node]) -> Node:
    operator = draw(st.sampled_from(["=", "<>", "<", "<=", ">", ">="]))
    return Comparison(operator, draw(operands), draw(operands), 0)


@st.composite
def calls(draw: st.DrawFn, below: st.SearchStrategy[Node]) -> Node:
    """A call with as many arguments as its function takes, optional ones sometimes omitted."""
    function = draw(st.sampled_from([one for name, one in BY_NAME.items() if name not in CHANGING]))
    name = function.info.name
    arguments: list[Node | None] = []
    for place, parameter in enumerate(function.parameters):
        omitted = parameter.endswith("?") and draw(st.booleans())
        conditional = name in {"IIF", "CBool"} and place == 0 and draw(st.booleans())
        argument = draw(comparisons(below) if conditional else below)
        arguments.append(None if omitted else argument)
    if function.repeats:
        arguments += draw(
            st.lists(st.tuples(*[below] * function.repeats), max_size=2).map(lambda pairs: sum(pairs, ()))
        )
    return Call(name, tuple(arguments), 0, 0)


trees = st.recursive(leaves, calls, max_leaves=12)


def printed(node: Node | None, blank: str) -> str:
    if node is None:
        return blank
    if isinstance(node, Attribute):
        return f"[{node.name}]"
    if isinstance(node, Constant):
        if isinstance(node.value, int):
            return str(node.value)
        escaped = node.value.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    if isinstance(node, Comparison):
        return f"{printed(node.left, blank)}{blank}{node.operator}{blank}{printed(node.right, blank)}"
    arguments = f"{blank},{blank}".join(printed(argument, blank) for argument in node.arguments)
    return f"{node.name}{blank}({blank}{arguments}{blank})"


@given(trees, BLANKS)
@settings(max_examples=300)
def test_what_is_printed_is_read_back(tree: Node, blank: str) -> None:
    assert parse(printed(tree, blank)) == tree


values = st.one_of(
    st.none(),
    st.text(max_size=12),
    st.sampled_from(["2024-02-09", "12", "True", "Zoë Berg", "a,b", "\ud800"]),
    st.booleans(),
    st.integers(-(2**40), 2**40),
    st.lists(st.text(max_size=4), max_size=3),
)


@given(trees, st.dictionaries(names, values, max_size=4), st.lists(values, min_size=10, max_size=10))
@settings(max_examples=500)
def test_evaluation_gives_the_same_each_time_and_raises_nothing_else(
    tree: Node, attributes: dict[str, Any], spare: list[Any]
) -> None:
    text = printed(tree, " ")
    try:
        expression = compile_expression(text)
    except ExpressionError as refused:
        assert refused.line >= 1  # noqa: PT017 - either way is right
        return
    for name, value in zip(sorted(expression.attributes), spare, strict=False):
        attributes.setdefault(name, value)
    before = dict(attributes)
    outcomes = []
    for _ in range(2):
        try:
            outcomes.append(repr(expression.evaluate(attributes)))
        except EvaluationError as problem:
            outcomes.append(problem.what)
    assert outcomes[0] == outcomes[1]
    assert attributes == before


ANYTHING = st.one_of(
    st.text(max_size=200),
    st.text(alphabet='()[],"\\=<>&H-0123456789 aINFJoin', max_size=60),
    st.lists(
        st.sampled_from(
            [info.name for info in FUNCTIONS] + list('()[],"= ') + ["[a]", '"x"', "5", "&HF", "<>"]
        ),
        max_size=40,
    ).map("".join),
)


@given(ANYTHING)
@settings(max_examples=800)
def test_any_text_is_an_expression_or_is_refused_in_words(text: str) -> None:
    began = time.monotonic()
    try:
        compile_expression(text)
    except ExpressionError as refused:
        assert refused.message  # noqa: PT017
        assert 1 <= refused.line <= text.count("\n") + 1  # noqa: PT017
        assert refused.column >= 1  # noqa: PT017
        assert refused.caret.endswith("^")  # noqa: PT017
    assert time.monotonic() - began < 5


@given(st.sampled_from('(["\\,]&<-5a '), st.integers(1, 10_001))
@settings(max_examples=60)
def test_long_runs_of_one_character(character: str, length: int) -> None:
    began = time.monotonic()
    try:
        compile_expression(character * length)
    except ExpressionError as refused:
        assert refused.message  # noqa: PT017
    assert time.monotonic() - began < 5
