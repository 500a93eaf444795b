"""Now ``app.look.problem_panel``, which both windows use; import it from there."""

from __future__ import annotations

from app.look.problem_panel import ProblemPanel

__all__ = ["ProblemPanel"]
