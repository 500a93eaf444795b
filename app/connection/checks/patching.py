"""P: changes to people, in both of Entra's dialects, each verified by reading the person again."""

from __future__ import annotations

from typing import Any

from app.connection.check import Rule, check, fails, passes, warns
from app.connection.facts import COMPATIBILITY, ENDPOINT, protocol, schema
from app.connection.finding import Group, Severity
from app.connection.probe import Probe, Untried
from app.connection.sample import DEPARTMENT, WORK_EMAIL, left_out, plain_target
from app.connection.usage import Usage
from app.scim.dialect import AADOPTSCIM, CLASSIC, ENTERPRISE_SCHEMA, MANAGER_PATH

_VENDOR = "Ask the vendor of {title}."
_STAY_ACTIVE = (
    "With Microsoft's service, people who leave stay active. Set the flag aadOptscim062020 in the tenant "
    "URL, or ask the vendor. On this computer a disable that fails is sent once more in other forms."
)
_SILENT = "The app says yes but does nothing: {detail} is unchanged."


def _three(good: str, refused: str, remedy: str) -> dict[str, Rule]:
    """The three ways in which a change can go."""
    return {
        "ok": passes(good),
        "refused": fails(f"{refused} The app says: {{detail}}.", remedy),
        "silent": fails(f"{refused} {_SILENT}", remedy),
    }


@check(
    "P-OP",
    "Changes are understood as Entra writes them",
    Group.UPDATE,
    Severity.BLOCKER,
    {
        "ok": passes("Replace and Add, with capitals, are understood."),
        "capitals": fails(
            "Operations with a capital letter (Replace, Add) are refused; small letters work.",
            "Set the flag aadOptscim062020 in the tenant URL: Entra then writes small letters.",
        ),
        "refused": fails("No change is taken. The app says: {detail}.", _VENDOR),
        "silent": fails(_SILENT, _VENDOR),
    },
    needs=("U-POST",),
    after=("U-409",),
    writes=True,
    lane="user",
    spoken="classic",
    fact=COMPATIBILITY,
)
async def _operations(probe: Probe) -> str:
    target = plain_target(probe.usage)
    for op, value in (("Replace", "Rollcall one"), ("Add", "Rollcall two")):
        result = await probe.apply(
            probe.user_path, [{"op": op, "path": target, "value": value}], {target: value}
        )
        if result != "ok":
            break
    if result == "ok":
        return "ok"
    small = {"op": "replace", "path": target, "value": "Rollcall three"}
    shown, said = probe.shown, probe.detail
    if await probe.apply(probe.user_path, [small], {target: small["value"]}) == "ok" and result == "refused":
        return "capitals"
    probe.shown, probe.detail = shown, said
    probe.bench.learnt["no-patch"] = result == "refused"
    return result


@check(
    "P-FALSE",
    "Leavers are disabled as Entra does it by default",
    Group.LEAVE,
    Severity.BLOCKER,
    {
        "ok": passes('The text "False" disables, and "True" enables again.'),
        "refused": fails(
            'Disabling with the text "False", as Entra sends it, is refused. The app says: {detail}.',
            _STAY_ACTIVE,
        ),
        "stored": fails(
            'The text "False" is stored as a text; the person is not disabled.',
            _STAY_ACTIVE,
        ),
        "silent": fails(
            "The app says yes to disabling, and the person is still active.",
            _STAY_ACTIVE,
        ),
        "one-way": fails("A disabled person cannot be enabled again.", _VENDOR, Severity.MAJOR),
    },
    needs=("U-POST",),
    after=("P-OP", "U-BOOLSTR", "F-AND"),
    writes=True,
    lane="user",
    spoken="classic",
    fact=COMPATIBILITY,
)
async def _false(probe: Probe) -> str:
    off = {"op": probe.op("Replace"), "path": "active", "value": "False"}
    result = await probe.apply(probe.user_path, [off], {"active": False})
    seen = await probe.read(probe.user_path) if result == "silent" else None
    back = await probe.switch(on=True)
    if seen is not None and seen.get("active") == "False" and "U-BOOLSTR" not in probe.bench.failed:
        return "stored"
    if result == "ok" and not back:
        return "one-way"
    return result


