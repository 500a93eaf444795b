"""G: groups and their members, in both dialects."""

from __future__ import annotations

import uuid
from typing import Any

from app.connection.check import Rule, check, fails, passes, warns
from app.connection.facts import COMPATIBILITY, ENDPOINT, protocol
from app.connection.finding import Group, Severity
from app.connection.probe import Probe, Untried
from app.connection.usage import Usage
from app.scim.client import resource_path
from app.scim.dialect import AADOPTSCIM, CLASSIC, GROUP_SCHEMA

_MANY = 101


def _groups(usage: Usage) -> bool:
    return usage.groups


def _path(probe: Probe) -> str:
    group = probe.bench.learnt.get("group")
    if group is None:
        raise Untried("Not tried, because no test group could be made.")
    return resource_path("Groups", str(group["id"]))


async def _people(probe: Probe) -> list[str]:
    second = await probe.second_user()
    user = probe.bench.user
    if user is None or second is None:
        raise Untried("Not tried, because two test users are needed.")
    return [str(user["id"]), str(second["id"])]


async def _members(probe: Probe) -> list[str]:
    seen = await probe.read(_path(probe)) or {}
    return sorted(str(each.get("value")) for each in seen.get("members") or [] if isinstance(each, dict))


def _spoken(probe: Probe, body: dict[str, Any]) -> dict[str, Any]:
    return {**body, "Operations": [{**each, "op": probe.op(each["op"])} for each in body["Operations"]]}


async def _refill(probe: Probe, people: list[str]) -> None:
    """Both test users in the group, whatever was tried before."""
    if await _members(probe) == sorted(people):
        return
    await probe.send("PATCH", _path(probe), body=_spoken(probe, CLASSIC.add_members(people)))
    if await _members(probe) != sorted(people):
        raise Untried("Not tried, because the test group could not be filled (see G-ADD).")


@check(
    "G-SCHEMA",
    "A group can be created as Entra sends it",
    Group.GROUPS,
    Severity.BLOCKER,
    {
        "ok": passes("A group with Entra's own schema URN was created."),
        "urn": fails(
            "A group is refused when it names a schema that the app does not know, as Entra's groups do. "
            "The app says: {detail}.",
            "The vendor must ignore unknown schema URNs; until then provision users only.",
        ),
        "refused": fails(
            "Groups cannot be created. The app says: {detail}.",
            "Switch the group mapping off: provision users only.",
        ),
    },
    needs=("C-EMPTY", "C-CTYPE"),
    writes=True,
    lane="group",
    matters=_groups,
    fact=ENDPOINT,
)
async def _created(probe: Probe) -> str:
    name = probe.bench.name("group", "Groups")
    body = CLASSIC.new_group(name, f"{name}-external")
    exchange = await probe.make("Groups", body)
    said = exchange.scim_error[1] or f"status {exchange.status}"
    key = "ok"
    if exchange.status >= 300:
        probe.show(exchange)
        probe.detail = said
        exchange = await probe.make("Groups", {**body, "schemas": [GROUP_SCHEMA]})
        key = "urn" if exchange.status < 300 else "refused"
    if exchange.status < 300 and isinstance(exchange.json, dict) and exchange.json.get("id"):
        probe.bench.learnt["group"] = {**exchange.json, "displayName": name}
    return key


