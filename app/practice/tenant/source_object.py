"""An expression as the ``source`` of an attribute mapping: a tree of its parts. Source: entra.md, 1.8."""

from __future__ import annotations

import re
from typing import Any

from app.engine.expressions import FUNCTIONS
from app.engine.expressions.parse import parse
from app.engine.expressions.tree import Attribute, Comparison, Constant, Node

_NAMES = {one.name: re.findall(r"\w+", one.signature.partition("(")[2]) for one in FUNCTIONS}


def source_object(expression: str) -> dict[str, Any]:
    """The tree of an expression.

    Raises:
        ExpressionError: it cannot be read.
    """
    return _node(parse(expression))


def _node(node: Node) -> dict[str, Any]:
    if isinstance(node, Attribute):
        return _part(f"[{node.name}]", node.name, "Attribute")
    if isinstance(node, Constant):
        return _part(_quoted(node.value), str(node.value), "Constant")
    if isinstance(node, Comparison):
        shown = f"{_node(node.left)['expression']}{node.operator}{_node(node.right)['expression']}"
        return _part(shown, shown, "Constant")
    parts = [None if each is None else _node(each) for each in node.arguments]
    shown = ", ".join("" if part is None else part["expression"] for part in parts)
    names = _NAMES.get(node.name, [])
    parameters = [
        {"key": names[number] if number < len(names) else f"value{number}", "value": part}
        for number, part in enumerate(parts)
        if part is not None
    ]
    return _part(f"{node.name}({shown})", node.name, "Function", parameters)


def _quoted(value: str | int) -> str:
    if isinstance(value, int):
        return str(value)
    inside = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{inside}"'


def _part(
    expression: str, name: str, kind: str, parameters: list[dict[str, Any]] | None = None
) -> dict[str, Any]:
    return {"expression": expression, "name": name, "type": kind, "parameters": parameters or []}
