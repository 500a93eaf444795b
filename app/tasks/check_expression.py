"""Whether a mapping expression is right, and what it gives for one person."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from app.engine.expressions import EvaluationError, Expression, ExpressionError, compile_expression
from app.engine.rules.computed_attributes import source_attributes
from app.people.record import Record, Value
from app.tasks.context import Context
from app.tasks.people_index import as_text, find_person
from app.tasks.registry import Said
from app.tasks.results import ExpressionReport


class Params(BaseModel):
    """The expression and on whom to try it.

    Attributes:
        person: object id or user principal name of a user; empty means the first one.
        target: the SCIM path it is for, so that a value of the wrong type is told; may be empty.
    """

    model_config = ConfigDict(extra="forbid")

    expression: str
    person: str = ""
    target: str = ""


async def run(context: Context, params: Params) -> Said:
    """Compile it, and try it where there are people to try it on. Such a person is taken to be in scope."""
    try:
        expression = compile_expression(params.expression)
    except ExpressionError as error:
        yield ExpressionReport(
            ok=False,
            line=error.line,
            column=error.column,
            message=" ".join(part for part in (error.message, error.why, error.remedy) if part),
            caret=error.caret,
        )
        return
    record = None
    if context.plan is not None and context.plan.source.chosen:
        record = await find_person(context, params.person)
    yield _tried(expression, record, params.target)


def _tried(expression: Expression, record: Record | None, target: str) -> ExpressionReport:
    warnings = list(expression.warnings)
    if record is None:
        return ExpressionReport(ok=True, warnings=warnings)
    try:
        value = expression.evaluate(source_attributes(record, in_scope=True))
    except EvaluationError as error:
        # The expression is right, and still gives nothing for this person: told beside the field, in no red.
        reason = " ".join(part for part in (error.what, error.why, error.remedy) if part)
        return ExpressionReport(ok=True, message=reason, warnings=warnings)
    if target.casefold() == "active" and not _is_boolean(value):
        warnings.append(f'active takes True or False, and this gives "{as_text(value)}" for {record.name}.')
    shown = "[Redact]" if expression.redacted else as_text(value)
    return ExpressionReport(ok=True, value=shown, warnings=warnings)


def _is_boolean(value: Value) -> bool:
    return value is None or str(value).casefold() in {"true", "false", ""}
