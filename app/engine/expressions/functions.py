"""All functions of the language, in one table."""

from __future__ import annotations

from app.engine.expressions import dates, generated, logic, multi_values, replace, roles, text
from app.engine.expressions.table import Function, FunctionInfo

BY_NAME: dict[str, Function] = {
    function.info.name: function
    for module in (text, logic, dates, multi_values, replace, generated, roles)
    for function in module.FUNCTIONS
}
"""By name; names are case-sensitive."""

FUNCTIONS: tuple[FunctionInfo, ...] = tuple(
    function.info for _, function in sorted(BY_NAME.items(), key=lambda pair: pair[0].lower())
)
"""For the wizard's function list, in alphabetical order."""
