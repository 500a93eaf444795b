"""Attribute mappings: from a person's attributes in the directory to the values that the app should have.

Sources: Microsoft, "Customize attribute mappings" and "How provisioning works". Direct rows, which are
nearly all of them, are read from the record without any expression being run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.engine.expressions import EvaluationError, Expression, ExpressionError, compile_expression
from app.engine.expressions.traps import ALWAYS_THERE
from app.engine.rules.computed_attributes import source_attributes
from app.engine.rules.row_checks import MappingProblem, check_default, check_matched, check_target
from app.people.record import Record, Value
from app.setup.plan import AttributeMapping

_REFERENCES = frozenset({"manager", "members"})
"""Source attributes whose values are object ids of the directory, to be translated into ids of the app."""


@dataclass(slots=True)
class Mapped:
    """What one person should look like in the app.

    Attributes:
        values: by target attribute; never None, an empty text or an empty list. Rows of
            ``CompiledMappings.references`` hold the directory's object id: it is not for sending.
        errors: a sentence by target for each row that could not be worked out. Other rows are not affected.
        fatal: why nothing may be sent for this person: a matching attribute that failed, or none that has
            a value. Empty otherwise.
    """

    values: dict[str, Value]
    errors: dict[str, str] = field(default_factory=dict)
    fatal: str = ""


@dataclass(frozen=True, slots=True)
class _Row:
    target: str
    expression: Expression | None
    default: str | None
    matching: bool
    boolean: bool


@dataclass(frozen=True, slots=True)
class CompiledMappings:
    """The mapping table, ready for any number of people.

    Attributes:
        matching: target and expression of each matching attribute, in order of precedence.
        references: target and source attribute (``manager``, ``members``) of the rows whose values are object
            ids of the directory. They are filled in a second pass, when the other object is known in the app.
        writes_active: whether a disable can be sent at all.
        redacted: targets whose values the log must show as ``[Redact]``.
        warnings: sentences on traps in the rows.
        reads: names of the source attributes that the rows read.
    """

    matching: tuple[tuple[str, Expression], ...]
    references: Mapping[str, str]
    writes_active: bool
    redacted: frozenset[str]
    warnings: tuple[str, ...]
    reads: frozenset[str]
    _direct: tuple[tuple[str, str], ...]
    _rows: tuple[_Row, ...]
    _creation_rows: tuple[_Row, ...]
    _always_matches: bool

    def apply(self, record: Record, in_scope: bool, creating: bool) -> Mapped:
        """Work out all rows for one person.

        Args:
            record: the person or group.
            in_scope: the scope's decision. With ``accountEnabled`` it makes ``IsSoftDeleted``.
            creating: whether the object is being created: rows *only during object creation* and default
                values count then, and only then.
        """
        source = source_attributes(record, in_scope)
        values: dict[str, Value] = {}
        get = source.get
        for target, name in self._direct:
            value = get(name)
            if value or value == 0:  # False and 0 are values; None, an empty text and an empty list are none
                values[target] = value
        mapped = Mapped(values)
        for row in self._creation_rows if creating else self._rows:
            _apply_row(row, source, creating, mapped)
        if not mapped.fatal and (creating or self._always_matches):
            mapped.fatal = self._without_match(values)
        return mapped

    def _without_match(self, values: Mapping[str, Value]) -> str:
        """Why an object with these values cannot be matched; empty when it can."""
        for target, _ in self.matching:
            if target in values:
                return ""
        if not self.matching:
            return ""
        names = " and ".join(target for target, _ in self.matching)
        return f"No matching attribute has a value ({names}): this object cannot be found in the app."


def _apply_row(row: _Row, source: dict[str, Value], creating: bool, mapped: Mapped) -> None:
    value: Value = None
    if row.expression is not None:
        try:
            value = row.expression.evaluate(source)
            if row.boolean:
                value = _as_boolean(value)
        except EvaluationError as error:
            mapped.errors[row.target] = _sentence(error)
            if row.matching:
                mapped.fatal = f"The matching attribute {row.target} could not be worked out: {error.what}"
            return
    if (value is None or value == "" or value == []) and creating:
        value = row.default
        if row.boolean:
            value = _as_boolean(value)
    if value or value == 0:
        mapped.values[row.target] = value


def _is_active(target: str) -> bool:
    return target.lower() == "active"


def _sentence(error: EvaluationError) -> str:
    return " ".join(part for part in (error.what, error.why, error.remedy) if part)


def _as_boolean(value: Value) -> Value:
    """``active`` as a boolean.

    Raises:
        EvaluationError: for a value that is neither true nor false.
    """
    if value is None or isinstance(value, bool) or value == "":
        return value
    folded = value.strip().lower() if isinstance(value, str) else ""
    if folded in {"true", "false"}:
        return folded == "true"
    raise EvaluationError(f'active takes True or False, but its row gives "{value}".')


@dataclass(slots=True)
class _Table:
    """A mapping table while its rows are compiled."""

    direct: list[tuple[str, str]] = field(default_factory=list)
    always: list[_Row] = field(default_factory=list)
    creation: list[_Row] = field(default_factory=list)
    matching: list[tuple[int, str, Expression]] = field(default_factory=list)
    references: dict[str, str] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    redacted: set[str] = field(default_factory=set)
    seen: set[str] = field(default_factory=set)
    may_be_empty: list[str] = field(default_factory=list)
    reads: set[str] = field(default_factory=set)

    def add(self, mapping: AttributeMapping) -> None:
        """Compile one row into the part of the table where it belongs."""
        target = mapping.target.strip()
        check_target(target, self.seen)
        expression = _compile_row(mapping)
        check_default(mapping)
        check_matched(mapping, expression)
        if expression is None:
            if mapping.default:
                self.creation.append(_Row(target, None, mapping.default, False, _is_active(target)))
            return
        self.reads |= expression.attributes
        if not expression.attributes.isdisjoint(_REFERENCES):
            self.references[target] = _reference(target, expression, mapping)
            self.direct.append((target, self.references[target]))
            return
        if mapping.matching:
            self.matching.append((mapping.matching, target, expression))
        if expression.redacted:
            self.redacted.add(target)
        if expression.constant is None and not expression.attributes <= ALWAYS_THERE:
            self.may_be_empty.append(target)
        self.warnings += [f"{target}: {sentence}" for sentence in _row_warnings(expression, mapping)]
        always = mapping.apply == "always"
        if expression.attribute is not None and always and not mapping.default and not _is_active(target):
            self.direct.append((target, expression.attribute))
            return
        row = _Row(target, expression, mapping.default, bool(mapping.matching), _is_active(target))
        self.creation.append(row)
        if always:
            self.always.append(row)

    def finished(self, rows: Sequence[AttributeMapping]) -> CompiledMappings:
        """The table, ready for use."""
        self.matching.sort(key=lambda entry: entry[0])
        on_create = {row.target.strip().lower() for row in rows if row.apply == "on-create"}
        if self.may_be_empty:
            self.warnings.append(_clearing(self.may_be_empty))
        return CompiledMappings(
            matching=tuple((target, expression) for _, target, expression in self.matching),
            references=self.references,
            writes_active=any(row.boolean and row.expression for row in self.always),
            redacted=frozenset(self.redacted),
            warnings=tuple(self.warnings),
            reads=frozenset(self.reads),
            _direct=tuple(self.direct),
            _rows=tuple(self.always),
            _creation_rows=tuple(self.creation),
            _always_matches=not any(target.lower() in on_create for _, target, _ in self.matching),
        )


def _clearing(targets: list[str]) -> str:
    shown = ", ".join(targets[:5]) + (f" and {len(targets) - 5} more" if len(targets) > 5 else "")
    return (
        "Empty values are never sent, by Entra or by Rollcall: a value that the directory clears stays "
        f"in the app ({shown})."
    )


def compile_mappings(rows: Sequence[AttributeMapping]) -> CompiledMappings:
    """Make a mapping table ready.

    Raises:
        MappingProblem: for the first row that cannot be used.
    """
    table = _Table()
    for mapping in rows:
        table.add(mapping)
    return table.finished(rows)


def _compile_row(mapping: AttributeMapping) -> Expression | None:
    if not mapping.source.strip():
        return None
    try:
        return compile_expression(mapping.source)
    except ExpressionError as error:
        raise MappingProblem(
            mapping.target, f"{mapping.target}: {error.what}", error.why, error.remedy, place=error
        ) from None


def _reference(target: str, expression: Expression, mapping: AttributeMapping) -> str:
    if expression.attribute is None or mapping.matching:
        names = " and ".join(sorted(expression.attributes & _REFERENCES))
        raise MappingProblem(
            target,
            f"{target}: [{names}] refers to other objects and can only be mapped directly.",
            "Its value is known only when the other object is in the app.",
            f"Write [{names}] alone, without a function, and without matching precedence.",
        )
    return expression.attribute


def _row_warnings(expression: Expression, mapping: AttributeMapping) -> list[str]:
    found = list(expression.warnings)
    if mapping.apply == "on-create":
        found = [sentence for sentence in found if "gives another value each time" not in sentence]
    if mapping.matching and expression.changing:
        found.append("A matching attribute must give the same value each time.")
    return found