@check(
    "P-BOOL",
    "Leavers are disabled with a boolean too",
    Group.LEAVE,
    Severity.BLOCKER,
    {
        **_three(
            "false as a boolean disables, with Replace and with Add.",
            "Disabling with a boolean does not work.",
            "Ask the vendor of {title}: this is SCIM's own form, and the one that the flag makes Entra send.",
        ),
        "add": fails(
            "Disabling with the operation Add does not work. The app says: {detail}.",
            "Ask the vendor of {title} to treat Add like Replace for single values; Entra sends both.",
        ),
    },
    needs=("U-POST",),
    after=("P-FALSE",),
    writes=True,
    lane="user",
    fact=COMPATIBILITY,
)
async def _boolean(probe: Probe) -> str:
    for op in ("Replace", "Add"):
        change = {"op": probe.op(op), "path": "active", "value": False}
        result = await probe.apply(probe.user_path, [change], {"active": False})
        await probe.enable()
        if result != "ok":
            return "add" if op == "Add" else result
    return "ok"


def _lists(usage: Usage) -> bool:
    return usage.maps("[")


@check(
    "P-VALUEPATH",
    "One element of a list can be changed",
    Group.UPDATE,
    Severity.MAJOR,
    _three(
        "The work e-mail is changed by its path.",
        'Changing emails[type eq "work"].value does not work.',
        "Remove the mappings with a [type eq ...] in their target, or ask the vendor of {title}.",
    ),
    needs=("U-POST",),
    after=("P-OP",),
    writes=True,
    lane="user",
    matters=_lists,
    fact=COMPATIBILITY,
)
async def _value_path(probe: Probe) -> str:
    value = f"{probe.bench.mark}-new@example.com"
    change = {"op": probe.op("Replace"), "path": WORK_EMAIL, "value": value}
    return await probe.apply(probe.user_path, [change], {WORK_EMAIL: value})


@check(
    "P-ABSENT",
    "An element that is not there yet is made",
    Group.UPDATE,
    Severity.MAJOR,
    _three(
        "An element that the person does not have yet is added by its path.",
        "A list element that the person does not have yet cannot be written.",
        "Keep a value for every mapped list attribute from the creation on, or ask the vendor of {title}.",
    ),
    needs=("P-VALUEPATH",),
    writes=True,
    lane="user",
    matters=lambda usage: bool(left_out(usage)),
    fact=protocol("3.5.2.3"),
)
async def _absent(probe: Probe) -> str:
    target = left_out(probe.usage) or 'phoneNumbers[type eq "mobile"].value'
    result = "ok"
    for op in ("Replace", "Add"):
        change = {"op": probe.op(op), "path": target, "value": "+4723000001"}
        result = await probe.apply(probe.user_path, [change], {target: "+4723000001"})
        if result != "ok":
            break
        element = target.rpartition("]")[0] + "]"
        await probe.patch(probe.user_path, {"op": probe.op("Remove"), "path": element})
    return result


@check(
    "P-DOTTED",
    "Bundled changes of the flag are understood",
    Group.UPDATE,
    Severity.MAJOR,
    {
        **_three(
            "Several changes in one operation, with dotted names, are applied.",
            "The bundled form that the flag aadOptscim062020 makes Entra send does not work.",
            "Do not use the flag aadOptscim062020 with this app.",
        ),
        "literal": fails(
            'The app stores an attribute that is called "name.givenName" instead of changing the name.',
            "Do not use the flag aadOptscim062020 with this app.",
        ),
    },
    needs=("U-POST",),
    after=("P-OP",),
    writes=True,
    lane="user",
    spoken="flag",
    fact=COMPATIBILITY,
)
async def _dotted(probe: Probe) -> str:
    values = {"name.givenName": "Dotted", "name.familyName": "Names"}
    operations = AADOPTSCIM.patch_user(values)["Operations"]
    result = await probe.apply(probe.user_path, operations, dict(values))
    if result == "silent":
        seen = await probe.read(probe.user_path) or {}
        return "literal" if any("." in name and not name.startswith("urn:") for name in seen) else result
    return result


