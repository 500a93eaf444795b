"""The plan as the road takes it, with the means to compare expressions, and results as they are shown."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from app.engine.expressions import EvaluationError, ExpressionError, compile_expression
from app.entra.road import RoadEnd, RoadEvent
from app.entra.wish import Facts, Wish
from app.people.record import Value
from app.setup.plan import Place
from app.setup.problem import Problem
from app.tasks.context import Context
from app.tasks.entra_results import RoadReport
from app.tasks.events import RoadStep

_UNSTEADY: Final = re.compile(r"\b(Guid|Now|RandomString)\s*\(")


def wish_of(
    context: Context,
    *,
    token: bool = True,
    start: bool = True,
    touch_running: bool = False,
    people_may_leave: bool = False,
) -> Wish:
    """What the plan wants of the tenant. Without a token it can be shown, and nothing else.

    Raises:
        Problem: the plan does not run in Microsoft Entra, is not saved, or has no token.
    """
    plan = context.need_plan()
    if plan.run.where is not Place.ENTRA:
        raise Problem(
            "PLACE-NOT-ENTRA",
            "This plan does not run in Microsoft Entra.",
            f"Its place is {plan.run.where.value}.",
            'Choose Microsoft Entra as the place in the wizard (in the plan: where = "entra").',
        )
    url = context.tenant_url()
    return Wish(
        plan,
        context.profile(),
        url.text,
        context.token(url) if token else "",
        beside=context.plan_path,
        start=start,
        touch_running=touch_running,
        people_may_leave=people_may_leave,
    )


def evaluate(expression: str, sample: Mapping[str, str]) -> str | None:
    """What Rollcall makes of an expression for a sample person; None where that cannot be compared."""
    if _UNSTEADY.search(expression):
        return None
    try:
        return _as_text(compile_expression(expression).evaluate(dict(sample)))
    except (ExpressionError, EvaluationError):
        return None


def _as_text(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return ",".join(value)
    return str(value)


def as_step(event: RoadEvent) -> RoadStep:
    """An event of the road as tasks say it."""
    return RoadStep(
        step=event.step,
        title=event.title,
        state=event.state,
        text=event.text,
        level=event.level,
        code=event.code,
    )


def as_report(end: RoadEnd, facts: Facts) -> RoadReport:
    """The end of the road as tasks say it."""
    problem = end.problem
    return RoadReport(
        state=end.state,
        steps=[as_step(step) for step in end.steps],
        created=end.created,
        sentence=end.sentence,
        why=problem.why if problem else "",
        remedy=problem.remedy if problem else "",
        code=problem.code if problem else "",
        details=problem.details if problem else "",
        service_principal="" if end.state == "undone" else facts.service_principal,
        job="" if end.state == "undone" else facts.job,
    )
