"""Scoping filters said in words, and what is missing in them. No Qt in here."""

from __future__ import annotations

from app.setup.plan import Clause, Operator, Scope, ScopingFilter
from app.wizard.pages.counting import amount, listed

OPERATOR_WORDS: dict[Operator, str] = {
    Operator.EQUALS: "is exactly",
    Operator.NOT_EQUALS: "is not",
    Operator.IS_NULL: "is empty",
    Operator.IS_NOT_NULL: "is not empty",
    Operator.IS_TRUE: "is true",
    Operator.IS_FALSE: "is false",
    Operator.INCLUDES: "contains",
    Operator.ENDS_WITH: "ends with",
    Operator.REGEX_MATCH: "matches the pattern",
    Operator.NOT_REGEX_MATCH: "does not match the pattern",
    Operator.GREATER_THAN: "is greater than",
    Operator.GREATER_THAN_OR_EQUALS: "is at least",
    Operator.BIT_AND: "has the bits",
    Operator.NOT_BIT_AND: "has not the bits",
}
"""How each operator is read out. The key is Microsoft's own name, which the builder shows beside it."""

NUMBERS_ONLY = frozenset(
    {Operator.GREATER_THAN, Operator.GREATER_THAN_OR_EQUALS, Operator.BIT_AND, Operator.NOT_BIT_AND}
)
"""Operators that compare whole numbers only (Microsoft, "Define conditional rules...")."""

NOT_FOR_FILTERS: dict[str, str] = {
    name: f"Microsoft's scoping filters cannot use {name}. Choose another attribute."
    for name in ("appRoleAssignments", "userType", "manager", "members", "IsMemberOf")
}
"""Attributes that a scoping filter may not name, with the reason."""


def clause_in_words(clause: Clause) -> str:
    """``department is exactly "Sales"``."""
    words = f"{clause.attribute or '(no attribute)'} {OPERATOR_WORDS[clause.operator]}"
    if not clause.operator.takes_value:
        return words
    value = clause.value or "…"
    return f"{words} {value}" if clause.operator in NUMBERS_ONLY else f'{words} "{value}"'


def filter_in_words(scoping_filter: ScopingFilter) -> str:
    """All conditions of one filter, joined by *and*."""
    return " and ".join(clause_in_words(clause) for clause in scoping_filter.clauses) or "no condition yet"


def filters_in_words(filters: list[ScopingFilter], who: str = "all") -> str:
    """One sentence for all filters: *and* within one, *or* between them."""
    if not filters:
        return "No scoping filter: nobody is left out by their attributes."
    whom = "Assigned people" if who == "assigned" else "People"
    return f"{whom} are in scope when {', or when '.join(map(filter_in_words, filters))}."


def clause_fault(clause: Clause) -> str:
    """What one condition lacks; empty when it is whole."""
    if not clause.attribute.strip():
        return "Choose an attribute."
    if clause.attribute in NOT_FOR_FILTERS:
        return NOT_FOR_FILTERS[clause.attribute]
    if not clause.operator.takes_value:
        return ""
    value = (clause.value or "").strip()
    if not value:
        return f"Type the value to compare {clause.attribute} with."
    if clause.operator in NUMBERS_ONLY and not value.lstrip("-").isdecimal():
        return f"{clause.operator.value} compares whole numbers: type one, such as 100."
    return ""


def filter_fault(scoping_filter: ScopingFilter) -> str:
    """What one filter lacks, with the place; empty when it is whole."""
    if not scoping_filter.clauses:
        return f"The filter {quoted(scoping_filter)} has no condition. Add one, or remove the filter."
    for place, clause in enumerate(scoping_filter.clauses, start=1):
        fault = clause_fault(clause)
        if fault:
            return f"The filter {quoted(scoping_filter)}, condition {place}: {fault}"
    return ""


def quoted(scoping_filter: ScopingFilter) -> str:
    """The filter's name as sentences show it."""
    return f"“{scoping_filter.name.strip()}”" if scoping_filter.name.strip() else "without a name"


def scope_missing(scope: Scope) -> str:
    """What the scope lacks, as the end of "Still missing: ..."; empty when the wizard can go on with it."""
    if scope.who == "assigned" and not scope.assigned:
        return "at least one person or group"
    faulty = next((one for one in scope.filters if filter_fault(one)), None)
    return f"a correction in the filter {quoted(faulty)}" if faulty is not None else ""


def free_filter_name(filters: list[ScopingFilter]) -> str:
    """A name that no filter has yet: *Filter 1*, *Filter 2*, ..."""
    taken = {one.name for one in filters}
    return next(name for place in range(1, len(filters) + 2) if (name := f"Filter {place}") not in taken)


def assigned_in_words(assigned: list[str]) -> str:
    """``ann@contoso.com and the group Designers``; long lists are counted."""
    users = [entry.removeprefix("user:") for entry in assigned if entry.startswith("user:")]
    groups = [entry.removeprefix("group:") for entry in assigned if entry.startswith("group:")]
    if len(assigned) <= 3:
        return listed(users + [f"the group {name}" for name in groups])
    parts = []
    if users:
        parts.append(amount(len(users), "person", "people"))
    if groups:
        parts.append(amount(len(groups), "group", "groups"))
    return listed(parts)