@check(
    "G-ADD",
    "Members can be added",
    Group.GROUPS,
    Severity.MAJOR,
    {
        "ok": passes("Members are added, several at once, and once more without harm."),
        "refused": fails("Members cannot be added. The app says: {detail}.", "Switch the group mapping off."),
        "silent": fails("The app says yes, but the members are not added.", "Switch the group mapping off."),
        "again": fails(
            "Adding a member who is in the group already gives {detail}.",
            "Ask the vendor of {title}: Entra sends a member again after any doubt.",
        ),
        "twice": fails("A member who is added again is in the group twice.", "Ask the vendor of {title}."),
        "enough": passes("Members are added, {detail} in one request at most, and once more without harm."),
        "portion": warns(
            "The app takes at most {detail} members in one request.",
            "Send at most {detail} members per request.",
            Severity.MAJOR,
        ),
    },
    needs=("U-POST",),
    after=("G-SCHEMA", "F-EXACT", "P-OP"),
    writes=True,
    lane="group",
    matters=_groups,
    fact=protocol("3.5.2.1"),
)
async def _add(probe: Probe) -> str:
    people = await _people(probe)
    path = _path(probe)
    exchange = await probe.send("PATCH", path, body=_spoken(probe, CLASSIC.add_members(people)))
    probe.bench.learnt["group-patch"] = exchange
    if exchange.status >= 300:
        probe.detail = exchange.scim_error[1] or f"status {exchange.status}"
        return "refused"
    probe.show(exchange)
    if await _members(probe) != sorted(people):
        return "silent"
    exchange = await probe.send("PATCH", path, body=_spoken(probe, CLASSIC.add_members(people)))
    if exchange.status >= 300:
        probe.detail = f"status {exchange.status}"
        return "again"
    if await _members(probe) != sorted(people):
        return "twice"
    return await _portion(probe, path, people)


async def _portion(probe: Probe, path: str, people: list[str]) -> str:
    """How many members one request may carry, told with the same two people over and over."""

    async def takes(number: int) -> bool:
        body = CLASSIC.add_members([people[index % 2] for index in range(number)])
        return (await probe.send("PATCH", path, body=_spoken(probe, body))).status < 300

    if await takes(_MANY):
        probe.bench.learnt["member-portion"] = _MANY - 1
        return "ok"
    if not await takes(3):
        return "ok"  # it is the repetition that is refused, most likely, not the number
    largest, refused = 3, _MANY
    number = _MANY - 1  # the limit that most apps with one have
    while largest + 1 < refused:
        if await takes(number):
            largest = number
        else:
            refused = number
        number = (largest + refused) // 2
    probe.bench.learnt["member-portion"] = largest
    probe.detail = str(largest)
    return "enough" if largest >= probe.usage.member_portion else "portion"


def _removal(form: str, remedy: str) -> dict[str, Rule]:
    return {
        "ok": passes(f"One member is removed {form}, and the other one stays."),
        "refused": fails(f"Removing one member {form} is refused. The app says: {{detail}}.", remedy),
        "silent": fails(f"The app says yes to removing one member {form}, and nothing happens.", remedy),
        "all": fails(f"Removing one member {form} removes ALL members.", remedy),
    }


async def _remove(probe: Probe, flag: bool) -> str:
    people = await _people(probe)
    path = _path(probe)
    await _refill(probe, people)
    body = (AADOPTSCIM if flag else CLASSIC).remove_members(people[:1])[0]
    exchange = await probe.send("PATCH", path, body=body if flag else _spoken(probe, body))
    probe.show(exchange)
    if exchange.status >= 300:
        probe.detail = exchange.scim_error[1] or f"status {exchange.status}"
        return "refused"
    left = await _members(probe)
    return "ok" if left == people[1:] else "all" if not left else "silent"


@check(
    "G-REMVAL",
    "One member is removed as Entra does it by default",
    Group.GROUPS,
    Severity.BLOCKER,
    _removal(
        "by value",
        "Set the flag aadOptscim062020 in the tenant URL, if G-REMPATH is well; or ask the vendor.",
    ),
    needs=("U-POST",),
    after=("G-ADD",),
    writes=True,
    lane="group",
    spoken="classic",
    matters=_groups,
    fact=COMPATIBILITY,
)
async def _by_value(probe: Probe) -> str:
    return await _remove(probe, flag=False)


@check(
    "G-REMPATH",
    "One member is removed as the flag makes Entra do it",
    Group.GROUPS,
    Severity.BLOCKER,
    _removal("by path", "Do not use the flag aadOptscim062020 with this app."),
    needs=("U-POST",),
    after=("G-REMVAL",),
    writes=True,
    lane="group",
    spoken="flag",
    matters=_groups,
    fact=COMPATIBILITY,
)
async def _by_path(probe: Probe) -> str:
    return await _remove(probe, flag=True)


