"""From text to tree: the grammar of Entra's expressions, and what to say where a text leaves it.

This is the only module that imports lark (some 40 ms). ``compile`` imports it when the first expression comes
that is more than one attribute or one constant. The grammar is a string here, not a file beside the
module, so that it is found in a wheel and in a packaged app alike.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable

from lark import Lark, Token, Transformer
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from app.engine.expressions.errors import ExpressionError, locate
from app.engine.expressions.functions import BY_NAME
from app.engine.expressions.table import nearest
from app.engine.expressions.tree import Attribute, Call, Comparison, Constant, Node

MAX_DEPTH = 100
"""Levels of nesting. Real ones (an IIF for each of fifty states) stay below; Python's own stack is far."""

VB_CONSTANTS: dict[str, int] = {"vbBinaryCompare": 0, "vbTextCompare": 1}
"""Bare words with a value, as VB has them."""

GRAMMAR = r"""
start: expression

?expression: operand
           | operand OPERATOR operand       -> comparison

?operand: NAME "(" slot ("," slot)* ")"     -> call
        | ATTRIBUTE                         -> attribute
        | STRING                            -> string
        | NUMBER                            -> number
        | HEX                               -> hexadecimal
        | NAME                              -> word

slot: expression                            -> given
    |                                       -> omitted

OPERATOR:  "<>" | ">=" | "<=" | "=" | ">" | "<"
NAME:      /[A-Za-z_][A-Za-z0-9_]*/
ATTRIBUTE: /\[[^\[\]"\r\n]*\]/
STRING:    /"(?:[^"\\]|\\[\s\S])*"/
NUMBER:    /-?[0-9]+(?:\.[0-9]+)?/
HEX:       /&[Hh][0-9A-Fa-f]+/

%ignore /[\s\ufeff\u200b]+/
"""

_SAID = {
    "OPERATOR": "a comparison (=, <>, >, >=, <, <=)",
    "NAME": "a function",
    "ATTRIBUTE": "an [attribute]",
    "STRING": 'a "text"',
    "NUMBER": "a number",
    "HEX": "",
    "LPAR": "an opening parenthesis",
    "RPAR": "a closing parenthesis",
    "COMMA": "a comma",
    "$END": "the end",
}
_CHARACTERS = {
    '"': "The text that begins here has no closing quotation mark.",
    "\u201c\u201d\u201e\u2018\u2019\u00ab\u00bb": 'Texts stand in straight quotation marks (").',
    "'": "Texts stand in double quotation marks, not single ones.",
    "[": "The attribute name that begins here has no closing bracket.",
    "&+": "Texts are joined with Append or Join, not with an operator.",
}
_INT64 = 2**63
_ESCAPED = re.compile(r'\\([\\"])')
_PARENTHESES = re.compile(r""""(?:[^"\\]|\\[\s\S])*"?|\[[^\]]*\]?|[()]""")


