"""Stopping the road between two calls: the one under way ends, the next one is not sent."""

from __future__ import annotations

from typing import Any

from app.entra.graph import OnCall
from app.entra.road import RoadEnd
from app.setup.problem import Problem
from app.tasks.context import Context

CANCELLED = "CANCELLED"


def stopping(context: Context) -> OnCall:
    """Looks before each call whether the person wants to stop."""

    def look(method: str, path: str, body: Any) -> None:
        if context.control.stopped:
            raise Problem(
                CANCELLED,
                "It was stopped before it ended.",
                "You stopped it.",
                "What was done stays. Choose Resume to go on, or Undo to take it back.",
            )

    return look


def raise_stop(end: RoadEnd) -> None:
    """A walk that was stopped ends as every request that is cancelled does.

    Raises:
        Problem: ``CANCELLED``, where it was stopped.
    """
    if end.problem is not None and end.problem.code == CANCELLED:
        raise end.problem
