"""F: people and groups are found by what Entra searches for."""

from __future__ import annotations

import uuid

from app.connection.check import check, fails, passes, skips, warns
from app.connection.facts import ENDPOINT, protocol
from app.connection.finding import Group, Severity
from app.connection.probe import Probe, resources
from app.connection.sample import WORK_EMAIL
from app.scim.answer import Exchange
from app.scim.dialect import filter_eq
from app.scim.path import AttributePath


@check(
    "F-MATCH",
    "Every matching attribute can be searched",
    Group.CREATE,
    Severity.BLOCKER,
    {
        "ok": passes("{title} can be searched by {detail}."),
        "refused": fails(
            "{title} cannot be searched by {detail}.",
            "Choose a matching attribute that the app can search, or ask the vendor to support it.",
        ),
        "not-found": fails(
            "A user just made is not found by {detail}.",
            "Choose a matching attribute that the app can search, or ask the vendor to support it.",
        ),
        "untried": skips("See C-EMPTY: the app does not answer a search as it should."),
    },
    needs=("C-AUTH",),
    after=("U-POST", "C-EMPTY"),
    fact=ENDPOINT,
)
async def _matching(probe: Probe) -> str:
    if "C-EMPTY" in probe.bench.failed:
        return "untried"
    user = probe.bench.learnt.get("user")
    refused, missing = [], []
    for attribute in probe.usage.matching:
        value = AttributePath.parse(attribute).get(user) if user else None
        exchange = await probe.search(attribute, str(uuid.uuid4()) if value is None else value)
        listed = resources(exchange)
        if listed is None:
            refused.append(attribute)
            probe.show(exchange)
        elif user and value is not None and str(user["id"]) not in {str(each.get("id")) for each in listed}:
            missing.append(attribute)
            probe.show(exchange)
    probe.bench.learnt["unsearchable"] = [*refused, *missing]
    probe.detail = ", ".join(refused or missing or probe.usage.matching)
    return "refused" if refused else "not-found" if missing else "ok"


def _known(probe: Probe, attribute: str = "userName") -> str:
    """A value that the main test user has; at the level read, one that nobody has."""
    user = probe.bench.user
    value = AttributePath.parse(attribute).get(user) if user else None
    return str(value) if value else f"{uuid.uuid4()}@example.com"


def _says(probe: Probe, exchange: Exchange, wanted: bool | None = None) -> str:
    """``ok``, ``refused`` or ``not-found``; ``wanted`` is whether somebody must be found (None: by level)."""
    listed = resources(exchange)
    if listed is None:
        probe.detail = f"status {exchange.status}"
        return "refused"
    must = bool(probe.bench.user) if wanted is None else wanted
    return "not-found" if must and not listed else "ok"


@check(
    "F-CASE",
    "User names are found in any letter case",
    Group.CREATE,
    Severity.MAJOR,
    {
        "ok": passes("The test user is found in capitals too."),
        "not-found": fails(
            "{title} compares user names with regard to letter case.",
            "Existing accounts in another letter case give 409 for ever. Make the case equal first, "
            "for example with ToLower() in the mapping, or ask the vendor.",
        ),
        "refused": fails("A search in capitals is refused ({detail}).", "Ask the vendor of {title}."),
    },
    needs=("U-POST",),
    after=("F-MATCH",),
    writes=True,
    matters=lambda usage: "userName" in usage.matching,
    fact=protocol("3.4.2.2"),
)
async def _case(probe: Probe) -> str:
    return _says(probe, await probe.search("userName", _known(probe).upper()))


@check(
    "F-ATTRCASE",
    "Attribute names are known in any letter case",
    Group.ROBUST,
    Severity.MINOR,
    {
        "ok": passes("UserName is understood as userName."),
        "not-found": fails(
            "UserName is not understood as userName.", "Tell the vendor; Entra itself sends userName."
        ),
        "refused": fails(
            "A search by UserName is refused ({detail}).", "Tell the vendor; Entra sends userName."
        ),
    },
    needs=("C-EMPTY",),
    after=("U-POST",),
    fact=protocol("3.4.2.2"),
)
async def _attribute_case(probe: Probe) -> str:
    return _says(probe, await probe.search("UserName", _known(probe)))


@check(
    "F-EXACT",
    "A search finds the whole value only",
    Group.CREATE,
    Severity.BLOCKER,
    {
        "ok": passes("A user whose name begins the same is not found by mistake."),
        "several": fails(
            "A search for one user name also finds others that begin with it.",
            "Entra stops with 'multiple entries', or matches the wrong person. Ask for an exact eq.",
        ),
        "untried": skips("A second test user could not be made."),
    },
    needs=("U-POST",),
    after=("F-MATCH", "U-409"),
    writes=True,
    fact=protocol("3.4.2.2"),
)
async def _exact(probe: Probe) -> str:
    second = await probe.second_user()
    if second is None:
        return "untried"
    exchange = await probe.search("userName", _known(probe))
    probe.show(exchange)
    return "several" if len(resources(exchange) or []) > 1 else "ok"


_REFERENCES = (
    "Entra asks so whether somebody is in a group or has a manager; it may send these again and again."
)
_LETTERS = {
    "blank": "a b",
    "apostrophe": "o'neil",
    "plus": "a+b",
    "hash (#EXT#)": "a_b.c#EXT#",
    "accent": "åsa",
    "quotation mark": 'a"b',
    "backslash": "a\\b",
}
_RARE = {"quotation mark", "backslash"}


