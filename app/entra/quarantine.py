"""Why Microsoft's service put a job into quarantine, and what takes it out again.

Source: Microsoft, "Application provisioning in quarantine status".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from app.entra.error_advice import advice_for
from app.entra.times import one_of, read_time

DISABLED_AFTER: Final = timedelta(weeks=4)
_RESTART = "When it is repaired, restart provisioning."

_REASONS: Final[dict[str, tuple[str, str]]] = {
    "EncounteredBaseEscrowThreshold": (
        "Too many people failed: more than the service allows.",
        f"Filter the log for failures and repair the cause that most of them share. {_RESTART}",
    ),
    "EncounteredTotalEscrowThreshold": (
        "More than 60,000 people and references failed.",
        f"Filter the log for failures; managers and members count too. {_RESTART}",
    ),
    "EncounteredEscrowProportionThreshold": (
        "More than 40 % of all changes failed.",
        f"Filter the log for failures and repair the cause that most of them share. {_RESTART}",
    ),
    "EncounteredQuarantineException": (
        "The app cannot be used with the saved tenant URL and token, or does not speak SCIM as it must.",
        f"Run Test connection; save a new token if it is refused. {_RESTART}",
    ),
    "QuarantinedOnDemand": (
        "Microsoft put the job aside because its configuration harmed the service or the app.",
        "Look into your messages from Microsoft, and open a support case.",
    ),
    "TooManyDeletes": (
        "More people would be disabled or deleted than the accidental deletion guard allows.",
        "Look at the staged deletions in the log. If they are right, allow them. If not, repair assignments "
        "and "
        "filters first, and only then restart.",
    ),
    "IngestionInterrupted": (
        "Changes in Microsoft Entra could not be read on.",
        "Restart provisioning; it then reads everybody once.",
    ),
    "Unknown": (
        "The service does not say why.",
        "Filter the log for failures, run Test connection, then restart provisioning.",
    ),
}
_SPELLINGS: Final = {"QuarantineOnDemand": "QuarantinedOnDemand"}


@dataclass(frozen=True, slots=True)
class Quarantine:
    """A quarantine.

    Attributes:
        reason: Graph's word for it.
        meaning: that word in a sentence; with the error's own cause where that is known.
        fix: what to do.
        since: when this one began.
        next_try: when the service tries by itself; about once a day.
        disables_on: when the job is turned off.
        count: how many in a row.
        code: of the error behind it; may be empty.
        message: of that error.
    """

    reason: str
    meaning: str
    fix: str
    since: datetime | None
    next_try: datetime | None
    disables_on: datetime | None
    count: int = 0
    code: str = ""
    message: str = ""


def read_quarantine(given: Any) -> Quarantine | None:
    """A quarantine as Graph answers it; None when there is none."""
    if not isinstance(given, dict):
        return None
    told = given.get("error")
    error: dict[str, Any] = told if isinstance(told, dict) else {}
    code = str(error.get("code") or "")
    code = "" if code.casefold() == "none" else code
    since = read_time(given.get("currentBegan"))
    first = read_time(given.get("seriesBegan")) or since
    reason = one_of(given.get("reason"), (*_REASONS, *_SPELLINGS))
    reason = _SPELLINGS.get(reason, reason)
    meaning, fix = _REASONS.get(reason, _unknown(reason))
    if advice := advice_for(code):
        meaning, fix = f"{meaning} {advice.cause}", f"{advice.fix} {_RESTART}"
        if reason == "EncounteredQuarantineException":
            meaning = advice.cause
    count = given.get("seriesCount")
    return Quarantine(
        reason=reason or "Unknown",
        meaning=meaning,
        fix=fix,
        since=since,
        next_try=read_time(given.get("nextAttempt")),
        disables_on=first + DISABLED_AFTER if first else None,
        count=count if isinstance(count, int) else 0,
        code=code,
        message=str(error.get("message") or ""),
    )


def _unknown(reason: str) -> tuple[str, str]:
    meaning, fix = _REASONS["Unknown"]
    if not reason:
        return meaning, fix
    return f"The service gives a reason that this version does not know: {reason}.", fix
