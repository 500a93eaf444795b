"""The clauses of scoping filters: every operator, exactly as Entra evaluates it.

An empty value makes every operator false except IS NULL, so no operator below ever sees one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from app.engine.expressions.regular_expressions import Pattern, PatternFault, compile_pattern
from app.people.record import Record, Value
from app.setup.plan import Clause, Operator
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


def compile_clause(clause: Clause, name: str, warnings: dict[str, None]) -> CompiledClause:
    """Make one clause of the filter with this name ready, and note what may not do what was meant.

    Raises:
        ScopeProblem: where Entra would refuse it.
    """
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
                f"{where}: the regular expression, character {fault.offset + 1}: {fault}",
                remedy="Correct the pattern; it is written as .NET takes it.",
            ) from None
        if not (expected.startswith("^") and expected.endswith("$")):
            warnings[
                f"{where}: the pattern may match any part of the value; put ^ and $ around it for the whole."
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
            f"{where}: Microsoft's page can be read in two ways. Rollcall tests bits of whole numbers, and "
            "else whether the attribute stands in the value. Look at the first results with care."
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
        "Write it with less repetition, for example [^@]+ instead of (.+)+. Until then, nothing is done to "
        "this person.",
    )
