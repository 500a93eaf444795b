"""Scoping filters of the plan in the words of a synchronization schema, and back.

Only ``EQUALS`` is documented as the JSON spelling of an operator; all others are looked up among the ones
that the service names itself. Source: Microsoft Graph, filter, filterClause and filterOperatorSchema.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from app.entra.graph import GraphClient
from app.entra.synchronization_job import jobs_path
from app.setup.plan import Clause, Operator, ScopingFilter
from app.setup.problem import Problem

_SYNONYMS: Final[dict[str, frozenset[str]]] = {
    "&": frozenset({"bitand", "bitwiseand", "and"}),
    "!&": frozenset({"notbitand", "bitwisenotand", "notand"}),
    "greaterthan": frozenset({"greater", "gt"}),
    "greaterthanorequals": frozenset({"greaterthanorequal", "ge", "gte"}),
    "notequals": frozenset({"notequal", "ne"}),
    "regexmatch": frozenset({"regex", "matches"}),
    "notregexmatch": frozenset({"notregex", "notmatches"}),
    "includes": frozenset({"contains"}),
    "endswith": frozenset({"ends"}),
}


def _folded(name: str) -> str:
    return "".join(each for each in name.casefold() if each not in " _-")


class Operators:
    """The operators that a service knows, by the plan's names.

    Args:
        names: as the service spells them; empty where it was not asked.
    """

    def __init__(self, names: Iterable[str] = ()) -> None:
        self.names = tuple(dict.fromkeys(name for name in names if name))
        self._by_folded = {_folded(name): name for name in self.names}

    def wire(self, operator: Operator) -> str:
        """The service's spelling.

        Raises:
            Problem: the service does not have it.
        """
        own = _folded(operator.value)
        found = self._by_folded.get(own) or next(
            (self._by_folded[each] for each in sorted(_SYNONYMS.get(own, ())) if each in self._by_folded),
            None,
        )
        if found:
            return found
        if operator is Operator.EQUALS or not self.names:
            return operator.value
        raise Problem(
            "OPERATOR-UNKNOWN",
            f"Microsoft's service does not know the filter operator {operator.value}.",
            "It names these: " + ", ".join(self.names) + ".",
            "Change the scoping filter on the page Scope to one of them. A regular expression can say most.",
        )

    def plan(self, name: str) -> Operator | None:
        """The plan's operator for a spelling of the service; None for one that plans do not have."""
        folded = _folded(name)
        for operator in Operator:
            own = _folded(operator.value)
            if folded == own or folded in _SYNONYMS.get(own, ()):
                return operator
        return None


async def read_operators(client: GraphClient, service_principal: str, job: str) -> Operators:
    """What the service itself names."""
    page = await client.get(jobs_path(service_principal, job, "schema", "filterOperators"))
    return Operators(str(each.get("name") or each.get("id") or "") for each in page.get("value") or [])


def scope_of(
    filters: list[ScopingFilter], operators: Operators, present: Any = None
) -> dict[str, Any] | None:
    """The mapping's scope; what Rollcall does not know of the present one is kept. None lets everybody in."""
    kept = dict(present) if isinstance(present, dict) else {}
    kept["groups"] = [
        {"name": each.name, "clauses": [_clause(clause, operators) for clause in each.clauses]}
        for each in filters
    ]
    kept.setdefault("categoryFilterGroups", [])
    kept.setdefault("inputFilterGroups", [])
    if not kept["groups"] and not kept["categoryFilterGroups"] and not kept["inputFilterGroups"]:
        return None
    return kept


def _clause(clause: Clause, operators: Operators) -> dict[str, Any]:
    values = [clause.value or ""] if clause.operator.takes_value else []
    return {
        "operatorName": operators.wire(clause.operator),
        "sourceOperandName": clause.attribute,
        "targetOperand": {"values": values},
    }


def same_scope(first: Any, second: Any) -> bool:
    """Whether two scopes let the same people in, as far as their texts say. Order does not matter."""
    return _essence(first) == _essence(second)


def _essence(scope: Any) -> object:
    if not isinstance(scope, Mapping):
        return frozenset()
    return frozenset(
        (str(group.get("name") or ""), frozenset(map(_clause_essence, group.get("clauses") or [])))
        for group in scope.get("groups") or []
        if isinstance(group, Mapping)
    )


def _clause_essence(clause: Mapping[str, Any]) -> tuple[str, str, tuple[str, ...]]:
    operand = clause.get("targetOperand") or {}
    values = tuple(str(value or "") for value in operand.get("values") or [])
    return _folded(str(clause.get("operatorName") or "")), str(clause.get("sourceOperandName") or ""), values


def filters_of(scope: Any, operators: Operators) -> list[ScopingFilter]:
    """A mapping's scope as the plan has it. A clause with an operator that plans do not have is left out."""
    filters = []
    groups = (scope.get("groups") or []) if isinstance(scope, Mapping) else []
    for number, group in enumerate(groups, start=1):
        clauses = []
        for clause in group.get("clauses") or []:
            operator = operators.plan(str(clause.get("operatorName") or ""))
            if operator is None:
                continue
            values = (clause.get("targetOperand") or {}).get("values") or []
            value = str(values[0]) if values and operator.takes_value else None
            attribute = str(clause.get("sourceOperandName") or "")
            clauses.append(Clause(attribute=attribute, operator=operator, value=value))
        filters.append(ScopingFilter(name=str(group.get("name") or f"Filter {number}"), clauses=clauses))
    return filters
