"""Quarantine: when an app refuses as a whole, it is asked once a day only, and given up after four weeks.

Source: Microsoft, "Application provisioning in quarantine status". Better than there: an app that cannot be
reached from this computer for a while (no network, a 503) does not bring the plan into quarantine; and the
deletion guard holds back what it is about and nothing else.

Four weeks are four weeks of tries. Where none was made for so long, because this computer was off or its
clock jumped, the quarantine begins anew with the next one.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Final

from app.engine.clock import passed, read, written
from app.engine.state.store import Store
from app.scim.errors import Outcome, ScimProblem
from app.setup.problem import Problem

RETRY_AFTER: Final = timedelta(days=1)
DISABLED_AFTER: Final = timedelta(weeks=4)
_FACT: Final = "quarantine"

EXCEPTION: Final = "EncounteredQuarantineException"
PROPORTION: Final = "EncounteredEscrowProportionThreshold"
BASE: Final = "EncounteredBaseEscrowThreshold"
TOTAL: Final = "EncounteredTotalEscrowThreshold"


@dataclass(frozen=True, slots=True)
class Limits:
    """The documented thresholds ("roughly, may change"): failures, their share, and with references."""

    least: int = 5_000
    share: float = 0.4
    failures: int = 40_000
    total: int = 60_000


LIMITS: Final = Limits()


@dataclass(slots=True)
class Tally:
    """How one cycle fared so far.

    Attributes:
        failed: users and groups that failed.
        fine: those that did not.
        references: failures of members and managers.
    """

    failed: int = 0
    fine: int = 0
    references: int = 0

    def verdict(self, limits: Limits = LIMITS) -> str:
        """Graph's name of the reason for quarantine; empty where there is none."""
        if self.failed + self.references > limits.total:
            return TOTAL
        if self.failed > limits.failures:
            return BASE
        if self.failed >= limits.least and self.failed > limits.share * (self.failed + self.fine):
            return PROPORTION
        return ""

    def hopeless(self, limits: Limits = LIMITS) -> bool:
        """Whether a limit is passed that no later success can mend."""
        return self.failed > limits.failures or self.failed + self.references > limits.total


@dataclass(frozen=True, slots=True)
class Quarantine:
    """A plan in quarantine.

    Attributes:
        reason: Graph's name of it.
        code: of the problem that brought it about; empty where the count of failures did.
        since: when it began.
        next_try: when the next cycle is due.
    """

    reason: str
    code: str
    meaning: str
    remedy: str
    since: str
    next_try: str

    @property
    def disables_on(self) -> str:
        """When the plan is disabled if nothing changes."""
        return written(read(self.since) + DISABLED_AFTER)

    def waits(self, now: datetime) -> bool:
        """Whether the next try is still to come. A clock that was set back keeps nobody waiting."""
        return timedelta(0) < read(self.next_try) - now <= RETRY_AFTER

    def due(self, now: datetime) -> str:
        """When the next try is due: never later than by its pace, whatever clock said when."""
        return self.next_try if read(self.next_try) - now <= RETRY_AFTER else written(now)

    def disabled(self, now: datetime) -> bool:
        """Whether it has lasted too long, so that nothing runs before somebody restarts the plan.

        The last try must have come late in that time too: a clock that jumps has made none.
        """
        since = passed(self.since, now)
        last_try = min(self.last_try, now)
        return now - since > DISABLED_AFTER and last_try - since >= DISABLED_AFTER - RETRY_AFTER

    @property
    def last_try(self) -> datetime:
        """When a cycle was tried last."""
        return read(self.next_try) - RETRY_AFTER


def quarantine_of(store: Store) -> Quarantine | None:
    """The plan's quarantine; None where it is in none."""
    kept = store.fact(_FACT)
    return Quarantine(**json.loads(kept)) if kept.startswith("{") else None


def judge(store: Store, tally: Tally, problem: Problem | None, now: datetime) -> str:
    """After a cycle: bring the plan into quarantine, keep it there, or let it out. The caller commits.

    Args:
        problem: what ended the cycle, if anything did.

    Returns:
        The sentence to tell people where the plan entered quarantine, or its reason changed; else empty.
    """
    before = quarantine_of(store)
    reason = EXCEPTION if is_refusal(problem) else tally.verdict()
    if not reason:
        if problem is None and before is not None:
            store.keep(_FACT, "")
        elif before is not None:
            _keep(store, before, _since(before, now), now)  # it came to nothing: the next one is tomorrow
        return ""
    found = _quarantine(reason, tally, problem)
    _keep(store, found, _since(before, now), now)
    same = before is not None and (before.reason, before.code) == (found.reason, found.code)
    return "" if same else found.meaning


def _since(before: Quarantine | None, now: datetime) -> str:
    """Since when a quarantine lasts that a try has confirmed now."""
    if before is None or abs(now - before.last_try) > DISABLED_AFTER:
        return written(now)
    return written(passed(before.since, now))


def is_refusal(problem: Problem | None) -> bool:
    """Whether an app refuses as a whole: the sign-in, the certificate, or not SCIM."""
    return isinstance(problem, ScimProblem) and (
        problem.kind in {Outcome.TLS, Outcome.INCOMPATIBLE} or problem.code in {"CREDENTIALS", "FORBIDDEN"}
    )


def _quarantine(reason: str, tally: Tally, problem: Problem | None) -> Quarantine:
    if problem is not None and reason == EXCEPTION:
        meaning = " ".join(part for part in (problem.what, problem.why) if part)
        return Quarantine(reason, problem.code, meaning, problem.remedy, "", "")
    references = f", and {tally.references:,} members and managers" if tally.references else ""
    dealt = tally.failed + tally.fine
    meaning = f"{tally.failed:,} of {dealt:,} people and groups failed in one cycle{references}."
    remedy = "Look at the failures in the provisioning log: most of them have the same cause. Put it right."
    return Quarantine(reason, "", meaning, remedy, "", "")


def _keep(store: Store, found: Quarantine, since: str, now: datetime) -> None:
    kept = {**asdict(found), "since": since, "next_try": written(now + RETRY_AFTER)}
    store.keep(_FACT, json.dumps(kept, ensure_ascii=False))
