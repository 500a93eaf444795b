"""What keeps a cycle from beginning: four weeks of quarantine; or its next try, where nobody asked."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from app.engine.state.quarantine import quarantine_of
from app.engine.state.store import Store
from app.setup.problem import Problem

DISABLED: Final = Problem(
    "PLAN-DISABLED",
    "This plan is disabled: it was in quarantine for more than four weeks.",
    "No cycle came to an end in all that time, so nothing is tried any more, as in Entra.",
    "Put right what the last cycle failed for, then restart the plan: in the monitor, or with "
    "rollcall restart PLAN.",
)


def hold(folder: Path, *, scheduled: bool) -> str:
    """Why no cycle may begin now, in a sentence; empty when one may.

    Args:
        scheduled: nobody asked for this cycle, it was due. A person may try at any time.

    Raises:
        Problem: ``PLAN-DISABLED``.
    """
    with Store.look(folder) as store:
        quarantine = quarantine_of(store)
    now = datetime.now(UTC)
    if quarantine is None:
        return ""
    if quarantine.disabled(now):
        raise Problem(DISABLED.code, DISABLED.what, DISABLED.why, DISABLED.remedy, quarantine.meaning)
    if scheduled and quarantine.waits(now):
        return f"In quarantine; the next try is due at {quarantine.next_try}. {quarantine.meaning}"
    return ""
