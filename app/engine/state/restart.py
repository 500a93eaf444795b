"""Restart, with what Microsoft Graph calls ``resetScope``: what is forgotten before the next cycle.

Source: Microsoft Graph, synchronizationJobRestartCriteria. Links, the provisioning log and open requests are
apart from these: the log is never touched, and a request whose answer was lost is settled in any case.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from app.engine.state.store import Store
from app.setup.problem import Problem

USUAL: Final = ("Watermark", "Escrows", "QuarantineState")
"""What the portal's *Restart provisioning* resets, and a restart with empty criteria in Graph."""

RESETS: Final[dict[str, str]] = {
    "Watermark": "everybody is read and judged again",
    "Escrows": "everything that failed is tried at once, and its failures are counted from the beginning",
    "QuarantineState": "quarantine is lifted",
    "ConnectorDataStore": "what is known of the app is forgotten, so that everybody is matched anew",
    "ForceDeletes": "the disables and deletes that the guard holds back are sent",
}
"""By Graph's name, what each reset comes to."""

FULL: Final = ("Watermark", "Escrows", "QuarantineState", "ConnectorDataStore")


def expand(reset: Collection[str]) -> tuple[str, ...]:
    """The single resets that these names of Graph stand for; no name at all stands for the usual ones.

    Raises:
        Problem: a name is none of Graph's.
    """
    names = {name.casefold(): name for name in (*RESETS, "Full")}
    found: list[str] = []
    for each in reset:
        name = names.get(each.strip().casefold())
        if name is None:
            raise Problem(
                "UNKNOWN-RESET",
                f"A restart cannot reset {each.strip()!r}.",
                "The names are those of Microsoft Graph.",
                f"Use one or more of {', '.join(names.values())}; or none, which is {', '.join(USUAL)}.",
            )
        found += FULL if name == "Full" else [name]
    return tuple(name for name in RESETS if name in (found or USUAL))


def restart(store: Store, resets: Collection[str]) -> None:
    """Forget what these resets are about. The caller holds the state alone, and commits.

    Args:
        resets: single resets, as :func:`expand` gives them.
    """
    store.begin()
    if "ConnectorDataStore" in resets:
        for table in ("links", "memberships", "staged"):
            store.db.execute(f"DELETE FROM {table}")
    if "Watermark" in resets or "ConnectorDataStore" in resets:
        store.keep("watermark", "")
        store.keep("reread", "yes")
        # No plan has this print: a new epoch begins, and with it an initial cycle.
        store.keep("fingerprint", "")
        store.keep("initial_why", "It was restarted.")
    if "Escrows" in resets:
        store.db.execute("UPDATE escrows SET attempts=0, next_try=first_failed")
    if "QuarantineState" in resets:
        store.keep("quarantine", "")
    if "ForceDeletes" in resets:
        store.db.execute("UPDATE staged SET decision='allow' WHERE decision=''")
