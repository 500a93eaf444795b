"""What an expression is made of, once it is read. Each node knows where it stood; equality ignores that."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Attribute:
    """``[name]``: an attribute of the person."""

    name: str
    offset: int = field(compare=False)
    depth: int = field(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class Constant:
    """A text in quotation marks, a number, ``&H`` digits, or a VB constant."""

    value: str | int
    offset: int = field(compare=False)
    depth: int = field(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class Call:
    """``Name(argument, , argument)``; an omitted argument is None."""

    name: str
    arguments: tuple[Node | None, ...]
    offset: int = field(compare=False)
    end: int = field(compare=False)
    depth: int = field(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class Comparison:
    """``left operator right``, the condition of IIF or the argument of CBool."""

    operator: str
    left: Node
    right: Node
    offset: int = field(compare=False)
    depth: int = field(default=1, compare=False)


Node: TypeAlias = Attribute | Constant | Call | Comparison


def children(node: Node) -> tuple[Node, ...]:
    """The nodes right below this one, omitted arguments left out."""
    if isinstance(node, Call):
        return tuple(argument for argument in node.arguments if argument is not None)
    if isinstance(node, Comparison):
        return (node.left, node.right)
    return ()


def walk(node: Node) -> Iterator[Node]:
    """The node and all below it, without recursion."""
    pending = [node]
    while pending:
        current = pending.pop()
        yield current
        pending.extend(reversed(children(current)))
