"""The epoch: the initial cycle, counted, that the known belongs to; and what begins a new one.

As in Entra, a change of the mappings, the scope or the actions has everybody looked at again. So does another
tenant URL, whose accounts have other ids. It can be told beforehand: see :func:`next_cycle`.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any, Final, Literal

from app.engine.state.store import Store
from app.setup.plan import SetupPlan
from app.setup.profile import AppProfile, group_mappings, user_mappings

# Actions that older plans have too: what is newer counts only when it is chosen.
_ACTIONS: Final = frozenset({"create", "update", "delete"})
_CHANGED: Final = {
    "mappings": "The mappings have changed since the last cycle.",
    "scope": "The scope has changed since the last cycle.",
    "actions": "The actions (create, update, delete) have changed since the last cycle.",
}
_OTHER_APP: Final = "The tenant URL has changed: what was known of the app before is forgotten."


@dataclass(frozen=True, slots=True)
class NextCycle:
    """What the next cycle of a plan will be.

    Attributes:
        why: the reasons for an initial cycle, in sentences; empty for an incremental one.
    """

    kind: Literal["initial", "incremental"]
    why: str = ""


def next_cycle(store: Store, plan: SetupPlan, profile: AppProfile, base: str) -> NextCycle:
    """What the next cycle will be, told beforehand. Nothing is changed.

    Args:
        store: the plan's state, open for reading at least.
        base: the tenant URL without its flag, as :attr:`TenantUrl.base`.
    """
    if store.fact("epoch", "0") == "0":
        return NextCycle("initial", "This plan has not run yet.")
    if store.fact("target", base) != base:
        return NextCycle("initial", _OTHER_APP)
    if store.fact("fingerprint") == fingerprint(plan, profile):
        if store.fact("epoch_done") == store.fact("epoch"):
            return NextCycle("incremental")
        return NextCycle("initial", "The initial cycle before was not finished; it goes on.")
    if why := store.fact("initial_why"):
        return NextCycle("initial", why)
    before = json.loads(store.fact("prints") or "{}")
    now = _prints(plan, profile)
    changed = [_CHANGED[part] for part in _CHANGED if before and before.get(part) != now[part]]
    return NextCycle("initial", " ".join(changed or ["The mappings or the scope have changed."]))


def begin_epoch(store: Store, plan: SetupPlan, profile: AppProfile, base: str) -> tuple[int, bool]:
    """Which epoch it is, and whether its initial cycle is still to be done. The caller commits."""
    epoch = int(store.fact("epoch", "0"))
    if store.fact("target", base) != base:
        store.begin()
        for table in ("links", "memberships", "requests", "escrows", "staged"):
            store.db.execute(f"DELETE FROM {table}")
        store.keep("fingerprint", "")
        store.keep("watermark", "")
        store.keep("quarantine", "")
    store.keep("target", base)
    print_now = fingerprint(plan, profile)
    if epoch == 0 or store.fact("fingerprint") != print_now:
        epoch += 1
        store.keep("epoch", str(epoch))
        store.keep("fingerprint", print_now)
        store.keep("prints", json.dumps(_prints(plan, profile)))
        store.keep("initial_why", "")
    return epoch, store.fact("epoch_done") != str(epoch)


def fingerprint(plan: SetupPlan, profile: AppProfile) -> str:
    """What a change of means an initial cycle. The assignment does not: each row's digest has it."""
    users, groups, filters, who, actions = _decided(plan, profile)
    return _hash([users, groups, filters, who, actions])


def _prints(plan: SetupPlan, profile: AppProfile) -> dict[str, str]:
    """The fingerprints of the parts, so that it can be told which of them has changed."""
    users, groups, filters, who, actions = _decided(plan, profile)
    return {"mappings": _hash([users, groups]), "scope": _hash([filters, who]), "actions": _hash(actions)}


def _decided(plan: SetupPlan, profile: AppProfile) -> list[Any]:
    return [
        [row.model_dump() for row in user_mappings(plan, profile)],
        [row.model_dump() for row in group_mappings(plan, profile)],
        [each.model_dump(mode="json") for each in plan.scope.filters],
        plan.scope.who,
        {name: chosen for name, chosen in plan.actions.model_dump().items() if chosen or name in _ACTIONS},
    ]


def _hash(decided: Any) -> str:
    return hashlib.sha256(json.dumps(decided, sort_keys=True).encode()).hexdigest()
