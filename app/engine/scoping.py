"""Scoping filters: whether a person is let in, and the sentence that says by which filter and clause.

Source: Microsoft, "Define conditional rules for provisioning user accounts". Clauses of a filter are joined by AND,
filters by OR, and both are joined by AND with the assignment where only assigned people are in scope.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from app.engine.regular_expressions import Pattern, PatternFault, compile_pattern
from app.people.record import Record, Value
from app.setup.plan import Clause, Operator, Scope
from app.setup.problem import Problem

Test: TypeAlias = Callable[[Value], bool]
"""Decides on one attribute's value, which is not empty."""

REGEX_SECONDS = 0.25
"""How long one pattern may search one value. Sensible ones need microseconds."""

UNSUPPORTED: dict[str, str] = {
    **dict.fromkeys(("appRoleAssignments", "userType", "manager"), "Entra does not evaluate it in filters"),
    **dict.fromkeys(
        (
            "createdDateTime",
            "employeeHireDate",
            "employeeLeaveDateTime",
            "lastPasswordChangeDateTime",
            "onPremisesLastSyncDateTime",
            "refreshTokensValidFromDateTime",
            "signInSessionsValidFromDateTime",
        ),
        "it is a date",
    ),
    **dict.fromkeys(
        (
            "businessPhones",
            "imAddresses",
            "memberOf",
            "members",
            "otherMails",
            "otherMobile",
            "otherTelephone",
            "proxyAddresses",
        ),
        "it has several values",
    ),
}
"""Attributes that a scoping filter cannot use, and why."""


class ScopeProblem(Problem):
    """A scope that cannot be evaluated: a clause that Entra would refuse, or one that was stopped.

    When it is raised for a person, that person is neither in nor out of scope: nobody may be disabled for it.
    """


@dataclass(frozen=True, slots=True)
class CompiledClause:
    """One clause, ready.

    Attributes:
        text: as the provisioning log writes it: ``department EQUALS 'Sales'``.
        attribute: the source attribute.
        test: decides on a value that is not empty.
        empty: what the clause says of an empty value: true for IS NULL only.
    """

    text: str
    attribute: str
    test: Test
    empty: bool

    def holds(self, record: Record) -> bool:
        """Whether the clause is true for this record.

        Raises:
            ScopeProblem: when its regular expression was stopped.
        """
        value = record.attributes.get(self.attribute)
        if value is None and self.attribute == "objectId":
            value = record.id
        if value is None or value == "" or value == []:
            return self.empty
        try:
            return self.test(value)
        except TimeoutError:
            raise _stopped(self, record) from None


@dataclass(frozen=True, slots=True)
class CompiledFilter:
    """One filter: all of its clauses must hold."""

    name: str
    clauses: tuple[CompiledClause, ...]

    def first_failing(self, record: Record) -> CompiledClause | None:
        """The first clause that does not hold, or None where the filter lets the record in."""
        for clause in self.clauses:
            if not clause.holds(record):
                return clause
        return None


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether one person is in scope. The reason and the details are worked out when they are asked for.

    Attributes:
        in_scope: by assignment and filters. A disabled account does not leave the scope by being
            disabled: ``active`` says that apart, since it keeps being managed.
        active: whether the account is enabled in the source.
    """

    in_scope: bool
    active: bool
    _scope: CompiledScope = field(repr=False)
    _record: Record = field(repr=False)
    _assigned: bool = field(repr=False)
    _passed: CompiledFilter | None = field(repr=False)

    @property
    def reason(self) -> str:
        """One sentence that names what let the person in or kept them out."""
        return self._scope.explain(self._record, self._assigned, self._passed)

    @property
    def details(self) -> dict[str, str]:
        """The details of the scoping step, keyed as Entra's provisioning log keys them."""
        return self._scope.details(self._record, self._assigned, self._passed, self.active)


