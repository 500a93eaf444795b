"""Scoping filters: whether a person is let in, and the sentence that says by which filter and clause.

Source: Microsoft, "Define conditional rules for provisioning user accounts". Clauses of a filter are joined
by AND, filters by OR, and both are joined by AND with the assignment where only assigned people are in
scope.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from app.engine.rules.scoping_clauses import CompiledClause, ScopeProblem, compile_clause
from app.people.record import Record, Value
from app.setup.plan import Scope
from app.setup.scope_reason import IN, OUT, not_met

__all__ = [
    "CompiledFilter",
    "CompiledScope",
    "Decision",
    "ScopeProblem",
    "compile_scope",
    "is_active",
]


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


@dataclass(slots=True)
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
            return f"{OUT}not assigned to the app, neither directly nor as a direct member of a group."
        standing = "assigned to the app" if self.assigned_only else "everyone is in scope"
        if not self.filters or record.kind != "user":
            return f"{IN}{standing}{'' if record.kind != 'user' else ', and no filter is set'}."
        if passed is not None:
            clauses = " and ".join(clause.text for clause in passed.clauses)
            lead = "assigned to the app, and the" if self.assigned_only else "the"
            return f'{IN}{lead} filter "{passed.name}" lets them in ({clauses}).'
        kept = "; ".join(self._failing(candidate, record) for candidate in self.filters[:3])
        more = len(self.filters) - 3
        rest = f"; and {more} more" if more > 0 else ""
        return f"{OUT}no filter lets them in: {kept}{rest}."

    @staticmethod
    def _failing(candidate: CompiledFilter, record: Record) -> str:
        clause = candidate.first_failing(record)
        if clause is None:
            return f'"{candidate.name}"'
        value = record.attributes.get(clause.attribute)
        return not_met(candidate.name, clause.text, clause.attribute, _short(value))

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
    """Whether the account is enabled in the source; one that does not say so counts as enabled."""
    enabled = record.attributes.get("accountEnabled")
    if enabled is True or enabled is None:
        return True
    return not (enabled is False or (isinstance(enabled, str) and enabled.strip().lower() == "false"))


def compile_scope(scope: Scope) -> CompiledScope:
    """Make a scope ready.

    Raises:
        ScopeProblem: for a clause that Entra would refuse: an attribute that filters cannot use, a missing
            value, a regular expression or a number that is none.
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
        clauses = tuple(compile_clause(clause, name, warnings) for clause in one.clauses)
        filters.append(CompiledFilter(name, clauses))
    return CompiledScope(scope.who == "assigned", tuple(filters), tuple(warnings))


def _short(value: Value) -> str:
    if value is None:
        return ""
    text = ", ".join(value) if isinstance(value, list) else str(value)
    return text if len(text) <= 40 else f"{text[:37]}..."
