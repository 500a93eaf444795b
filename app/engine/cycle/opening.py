"""The first look at the app in a cycle that has work: is it there, and does listing it pay?"""

from __future__ import annotations

import json
import uuid
from itertools import islice
from typing import Final

from app.engine.cycle.target import Target
from app.engine.cycle.work import Listing, Phase, Work, WorkList
from app.engine.rules.compiled import Rules
from app.engine.state.store import Store
from app.scim.errors import ScimProblem, UnreliableListing
from app.setup.json_text import to_json

_PAGE: Final = 100  # objects a page of the listing has
_WORTH: Final = 10  # look-ups that must be saved at least
_SAMPLES: Final = 3
_DOUBT: Final = "list_doubt"
_LOOKED_AT: Final = 1_000  # people among whom those are sought whom the list does not have


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
    if doubt := known_doubt(store, rules.epoch):
        target.disbelieve_list(doubt)
        return None
    try:
        total = await target.how_many("user")
        if total is None or total / _PAGE + _SAMPLES + 1 > wanted:
            return None
        listed = Listing(rules.paths["user"], [name for name, _ in rules.users.matching])
    except ScimProblem:
        return None  # no listing then; what is really wrong shows with the first look-up
    try:
        doubt = await _read(target, listed, rules, work, total)
    except BaseException:
        listed.close()
        raise
    if not doubt:
        return listed
    listed.close()
    target.disbelieve_list(doubt)
    store.keep(_DOUBT, to_json([rules.epoch, doubt]))
    return None


def known_doubt(store: Store, epoch: int) -> str:
    """Why the app's list of people is not believed, as found out since the last initial cycle began."""
    kept = json.loads(store.fact(_DOUBT) or '[0, ""]')
    return str(kept[1]) if kept[0] == epoch else ""


def doubt_in_words(doubt: str) -> str:
    """The sentence for people about a list that is not believed; empty where it is."""
    if not doubt:
        return ""
    return (
        f"LISTING-UNRELIABLE: it is not known whether the app's list of people is whole. {doubt}"
        " So each person was looked up instead, and no account was judged by the list."
    )


async def _read(target: Target, listed: Listing, rules: Rules, work: WorkList, total: int) -> str:
    """Read the whole list; gives why it is not known to be whole, or nothing."""
    try:
        async for resource in target.list_all("user"):
            listed.add(resource)
    except UnreliableListing as problem:
        return problem.details
    if total > listed.count:
        return f"The app counts {total} objects and lists {listed.count}."
    return await _contradicted(target, listed, rules, work)


def _look_ups(store: Store, rules: Rules, work: WorkList) -> int:
    """How many people would have to be asked for one by one."""
    known = store.db.execute(
        "SELECT count(*) FROM links WHERE kind='user' AND target_id IS NOT NULL AND epoch=?", (rules.epoch,)
    ).fetchone()
    fresh = work.counts[Phase.USERS] - int(known[0])
    return max(0, fresh)


async def _contradicted(target: Target, listing: Listing, rules: Rules, work: WorkList) -> str:
    """Where a search and the list say different things about a person, what they say; else nothing.

    Asked for are a few people whom the list has, and a few whom it does not have: these would be created.
    """
    first = [each for each in islice(work.phase(Phase.USERS), _SAMPLES) if _is_listed(listing, each)]
    for each in [*first, *_not_listed(listing, work)]:
        for attribute, value in each.matching:
            asked = {str(found["id"]) for found in await target.find("user", attribute, value)}
            if asked != {account for account, _ in listing.find(attribute, value)}:
                return f"A search for {each.name} and the list of all people say different things."
    return ""


def _is_listed(listing: Listing, work: Work) -> bool:
    return any(listing.find(name, value) for name, value in work.matching)


def _not_listed(listing: Listing, work: WorkList) -> list[Work]:
    """A few people whom the list does not have, from all parts of the work."""
    step = max(1, work.counts[Phase.USERS] // _LOOKED_AT)
    missing = [
        each
        for each in islice(work.phase(Phase.USERS), 0, None, step)
        if each.op == "provision" and not _is_listed(listing, each)
    ]
    return missing[:: max(1, len(missing) // _SAMPLES)][:_SAMPLES]
