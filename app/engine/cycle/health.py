"""When a cycle as a whole must stop: one person's failure never stops the others, a lost sign-in does."""

from __future__ import annotations

from typing import Final

from app.engine.state.quarantine import Tally
from app.scim.errors import Outcome, ScimProblem
from app.setup.problem import Problem

# How many failures in a row, without one success between them, say that the app and not a person is at fault.
_IN_A_ROW: Final = {Outcome.RETRY: 25, Outcome.UNCERTAIN: 25, Outcome.RATE: 10, Outcome.UNREACHABLE: 2}
_FEW: Final = 5


class Health:
    """Weighs each answer of the app.

    Attributes:
        problem: why the cycle must stop; None while it may go on.
    """

    def __init__(self) -> None:
        self.problem: Problem | None = None
        self._aside: Problem | None = None
        self._row = 0
        self._worked: set[str] = set()

    def worked(self, what: str = "") -> None:
        """The app did what it was asked."""
        self._row = 0
        self._worked.add(what)

    def failed(self, problem: ScimProblem, what: str = "") -> None:
        """The app did not. ``what`` is the kind of work, such as ``create user``."""
        self._row += 1
        if self.problem is None and self._is_the_app(problem, what):
            self.problem = problem

    def give_up(self, tally: Tally) -> None:
        """So many people failed that the cycle is stopped, whatever comes after them."""
        if self._aside is not None:
            return
        self.problem = self.problem or Problem(
            "TOO-MANY-FAILURES",
            f"{tally.failed + tally.references:,} failures in one cycle: it was stopped.",
            "So many people do not fail each for a reason of their own; the app or the mapping is at fault.",
            "Look at the failures in the provisioning log, put their cause right, and run again.",
        )

    def set_aside(self) -> bool:
        """Have those who leave dealt with although the cycle was stopped; says whether it was.

        An app that refuses what others are sent most likely still takes a disable. One that is not reached,
        or that does not accept the token, takes nothing.
        """
        problem = self.problem
        refused = isinstance(problem, ScimProblem) and (
            problem.kind is Outcome.INCOMPATIBLE or problem.code == "FORBIDDEN"
        )
        if problem is None or not (refused or problem.code == "TOO-MANY-FAILURES"):
            return False
        self._aside, self.problem, self._row = problem, None, 0
        return True

    def take_up(self) -> None:
        """What stopped the cycle stops it again."""
        self.problem, self._aside = self.problem or self._aside, None

    def _is_the_app(self, problem: ScimProblem, what: str) -> bool:
        if problem.kind is Outcome.TLS or problem.code == "CREDENTIALS":
            return True
        if problem.code == "FORBIDDEN" or problem.kind is Outcome.INCOMPATIBLE:
            # A single person may be out of bounds, such as the owner of the app's account; all are not.
            return what not in self._worked or self._row >= _FEW
        return self._row >= _IN_A_ROW.get(problem.kind, 1_000_000)