@check(
    "P-URN",
    "Enterprise attributes can be changed",
    Group.UPDATE,
    Severity.MAJOR,
    _three(
        "The department is changed in the enterprise extension.",
        "Changing the department (enterprise extension) does not work.",
        "Remove the mappings of enterprise attributes (urn:...:User:...), or ask the vendor of {title}.",
    ),
    needs=("U-POST",),
    after=("P-OP",),
    writes=True,
    lane="user",
    matters=lambda usage: any(
        each.startswith(ENTERPRISE_SCHEMA) and not each.endswith(":manager") for each in usage.targets
    ),
    fact=protocol("3.10"),
)
async def _extension(probe: Probe) -> str:
    change = {"op": probe.op("Replace"), "path": DEPARTMENT, "value": "Buying"}
    return await probe.apply(probe.user_path, [change], {DEPARTMENT: "Buying"})


@check(
    "P-MANAGER",
    "The manager can be set",
    Group.UPDATE,
    Severity.MAJOR,
    {
        "ok": passes("The manager is set in the form that Entra sends (the id as a text)."),
        "object-only": warns(
            "The manager is set only when it is sent as an object; Entra sends the id as a text.",
            "For Entra, remove the manager mapping or ask the vendor. Rollcall sends the object.",
        ),
        "refused": fails("The manager cannot be set: {detail}.", "Remove the manager mapping."),
        "silent": fails("The app says yes, but no manager is set.", "Remove the manager mapping."),
    },
    needs=("U-POST",),
    after=("P-OP", "F-EXACT"),
    writes=True,
    lane="user",
    matters=lambda usage: usage.maps(":manager"),
    fact=schema("4.3"),
)
async def _manager(probe: Probe) -> str:
    second = await probe.second_user()
    if second is None:
        raise Untried("Not tried, because a second test user could not be made.")
    boss = str(second["id"])
    bodies = [*CLASSIC.manager_as_entra_sends_it(boss)[:1], CLASSIC.set_manager(boss)]
    results = []
    for body in bodies:
        operations: list[dict[str, Any]] = [
            {**each, "op": probe.op(each["op"])} for each in body["Operations"]
        ]
        results.append(await probe.apply(probe.user_path, operations, {MANAGER_PATH: boss}))
        if results[-1] == "ok":
            await probe.patch(probe.user_path, {"op": probe.op("Remove"), "path": MANAGER_PATH})
            break
    if results[-1] == "ok":
        return "ok" if len(results) == 1 else "object-only"
    return results[0]


@check(
    "P-ROLE",
    "A role can be set",
    Group.UPDATE,
    Severity.MAJOR,
    _three(
        "The primary role is set by its path.",
        'Setting roles[primary eq "True"].value does not work.',
        "Remove the role mapping, or map roles with AssertiveAppRoleAssignmentsComplex.",
    ),
    needs=("U-POST",),
    after=("P-OP",),
    writes=True,
    lane="user",
    matters=lambda usage: usage.maps("roles"),
    fact=ENDPOINT,
)
async def _role(probe: Probe) -> str:
    path = 'roles[primary eq "True"].value'
    return await probe.apply(
        probe.user_path, [{"op": probe.op("Add"), "path": path, "value": "User"}], {path: "User"}
    )


@check(
    "P-REMOVE",
    "A value can be taken away",
    Group.UPDATE,
    Severity.MINOR,
    _three(
        "An attribute is removed, and removing it once more does no harm.",
        "Removing an attribute does not work.",
        "Entra itself does not clear values; tell the vendor.",
    ),
    needs=("U-POST",),
    after=("P-OP",),
    writes=True,
    lane="user",
    fact=protocol("3.5.2.2"),
)
async def _remove(probe: Probe) -> str:
    target = plain_target(probe.usage)
    change = {"op": probe.op("Remove"), "path": target}
    for _ in ("there", "already gone"):
        result = await probe.apply(probe.user_path, [change], {target: None})
        if result != "ok":
            return result
    return "ok"
