"""Entra's expression language: read, checked, compiled to closures, worked out per person.

``compile`` is the way in; ``parse`` (and lark with it) is imported when it is first needed.
"""

from __future__ import annotations

from app.engine.expressions.compile import Expression, compile_expression
from app.engine.expressions.errors import EvaluationError, ExpressionError
from app.engine.expressions.functions import FUNCTIONS
from app.engine.expressions.table import FunctionInfo
from app.engine.expressions.traps import unknown_attributes

__all__ = [
    "FUNCTIONS",
    "EvaluationError",
    "Expression",
    "ExpressionError",
    "FunctionInfo",
    "compile_expression",
    "unknown_attributes",
]