@dataclass(frozen=True, slots=True)
class CompiledScope:
    """A scope, ready to decide on any number of records.

    Attributes:
        assigned_only: whether assignment counts at all.
        filters: none of them means: everyone passes. They are about users; groups pass by assignment alone.
        warnings: sentences on clauses that may not do what was meant.
    """

    assigned_only: bool
    filters: tuple[CompiledFilter, ...]
    warnings: tuple[str, ...] = ()

    def decide(self, record: Record, assigned: bool) -> Decision:
        """Decide on one record.

        Args:
            record: a user or a group.
            assigned: whether it is assigned to the app, itself or through a group's direct membership.

        Raises:
            ScopeProblem: when a regular expression was stopped, so that nothing can be said.
        """
        passed: CompiledFilter | None = None
        filtered = bool(self.filters) and record.kind == "user"
        if filtered:
            for candidate in self.filters:
                if candidate.first_failing(record) is None:
                    passed = candidate
                    break
        in_scope = (assigned or not self.assigned_only) and (passed is not None or not filtered)
        return Decision(in_scope, is_active(record), self, record, assigned, passed)

    def explain(self, record: Record, assigned: bool, passed: CompiledFilter | None) -> str:
        """The sentence of a decision."""
        if self.assigned_only and not assigned:
            return (
                "Out of scope: not assigned to the app, neither directly nor as a direct member of a group."
            )
        standing = "assigned to the app" if self.assigned_only else "everyone is in scope"
        if not self.filters or record.kind != "user":
            return f"In scope: {standing}{'' if record.kind != 'user' else ', and no filter is set'}."
        if passed is not None:
            clauses = " and ".join(clause.text for clause in passed.clauses)
            lead = "assigned to the app, and the" if self.assigned_only else "the"
            return f'In scope: {lead} filter "{passed.name}" lets them in ({clauses}).'
        kept = "; ".join(self._failing(candidate, record) for candidate in self.filters[:3])
        more = len(self.filters) - 3
        rest = f"; and {more} more" if more > 0 else ""
        return f"Out of scope: no filter lets them in: {kept}{rest}."

    @staticmethod
    def _failing(candidate: CompiledFilter, record: Record) -> str:
        clause = candidate.first_failing(record)
        if clause is None:
            return f'"{candidate.name}"'
        value = record.attributes.get(clause.attribute)
        shown = "empty" if value is None or value == "" or value == [] else f"'{_short(value)}'"
        return f'"{candidate.name}" needs {clause.text}, but {clause.attribute} is {shown}'

    def details(
        self, record: Record, assigned: bool, passed: CompiledFilter | None, active: bool
    ) -> dict[str, str]:
        """The details of a decision, all clauses evaluated."""
        evaluated: dict[str, bool] = {}
        filtered = bool(self.filters) and record.kind == "user"
        for candidate in self.filters if filtered else ():
            for clause in candidate.clauses:
                evaluated[f"{candidate.name}.{clause.text}"] = clause.holds(record)
        return {
            "Active in the source system": str(active),
            "Assigned to the application": str(assigned),
            # Roles are the app's own; every assignment carries one, so having one is being assigned.
            "User has the required role": str(assigned or not self.assigned_only),
            "Scoping filter evaluation passed": str(passed is not None or not filtered),
            "ScopeEvaluationResult": json.dumps(evaluated, ensure_ascii=False, separators=(",", ":")),
        }


def is_active(record: Record) -> bool:
    """Whether the account is enabled in the source; what does not say is (groups, files without the column)."""
    enabled = record.attributes.get("accountEnabled")
    return not (enabled is False or (isinstance(enabled, str) and enabled.strip().lower() == "false"))


def compile_scope(scope: Scope) -> CompiledScope:
    """Make a scope ready.

    Raises:
        ScopeProblem: for a clause that Entra would refuse: an attribute that filters cannot use, a missing value,
            a regular expression or a number that is none.
    """
    warnings: dict[str, None] = {}
    filters = []
    for number, one in enumerate(scope.filters, 1):
        name = one.name.strip() or f"Filter {number}"
        if not one.clauses:
            raise ScopeProblem(
                "SCOPE-EMPTY-FILTER",
                f'The filter "{name}" has no clause.',
                "A filter without clauses would let everyone in.",
                "Add a clause, or remove the filter.",
            )
        clauses = tuple(_compile_clause(clause, name, warnings) for clause in one.clauses)
        filters.append(CompiledFilter(name, clauses))
    return CompiledScope(scope.who == "assigned", tuple(filters), tuple(warnings))


def _compile_clause(clause: Clause, name: str, warnings: dict[str, None]) -> CompiledClause:
    attribute, operator = clause.attribute.strip(), clause.operator
    where = f'Filter "{name}", {attribute or "a clause"} {operator}'
    if not attribute:
        raise ScopeProblem(
            "SCOPE-ATTRIBUTE", f"{where}: no attribute is chosen.", remedy="Choose the attribute to look at."
        )
    if attribute in UNSUPPORTED:
        raise ScopeProblem(
            "SCOPE-ATTRIBUTE",
            f"{where}: a scoping filter cannot use {attribute}.",
            f"{UNSUPPORTED[attribute][0].upper()}{UNSUPPORTED[attribute][1:]}.",
            "Choose a text, number or yes/no attribute with one value.",
        )
    value = clause.value
    if operator.takes_value and (value is None or value == ""):
        raise ScopeProblem(
            "SCOPE-VALUE",
            f"{where}: a value is missing.",
            remedy="Type the value to compare with, or use IS NULL for empty ones.",
        )
    text = f"{attribute} {operator} '{value}'" if operator.takes_value else f"{attribute} {operator}"
    test = _TESTS[operator](value or "", where, warnings)
    return CompiledClause(text, attribute, test, operator is Operator.IS_NULL)


def _text(value: Value) -> str:
    """A single value as text. Several values equal nothing: filters do not support them."""
    return value if isinstance(value, str) else "" if isinstance(value, list) else str(value)


def _is_one(value: Value) -> bool:
    return not isinstance(value, list)


def _equals(expected: str, _where: str, _warnings: dict[str, None]) -> Test:
    return lambda value: _is_one(value) and _text(value) == expected


