"""The first look at the app in a cycle that has work: is it there, and does listing it pay?"""

from __future__ import annotations

import uuid
from itertools import islice
from typing import Final

from app.engine.cycle.target import Target
from app.engine.cycle.work import Listing, Phase, WorkList
from app.engine.rules.compiled import Rules
from app.engine.state.store import Store
from app.scim.errors import ScimProblem, UnreliableListing

_PAGE: Final = 100  # objects a page of the listing has
_WORTH: Final = 10  # look-ups that must be saved at least
_SAMPLES: Final = 3


async def look_around(
    target: Target, store: Store, rules: Rules, work: WorkList, *, listing: bool = True
) -> Listing | None:
    """Make sure that the app answers as SCIM, and list its accounts when that is cheaper than looking each
    up.

    Args:
        listing: whether a list of the app's is worth asking for at all.

    Raises:
        ScimProblem: the app cannot be used: credentials, address, or not SCIM. Nothing was sent.
    """
    attribute = rules.users.matching[0][0]
    # What Entra does before any activity: nobody has this value, so the answer must be an empty list.
    if await target.find("user", attribute, str(uuid.uuid4())):
        # It gives accounts that do not say what was asked for: whoever is first would be taken for anybody.
        raise ScimProblem("FILTER-IGNORED")
    wanted = _look_ups(store, rules, work)
    if wanted < _WORTH or not listing:
        return None
    try:
        total = await target.how_many("user")
        if total is None or total / _PAGE + _SAMPLES + 1 > wanted:
            return None
        listed = Listing(rules.paths["user"], [name for name, _ in rules.users.matching])
    except ScimProblem:
        return None  # no listing then; what is really wrong shows with the first look-up
    try:
        async for resource in target.list_all("user"):
            listed.add(resource)
        if await _holds(target, listed, rules, work):
            return listed
    except UnreliableListing:
        pass
    except ScimProblem:
        listed.close()
        raise
    except BaseException:
        listed.close()
        raise
    listed.close()
    return None


def _look_ups(store: Store, rules: Rules, work: WorkList) -> int:
    """How many people would have to be asked for one by one."""
    known = store.db.execute(
        "SELECT count(*) FROM links WHERE kind='user' AND target_id IS NOT NULL AND epoch=?", (rules.epoch,)
    ).fetchone()
    fresh = work.counts[Phase.USERS] - int(known[0])
    return max(0, fresh)


async def _holds(target: Target, listing: Listing, rules: Rules, work: WorkList) -> bool:
    """Whether a few people are found the same way in the listing as by asking for them."""
    for each in islice(work.phase(Phase.USERS), _SAMPLES):
        for attribute, value in each.matching:
            asked = {str(found["id"]) for found in await target.find("user", attribute, value)}
            if asked != {account for account, _ in listing.find(attribute, value)}:
                return False
    return True