class _Fault(Exception):
    """A text that the grammar allows and the language does not. ``parse`` adds the place in the text."""

    def __init__(self, message: str, token: Token, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.offset = _at(token)
        self.remedy = remedy


class _TreeMaker(Transformer[Token, Node]):
    """Makes nodes while lark reads, so that no walk over a deep tree is ever needed."""

    def start(self, items: list[Node]) -> Node:
        return items[0]

    def given(self, items: list[Node]) -> Node:
        return items[0]

    def omitted(self, _items: list[Node]) -> None:
        return None

    def attribute(self, items: list[Token]) -> Node:
        (token,) = items
        name = token.value[1:-1].strip()
        if not name:
            raise _Fault("The brackets hold no attribute name.", token)
        return Attribute(name, _at(token))

    def string(self, items: list[Token]) -> Node:
        (token,) = items
        return Constant(unescape(token.value[1:-1]), _at(token))

    def number(self, items: list[Token]) -> Node:
        (token,) = items
        if "." in token.value:
            # No documented function takes fractions; as text they compare and join as they were written.
            return Constant(token.value, _at(token))
        return _whole(token, token.value, 10)

    def hexadecimal(self, items: list[Token]) -> Node:
        (token,) = items
        return _whole(token, token.value[2:], 16)

    def word(self, items: list[Token]) -> Node:
        (token,) = items
        if token.value in VB_CONSTANTS:
            return Constant(VB_CONSTANTS[token.value], _at(token))
        raise _unknown_word(token)

    def call(self, items: list[Token | Node | None]) -> Node:
        name, *slots = items
        assert isinstance(name, Token)
        arguments = tuple(slot for slot in slots if not isinstance(slot, Token))
        if arguments == (None,):
            arguments = ()
        depth = 1 + max((argument.depth for argument in arguments if argument is not None), default=0)
        _check_depth(depth, name)
        return Call(name.value, arguments, _at(name), _at(name) + len(name.value), depth)

    def comparison(self, items: list[Token | Node]) -> Node:
        left, operator, right = items
        assert isinstance(operator, Token)
        assert not isinstance(left, Token)
        assert not isinstance(right, Token)
        depth = 1 + max(left.depth, right.depth)
        _check_depth(depth, operator)
        return Comparison(operator.value, left, right, _at(operator), depth)


def unescape(inside: str) -> str:
    """The text between two quotation marks with ``\\\\`` and ``\\"`` undone; other backslashes stay."""
    return _ESCAPED.sub(r"\1", inside)


def parse(text: str) -> Node:
    """Read an expression.

    Raises:
        ExpressionError: with the place, what was expected there, and the nearest known name.
    """
    try:
        # lark's own stub leaves parse() untyped: with a transformer it gives what `start` gives.
        node: Node = _parser().parse(text)  # type: ignore[assignment]
    except _Fault as fault:
        raise ExpressionError(fault.message, text, fault.offset, remedy=fault.remedy) from None
    except UnexpectedInput as error:
        raise _explain(error, text) from None
    return node


@functools.cache
def _parser() -> Lark:
    return Lark(GRAMMAR, parser="lalr", transformer=_TreeMaker(), propagate_positions=False)


def _at(token: Token) -> int:
    return token.start_pos or 0


def _whole(token: Token, digits: str, radix: int) -> Node:
    # The length is looked at first: Python itself refuses to read numbers of thousands of digits.
    if len(digits) > 30 or not -_INT64 <= int(digits, radix) < _INT64:
        raise _Fault("This number is too large: whole numbers have at most 64 bits.", token)
    return Constant(int(digits, radix), _at(token))


def _check_depth(depth: int, token: Token) -> None:
    if depth > MAX_DEPTH:
        raise _Fault(
            f"The functions are nested more than {MAX_DEPTH} levels deep.",
            token,
            "Use one Switch with several keys instead of nested functions.",
        )


def _unknown_word(token: Token) -> _Fault:
    word = token.value
    if word in BY_NAME:
        return _Fault(f"{word} is a function: its arguments stand in parentheses after it.", token)
    near = nearest(word, [*BY_NAME, *VB_CONSTANTS])
    return _Fault(
        f'"{_cut(word)}" is neither an attribute nor a text.',
        token,
        f"Did you mean {near}?"
        if near
        else f'Write [{_cut(word)}] for the attribute, or "{_cut(word)}" for the text itself.',
    )


def _cut(text: str) -> str:
    """What was found, as an error shows it."""
    return text if len(text) <= 30 else f"{text[:27]}..."


def _explain(error: UnexpectedInput, text: str) -> ExpressionError:
    if isinstance(error, UnexpectedCharacters):
        return _explain_character(text, error.pos_in_stream or 0, error.allowed or set())
    if isinstance(error, UnexpectedToken) and error.token.type != "$END":
        expected = _say(error.accepts or error.expected)
        found = error.token.value
        remedy = ""
        if found.upper() in {"AND", "OR"}:
            remedy = f"There is no {found.upper()} between two conditions: put one IIF into another."
        return ExpressionError(
            f"Expected {expected}, found {_cut(found)}.", text, _at(error.token), remedy=remedy
        )
    accepts = error.accepts if isinstance(error, UnexpectedToken) else set()
    opened = _last_open(text)
    remedy = ""
    if opened is not None and "RPAR" in accepts:
        line, column, _ = locate(text, opened)
        remedy = f"The parenthesis opened in line {line}, column {column} is not closed."
    what = "The expression is empty" if not text.strip() else "The expression ends too early"
    return ExpressionError(f"{what}: expected {_say(accepts)}.", text, len(text.rstrip()), remedy=remedy)


def _explain_character(text: str, offset: int, allowed: set[str]) -> ExpressionError:
    character = text[offset : offset + 1]
    for marks, message in _CHARACTERS.items():
        if character and character in marks:
            return ExpressionError(message, text, offset)
    return ExpressionError(f"Expected {_say(allowed)}, found {character!r}.", text, offset)


def _say(terminals: Iterable[str]) -> str:
    said = [words for name, words in _SAID.items() if words and name in set(terminals)]
    return " or ".join([", ".join(said[:-1]), said[-1]] if len(said) > 1 else said) or "something else"


def _last_open(text: str) -> int | None:
    """Where the last parenthesis that is still open stands; those inside texts and brackets do not count."""
    opened: list[int] = []
    for found in _PARENTHESES.finditer(text):
        if found[0] == "(":
            opened.append(found.start())
        elif found[0] == ")" and opened:
            opened.pop()
    return opened[-1] if opened else None
