"""P, the rest: new names and taken ones, changes to nobody, as a whole, or confirmed and not done; ETags."""

from __future__ import annotations

import uuid

from app.connection.check import check, fails, passes, warns
from app.connection.facts import ENDPOINT, protocol
from app.connection.finding import Group, Severity
from app.connection.probe import Probe, Untried
from app.connection.sample import plain_target
from app.scim.client import resource_path

_NOTHING = "The app says yes but does nothing, in {detail}."
_SEE = "See these checks; tell the vendor."


@check(
    "P-RENAME",
    "A user name can be changed",
    Group.UPDATE,
    Severity.MAJOR,
    {
        "ok": passes("The user has the new name and the same id, and is found by the new name only."),
        "refused": fails(
            "A user name cannot be changed. The app says: {detail}.", "Tell the vendor of {title}."
        ),
        "silent": fails(
            "The app says yes to a new user name, and keeps the old one.", "Tell the vendor of {title}."
        ),
        "new-id": fails(
            "The user has another id after a change of name, or cannot be read any more.",
            "Entra loses the person and makes a second one. Tell the vendor of {title}.",
        ),
        "old-name": fails("The user is still found by the old name.", "Tell the vendor of {title}."),
    },
    needs=("U-POST",),
    after=(
        "F-MATCH",
        "F-CASE",
        "F-ATTRCASE",
        "F-EXACT",
        "F-AND",
        "F-INACTIVE",
        "C-IGNORE",
        "U-409",
        "P-BOOL",
    ),
    writes=True,
    lane="user",
    fact=ENDPOINT,
)
async def _rename(probe: Probe) -> str:
    assert probe.bench.objects is not None
    old, new = str(probe.bench.name("a")), probe.bench.name("renamed")
    await probe.bench.objects.rename("Users", old, new)
    change = {"op": probe.op("Replace"), "path": "userName", "value": new}
    result = await probe.apply(probe.user_path, [change], {})
    if result != "ok":
        return result
    before = str(probe.bench.learnt["user"]["id"])
    seen = await probe.read(probe.user_path)
    if seen is None or str(seen.get("id")) != before:
        probe.bench.learnt["user"] = next(iter(await probe.find("userName", new)), probe.bench.user)
        return "new-id"
    if str(seen.get("userName")).casefold() != new:
        return "silent"
    probe.bench.learnt["user"] = seen
    if not await probe.find("userName", new):
        return "new-id"
    by_old_name = {str(each.get("id")) for each in await probe.find("userName", old)}
    return "old-name" if before in by_old_name else "ok"


@check(
    "P-CLASH",
    "A change to a user name that is taken is refused",
    Group.UPDATE,
    Severity.MINOR,
    {
        "ok": passes("Status 409, as for a creation."),
        "status": fails(
            "A user name that is taken gives status {detail} instead of 409.", "Tell the vendor."
        ),
        "duplicate": fails(
            "Two users have the same user name after a change.", "Tell the vendor of {title}.", Severity.MAJOR
        ),
    },
    needs=("P-RENAME",),
    after=("F-EXACT",),
    writes=True,
    lane="user",
    fact=protocol("3.12"),
)
async def _clash(probe: Probe) -> str:
    second = await probe.second_user()
    if second is None:
        raise Untried("Not tried, because a second test user could not be made.")
    change = {"op": probe.op("Replace"), "path": "userName", "value": second["userName"]}
    exchange = await probe.patch(probe.user_path, change)
    probe.show(exchange)
    probe.detail = str(exchange.status)
    if exchange.status == 409:
        return "ok"
    if exchange.status < 300 and len(await probe.find("userName", second["userName"])) > 1:
        return "duplicate"
    return "status"


@check(
    "P-ATOMIC",
    "A request is carried out as a whole or not at all",
    Group.UPDATE,
    Severity.MINOR,
    {
        "ok": passes("When one operation fails, none is applied."),
        "half": fails(
            "When the second operation of a request fails, the first one is applied all the same.",
            "Tell the vendor of {title}: PATCH must be atomic (RFC 7644, section 3.5.2).",
        ),
        "lenient": passes("An operation on an unknown attribute is passed over; the others are applied."),
    },
    needs=("U-POST",),
    after=("P-OP", "P-REMOVE"),
    writes=True,
    lane="user",
    fact=protocol("3.5.2"),
)
async def _atomic(probe: Probe) -> str:
    if probe.bench.learnt.get("no-patch"):
        raise Untried("Not tried, because the app does not take any change (see P-OP).")
    target = plain_target(probe.usage)
    first = {"op": probe.op("Replace"), "path": target, "value": "Half done"}
    second = {"op": probe.op("Replace"), "path": "rollcallNoSuchAttribute", "value": "x"}
    exchange = await probe.patch(probe.user_path, first, second)
    probe.show(exchange)
    if exchange.status < 300:
        return "lenient"
    seen = await probe.read(probe.user_path) or {}
    return "half" if "Half done" in str(seen) else "ok"


@check(
    "O-ETAG",
    "Changes made meanwhile are noticed",
    Group.ROBUST,
    Severity.INFO,
    {
        "ok": passes("A stale If-Match is refused."),
        "ignored": warns(
            "A stale If-Match is accepted.", "Nothing: Entra does not send it.", severity=Severity.INFO
        ),
    },
    needs=("U-POST",),
    after=("P-OP",),
    writes=True,
    lane="user",
    fact=protocol("3.14"),
)
async def _stale(probe: Probe) -> str:
    body = {
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{"op": probe.op("Replace"), "path": plain_target(probe.usage), "value": "Stale"}],
    }
    exchange = await probe.send(
        "PATCH", probe.user_path, body=body, headers={"If-Match": 'W/"rollcall-stale"'}
    )
    return "ok" if exchange.status in {409, 412} else "ignored"


@check(
    "P-404",
    "A change to nobody gives 404",
    Group.UPDATE,
    Severity.MAJOR,
    {
        "ok": passes("Status 404, so that Entra makes the person anew."),
        "status": fails(
            "Changing somebody who does not exist gives status {detail} instead of 404.",
            "Entra makes a person anew on 404 only. Ask the vendor of {title}.",
        ),
    },
    needs=("C-EMPTY", "C-CTYPE"),
    writes=True,
    fact=protocol("3.12"),
)
async def _nobody(probe: Probe) -> str:
    change = {"op": "replace", "path": "displayName", "value": "Nobody"}
    exchange = await probe.patch(resource_path("Users", str(uuid.uuid4())), change)
    probe.detail = str(exchange.status)
    return "ok" if exchange.status == 404 else "status"


@check(
    "P-SILENT",
    "What the app confirms, it has done",
    Group.ROBUST,
    Severity.MAJOR,
    {
        "ok": passes("Every confirmed change was found when the object was read again."),
        "silent": fails(_NOTHING, _SEE),
        "silent-minor": fails(_NOTHING, _SEE, Severity.MINOR),
        "silent-unused": fails(f"{_NOTHING} This plan sends nothing of the kind.", _SEE, Severity.INFO),
    },
    needs=("U-POST",),
    after=("*",),
    writes=True,
    fact=protocol("3.5.2"),
)
async def _silent(probe: Probe) -> str:
    silent = {name for name, code in probe.bench.codes.items() if code == "silent"}
    probe.detail = ", ".join(sorted(silent))
    weights = {probe.bench.weights[name] for name in silent}
    if weights & {Severity.BLOCKER, Severity.MAJOR}:
        return "silent"
    if weights:
        return "silent-minor" if Severity.MINOR in weights else "silent-unused"
    return "ok"