@check(
    "F-CHARS",
    "Names with unusual letters can be searched",
    Group.CREATE,
    Severity.MAJOR,
    {
        "ok": passes(
            "Blanks, apostrophes, plus, #EXT#, accents, quotation marks and backslashes are understood."
        ),
        "refused": fails(
            "Names with {detail} cannot be matched.", "Ask the vendor to read filters as RFC 7644 has it."
        ),
        "rare": fails(
            "Names with {detail} cannot be matched.",
            "Rare in user names. Ask the vendor to read filters as RFC 7644 has it.",
            Severity.MINOR,
        ),
    },
    needs=("C-EMPTY",),
    fact=protocol("3.4.2.2"),
)
async def _letters(probe: Probe) -> str:
    async def understood(text: str) -> bool:
        exchange = await probe.search(probe.usage.matching[0], f"{text}.{uuid.uuid4().hex[:8]}@example.com")
        if resources(exchange) is None:
            probe.show(exchange)
            return False
        return True

    if await understood(" ".join(_LETTERS.values())):
        return "ok"
    broken = [name for name, text in _LETTERS.items() if not await understood(text)] or ["several of these"]
    probe.detail = " or ".join(broken)
    return "rare" if set(broken) <= _RARE else "refused"


@check(
    "F-AND",
    "Two conditions can be joined",
    Group.UPDATE,
    Severity.MINOR,
    {
        "ok": passes("Two conditions joined by and are understood."),
        "refused": fails(
            "Two conditions joined by and are refused ({detail}).",
            _REFERENCES,
        ),
        "not-found": fails(
            "Two conditions joined by and find nobody, although both hold.",
            _REFERENCES,
        ),
    },
    needs=("C-EMPTY",),
    after=("U-POST",),
    lane="user",
    fact=protocol("3.4.2.2"),
)
async def _joined(probe: Probe) -> str:
    text = f"{filter_eq('userName', _known(probe))} and {filter_eq('active', True)}"
    return _says(probe, await probe.send("GET", "/Users", query={"filter": text}))


@check(
    "F-SPARSE",
    "A search by e-mail bears people without one",
    Group.CREATE,
    Severity.MAJOR,
    {
        "ok": passes("A search by e-mail works."),
        "refused": fails(
            "A search by e-mail fails while somebody has no e-mail address ({detail}).",
            "Ask the vendor of {title}: this is a fault in the app.",
        ),
        "not-supported": warns(
            "{title} cannot be searched by e-mail ({detail}).",
            "Do not use the e-mail as a matching attribute.",
        ),
    },
    needs=("C-EMPTY",),
    after=("U-NULL", "F-MATCH"),
    matters=lambda usage: any(each.startswith("emails") for each in usage.matching),
    fact=protocol("3.9"),
)
async def _sparse(probe: Probe) -> str:
    exchange = await probe.search(WORK_EMAIL, f"{uuid.uuid4()}@example.com")
    if resources(exchange) is not None:
        return "ok"
    probe.detail = f"status {exchange.status}"
    return "refused" if exchange.status >= 500 else "not-supported"


@check(
    "F-GROUP",
    "Groups are found by name, without their members",
    Group.GROUPS,
    Severity.BLOCKER,
    {
        "ok": passes("Groups can be searched by displayName."),
        "refused": fails(
            "Groups cannot be searched by displayName ({detail}).",
            "Groups cannot be found again: switch the group mapping off.",
        ),
        "not-found": fails(
            "A group just made is not found by displayName.",
            "Groups cannot be found again: switch the group mapping off.",
        ),
        "members": warns(
            "Groups are sent with all their members although these were not asked for.",
            "Searches get slow with large groups. Ask the vendor to honour excludedAttributes.",
        ),
    },
    needs=("C-EMPTY",),
    after=("G-SCHEMA", "G-ADD"),
    lane="group",
    matters=lambda usage: usage.groups,
    fact=ENDPOINT,
)
async def _groups(probe: Probe) -> str:
    group = probe.bench.learnt.get("group")
    name = str(group["displayName"]) if group else f"rollcall-check-{uuid.uuid4()}"
    exchange = await probe.search("displayName", name, "Groups")
    listed = resources(exchange)
    if listed is None:
        probe.detail = f"status {exchange.status}"
        return "refused"
    if group and not listed:
        return "not-found"
    return "members" if any(each.get("members") for each in listed) else "ok"


@check(
    "F-INACTIVE",
    "Disabled people stay visible",
    Group.LEAVE,
    Severity.BLOCKER,
    {
        "ok": passes("A disabled user is still found and can be read."),
        "hidden": fails(
            "A disabled user {detail}.",
            "Disabled users must stay visible, or Entra tries to create them again and cannot enable them. "
            "Ask the vendor of {title}.",
        ),
        "untried": skips("The test user could not be disabled."),
    },
    needs=("U-POST",),
    after=("P-FALSE", "P-BOOL"),
    writes=True,
    lane="user",
    fact=ENDPOINT,
)
async def _inactive(probe: Probe) -> str:
    if not await probe.switch(on=False):
        return "untried"
    try:
        seen = await probe.read(probe.user_path)
        found = await probe.find("userName", _known(probe))
        probe.detail = "can no longer be read" if seen is None else "is no longer found"
        return "ok" if seen is not None and found else "hidden"
    finally:
        await probe.enable()
