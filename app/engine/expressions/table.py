"""How a function is declared: its signature, its summary, and what it does. ``functions`` is the table.

The signature is the single declaration of what may be left out: ``name?`` is optional, ``...`` repeats the
parameter before it (for Switch the pair before it). The wizard's function list shows it as it is.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from app.engine.expressions.errors import ExpressionError
from app.engine.expressions.tree import Call, Constant
from app.people.record import Value

Evaluator: TypeAlias = Callable[[Mapping[str, Value]], Value]
"""A compiled expression: from a person's attributes to a value."""


@dataclass(frozen=True, slots=True)
class FunctionInfo:
    """What the wizard's function list shows of a function."""

    name: str
    signature: str
    summary: str


@dataclass(frozen=True, slots=True)
class Site:
    """One call while it is compiled: the node, its compiled arguments, and the text it stands in.

    ``is_taken`` is what SelectUniqueValue asks; None where the target is a SaaS app.
    """

    call: Call
    arguments: tuple[Evaluator | None, ...]
    text: str
    is_taken: Callable[[str], bool] | None = None

    def argument(self, index: int) -> Evaluator:
        """The compiled argument, or one that gives None where it was omitted."""
        found = self.arguments[index] if index < len(self.arguments) else None
        return found or nothing

    def given(self, index: int) -> bool:
        """Whether the argument was written."""
        return index < len(self.arguments) and self.arguments[index] is not None

    def constant(self, index: int) -> str | int | None:
        """The argument's value where it is a constant, else None."""
        node = self.call.arguments[index] if index < len(self.call.arguments) else None
        return node.value if isinstance(node, Constant) else None

    def refuse(self, index: int, message: str, remedy: str = "", why: str = "") -> ExpressionError:
        """An error at the place of one argument, or of the function's name where there is none (-1)."""
        node = self.call.arguments[index] if 0 <= index < len(self.call.arguments) else None
        offset = self.call.offset if node is None else node.offset
        return ExpressionError(message, self.text, offset, remedy=remedy, why=why)


def nothing(_attributes: Mapping[str, Value]) -> Value:
    """The evaluator of an omitted argument."""
    return None


class Build(Protocol):
    """Makes the evaluator of one call, for functions that prepare something or leave arguments alone."""

    def __call__(self, site: Site) -> Evaluator:
        """The evaluator; raises ExpressionError where the call cannot work."""
        ...


@dataclass(frozen=True, slots=True)
class Function:
    """A function of the language. Exactly one of ``plain`` and ``build`` is set.

    Attributes:
        parameters: their names, an optional one ending in ``?``, ``...`` left out.
        repeats: how many parameters at the end may be repeated; 0 for none.
        plain: takes the values of all arguments (None for omitted ones) and gives the value.
        build: makes the evaluator itself.
    """

    info: FunctionInfo
    parameters: tuple[str, ...]
    repeats: int
    plain: Callable[..., Value] | None
    build: Build | None


def function(
    signature: str,
    summary: str,
    plain: Callable[..., Value] | None = None,
    *,
    build: Build | None = None,
    repeats: int = 1,
) -> Function:
    """Declare a function. ``repeats`` counts only where the signature ends in ``...``."""
    name, _, rest = signature.partition("(")
    parameters = [part.strip() for part in rest.rstrip(")").split(",") if part.strip()]
    repeating = bool(parameters) and parameters[-1] == "..."
    if repeating:
        parameters.pop()
    return Function(
        FunctionInfo(name, signature, summary), tuple(parameters), repeats if repeating else 0, plain, build
    )


def nearest(name: str, known: Iterable[str]) -> str:
    """The known name that was most likely meant, or an empty text."""
    names = list(known)
    folded = {candidate.casefold(): candidate for candidate in names}
    close = difflib.get_close_matches(name.casefold(), folded, n=1, cutoff=0.6)
    return folded[close[0]] if close else ""