@check(
    "G-REPLACE",
    "A group's name can be changed",
    Group.GROUPS,
    Severity.MINOR,
    {
        "ok": passes("The group has its new name."),
        "refused": fails("A group cannot be renamed. The app says: {detail}.", "Tell the vendor of {title}."),
        "silent": fails(
            "The app says yes to a new group name, and keeps the old one.", "Tell the vendor of {title}."
        ),
    },
    needs=("C-EMPTY", "C-CTYPE"),
    after=("F-GROUP", "G-REMPATH", "G-UNIQUE", "G-GHOST", "P-OP"),
    writes=True,
    lane="group",
    matters=_groups,
    fact=protocol("3.5.2.3"),
)
async def _rename(probe: Probe) -> str:
    assert probe.bench.objects is not None
    old, new = probe.bench.name("group", "Groups"), probe.bench.name("renamed", "Groups")
    path = _path(probe)
    await probe.bench.objects.rename("Groups", old, new)
    change = {"op": probe.op("Replace"), "path": "displayName", "value": new}
    return await probe.apply(path, [change], {"displayName": new})


@check(
    "G-UNIQUE",
    "Group names are unique",
    Group.GROUPS,
    Severity.INFO,
    {
        "ok": passes("A second group of the same name is refused."),
        "twice": warns(
            "The app allows two groups of the same name.",
            "See that group names are unique in the directory: Entra finds groups by their name.",
            Severity.INFO,
        ),
    },
    needs=("C-EMPTY", "C-CTYPE"),
    after=("F-GROUP", "G-SCHEMA"),
    writes=True,
    lane="group",
    matters=_groups,
    fact=protocol("3.3"),
)
async def _unique(probe: Probe) -> str:
    _path(probe)
    urn = probe.bench.codes.get("G-SCHEMA") == "urn"
    body = CLASSIC.new_group(probe.bench.name("group", "Groups"))
    exchange = await probe.make("Groups", {**body, "schemas": [GROUP_SCHEMA]} if urn else body)
    return "twice" if exchange.status < 300 else "ok"


@check(
    "G-GHOST",
    "A member who does not exist is refused",
    Group.GROUPS,
    Severity.INFO,
    {
        "ok": passes("A member who does not exist is refused."),
        "accepted": warns(
            "A member who does not exist is accepted.",
            "Nothing: Entra adds only people who exist.",
            Severity.INFO,
        ),
        "error": warns(
            "A member who does not exist gives an internal error ({detail}).",
            "Tell the vendor.",
            Severity.INFO,
        ),
    },
    needs=("U-POST",),
    after=("G-REMPATH",),
    writes=True,
    lane="group",
    matters=_groups,
    fact=protocol("3.5.2"),
)
async def _ghost(probe: Probe) -> str:
    ghost = str(uuid.uuid4())
    exchange = await probe.send("PATCH", _path(probe), body=_spoken(probe, CLASSIC.add_members([ghost])))
    probe.detail = str(exchange.status)
    if exchange.status >= 500:
        return "error"
    return "accepted" if exchange.status < 300 and ghost in await _members(probe) else "ok"


@check(
    "G-STATUS",
    "A change of members is answered briefly",
    Group.GROUPS,
    Severity.INFO,
    {
        "ok": passes("Status 204, without the members."),
        "whole": warns(
            "Every change of members is answered with the whole group.",
            "Ask the vendor to answer 204: large groups get slow.",
            Severity.INFO,
        ),
    },
    needs=("U-POST",),
    after=("G-ADD",),
    writes=True,
    matters=_groups,
    fact=ENDPOINT,
)
async def _status(probe: Probe) -> str:
    exchange = probe.bench.learnt.get("group-patch")
    if exchange is None or exchange.status >= 300:
        raise Untried("Not tried, because members could not be added (see G-ADD).")
    probe.show(exchange)
    return "whole" if exchange.body else "ok"