def _not_equals(expected: str, _where: str, _warnings: dict[str, None]) -> Test:
    return lambda value: _is_one(value) and _text(value) != expected


def _includes(expected: str, _where: str, _warnings: dict[str, None]) -> Test:
    return lambda value: expected in _text(value)


def _ends_with(expected: str, _where: str, _warnings: dict[str, None]) -> Test:
    return lambda value: _text(value).endswith(expected)


def _constant(answer: bool) -> Callable[[str, str, dict[str, None]], Test]:
    return lambda _expected, _where, _warnings: lambda _value: answer


def _is_boolean(wanted: bool) -> Callable[[str, str, dict[str, None]], Test]:
    def make(_expected: str, _where: str, _warnings: dict[str, None]) -> Test:
        # Sources without types (files) hold booleans as text.
        return lambda value: (
            value is wanted or (isinstance(value, str) and value.strip().lower() == str(wanted).lower())
        )

    return make


def _regex(wanted: bool) -> Callable[[str, str, dict[str, None]], Test]:
    def make(expected: str, where: str, warnings: dict[str, None]) -> Test:
        try:
            pattern: Pattern = compile_pattern(expected)
        except PatternFault as fault:
            raise ScopeProblem(
                "SCOPE-REGEX",
                f"{where}: the regular expression cannot be used: {fault} (character {fault.offset + 1})",
                remedy="Correct the pattern; it is written as .NET takes it.",
            ) from None
        if not (expected.startswith("^") and expected.endswith("$")):
            warnings[
                f"{where}: the pattern may match any part of the value; put ^ before and $ after it to match the whole."
            ] = None
        return lambda value: _is_one(value) and pattern.found_in(_text(value), REGEX_SECONDS) is wanted

    return make


def _integer(text: str) -> int | None:
    """A whole number of at most 64 bits' length; anything else is none."""
    stripped = text.strip()
    digits = stripped.lstrip("+-")
    if not (digits.isascii() and digits.isdigit()) or len(digits) > 19 or len(stripped) - len(digits) > 1:
        return None
    return int(stripped)


def _greater(or_equal: bool) -> Callable[[str, str, dict[str, None]], Test]:
    def make(expected: str, where: str, _warnings: dict[str, None]) -> Test:
        least = _integer(expected)
        if least is None:
            raise ScopeProblem(
                "SCOPE-NUMBER",
                f"{where}: '{expected}' is not a whole number.",
                "This operator compares whole numbers only.",
                "Type digits, such as 1000.",
            )
        lowest = least if or_equal else least + 1

        def test(value: Value) -> bool:
            number = None if isinstance(value, bool) else _integer(_text(value))
            return number is not None and number >= lowest

        return test

    return make


def _bit_and(wanted: bool) -> Callable[[str, str, dict[str, None]], Test]:
    """``&``: a bit test between whole numbers, else whether the attribute stands in the given value.

    The page's one sentence can be read in both ways, so both are done where each has a meaning.
    """

    def make(expected: str, where: str, warnings: dict[str, None]) -> Test:
        mask = _integer(expected)
        warnings[
            f"{where}: Microsoft's page can be read in two ways. Rollcall tests bits between whole numbers, and else "
            "whether the attribute stands in the value. Look at the first results with care."
        ] = None

        def test(value: Value) -> bool:
            if isinstance(value, list):
                return False
            number = None if isinstance(value, bool) else _integer(_text(value))
            both = number is not None and mask is not None
            found = bool(number & mask) if both else _text(value) in expected  # type: ignore[operator]
            return found is wanted

        return test

    return make


_TESTS: dict[Operator, Callable[[str, str, dict[str, None]], Test]] = {
    Operator.EQUALS: _equals,
    Operator.NOT_EQUALS: _not_equals,
    Operator.IS_NULL: _constant(False),
    Operator.IS_NOT_NULL: _constant(True),
    Operator.IS_TRUE: _is_boolean(True),
    Operator.IS_FALSE: _is_boolean(False),
    Operator.REGEX_MATCH: _regex(True),
    Operator.NOT_REGEX_MATCH: _regex(False),
    Operator.INCLUDES: _includes,
    Operator.ENDS_WITH: _ends_with,
    Operator.GREATER_THAN: _greater(or_equal=False),
    Operator.GREATER_THAN_OR_EQUALS: _greater(or_equal=True),
    Operator.BIT_AND: _bit_and(True),
    Operator.NOT_BIT_AND: _bit_and(False),
}


def _stopped(clause: CompiledClause, record: Record) -> ScopeProblem:
    return ScopeProblem(
        "SCOPE-REGEX-TIME",
        f"The regular expression of {clause.text} was stopped after {REGEX_SECONDS:g} s for {record.name}.",
        "Some values make it try an endless number of ways, often because of a + or * inside another.",
        "Write it with less repetition, for example [^@]+ instead of (.+)+. Until then, nothing is done to this person.",
    )


def _short(value: Value) -> str:
    text = ", ".join(value) if isinstance(value, list) else str(value)
    return text if len(text) <= 40 else f"{text[:37]}..."
