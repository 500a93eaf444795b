"""U: people are created, and the app answers so that Entra can go on with them."""

from __future__ import annotations

from typing import Any

from app.connection.check import check, fails, passes, warns
from app.connection.facts import ENDPOINT, protocol, schema
from app.connection.finding import Group, Severity
from app.connection.probe import Probe
from app.connection.sample import mapped_user, whole_user
from app.scim.answer import Exchange
from app.scim.client import resource_path
from app.scim.dialect import CLASSIC, ENTERPRISE_SCHEMA, USER_SCHEMA
from app.scim.path import AttributePath

_DUPLICATES = (
    "People could be in {title} twice. Ask the vendor to refuse a user name that is taken, with 409."
)


async def _post(probe: Probe, body: dict[str, Any]) -> Exchange:
    exchange = await probe.make("Users", body)
    if 200 <= exchange.status < 300:
        await _learn(probe, exchange, body["userName"])
    return exchange


async def _learn(probe: Probe, exchange: Exchange, name: str) -> None:
    """Keep the user for the other checks as the app has it now."""
    made = exchange.json if isinstance(exchange.json, dict) else {}
    object_id = made.get("id")
    if not isinstance(object_id, str) or not object_id:
        listed = await probe.find("userName", name)
        object_id = str(listed[0]["id"]) if listed else ""
    if object_id:
        kept = await probe.read(resource_path("Users", object_id))
        probe.bench.learnt["user"] = {**(kept or made), "id": object_id}


@check(
    "U-POST",
    "A user can be created as Entra sends it",
    Group.CREATE,
    Severity.BLOCKER,
    {
        "ok": passes("A user with everything that Entra sends was created."),
        "mapped-only": warns(
            "Attributes that this plan does not map are refused: {detail}.",
            "Nothing, as long as they are not mapped.",
        ),
        "needs-less": fails(
            "A user with the mapped attributes is refused; one with user name and e-mail alone is created. "
            "The app says: {detail}.",
            "Remove the mapping of the attribute that the app names, or ask the vendor to ignore what it "
            "does not know: Entra always sends the enterprise schema, and often an empty list of roles.",
        ),
        "refused": fails(
            "A user cannot be created. The app says: {detail}.",
            "Check that the account behind the token may create users, then ask the vendor of {title}.",
        ),
        "lost": fails(
            "The app answers that a user was created, but the user cannot be read again.",
            "Ask the vendor of {title}; Entra would try to create the same person again and again.",
        ),
    },
    needs=("C-AUTH", "C-EMPTY", "C-CTYPE"),
    writes=True,
    fact=ENDPOINT,
)
async def _created(probe: Probe) -> str:
    name = probe.bench.name("a")
    tries = {
        "ok": CLASSIC.new_user(whole_user(probe.usage, name)),
        "mapped-only": CLASSIC.new_user(mapped_user(probe.usage, name)),
        "needs-less": {
            "schemas": [USER_SCHEMA],
            "userName": name,
            "active": True,
            "emails": [{"type": "work", "value": name, "primary": True}],
        },
    }
    said = ""
    for key, body in tries.items():
        exchange = await _post(probe, body)
        if 200 <= exchange.status < 300:
            probe.bench.learnt["sent"] = body
            probe.bench.learnt["answer"] = exchange
            probe.detail = said
            return key if probe.bench.user else "lost"
        said = exchange.scim_error[1] or f"status {exchange.status}"
        probe.show(exchange)
    probe.detail = said
    return "refused"


@check(
    "U-201",
    "The answer to a creation can be used",
    Group.CREATE,
    Severity.MAJOR,
    {
        "ok": passes("Status 201, an id, and everything as it was sent."),
        "status": fails("A creation is answered with status {detail} instead of 201.", "Ask the vendor."),
        "no-body": fails(
            "A creation is answered without the user.",
            "Entra cannot read the answer. Ask the vendor of {title}.",
        ),
        "no-id": fails(
            "The answer to a creation has no id, or one that is not a text.",
            "Entra cannot read the answer. Ask the vendor of {title}.",
        ),
        "changed": fails(
            "The app keeps other values than those it was sent: {detail}.",
            "Entra will send the same change in every cycle. Change these mappings, or ask the vendor.",
        ),
        "missing": warns(
            "The app does not show again what it was sent: {detail}.",
            "Entra will send these in every cycle. Remove these mappings, or ask the vendor.",
            Severity.MAJOR,
        ),
    },
    needs=("U-POST",),
    writes=True,
    fact=protocol("3.3"),
)
async def _answer(probe: Probe) -> str:
    exchange: Exchange = probe.bench.learnt["answer"]
    probe.show(exchange)
    if not isinstance(exchange.json, dict):
        return "no-body"
    if not isinstance(exchange.json.get("id"), str) or not exchange.json["id"]:
        return "no-id"
    if exchange.status != 201:
        probe.detail = str(exchange.status)
        return "status"
    changed, missing = [], []
    for target, wanted in mapped_user(probe.usage, probe.bench.name("a")).items():
        path = AttributePath.parse(target)
        if path.get(probe.bench.learnt["sent"]) is None:
            continue
        found = path.get(exchange.json)
        if found is None:
            missing.append(target)
        elif str(found).casefold() != str(wanted).casefold():
            changed.append(target)
    probe.detail = ", ".join(changed or missing)
    return "changed" if changed else "missing" if missing else "ok"


@check(
    "U-BOOLSTR",
    "active is a boolean in answers",
    Group.CREATE,
    Severity.MAJOR,
    {
        "ok": passes("active is true or false, as it should be."),
        "text": fails(
            "active is the text {detail} in the app's answer.",
            "Ask the vendor: active must be a boolean. Entra may read it wrongly.",
        ),
    },
    needs=("U-POST",),
    writes=True,
    fact=schema("2.3.2"),
)
async def _boolean(probe: Probe) -> str:
    probe.show(probe.bench.learnt["answer"])
    for seen in (probe.bench.learnt["answer"].json, probe.bench.user):
        if isinstance(seen, dict) and isinstance(seen.get("active"), str):
            probe.detail = repr(seen["active"])[:20]
            return "text"
    return "ok"


@check(
    "U-409",
    "A user name that is taken is refused",
    Group.CREATE,
    Severity.BLOCKER,
    {
        "ok": passes("The second user of the same name was refused with 409 and uniqueness."),
        "duplicate": fails("A second user of the same name was created.", _DUPLICATES),
        "no-type": warns(
            "A taken user name gives 409, but without saying uniqueness.", "Ask the vendor to add scimType."
        ),
        "status": fails(
            "A taken user name gives status {detail} instead of 409.",
            "Entra cannot tell that the person is there already. Ask the vendor.",
            Severity.MAJOR,
        ),
    },
    needs=("U-POST",),
    after=("U-201",),
    writes=True,
    fact=protocol("3.3"),
)
async def _taken(probe: Probe) -> str:
    exchange = await probe.make("Users", probe.bench.learnt["sent"])
    probe.show(exchange)
    if exchange.status == 409:
        return "ok" if exchange.scim_error[0] else "no-type"
    made = 200 <= exchange.status < 300
    if made and probe.bench.user is not None:
        twins = {str(each["id"]) for each in await probe.find("userName", probe.bench.name("a"))}
        if len(twins) > 1:
            await probe.remove("Users", twins - {str(probe.bench.user["id"])})
            return "duplicate"
    probe.detail = str(exchange.status)
    return "status"


@check(
    "U-NULL",
    "Attributes without a value are taken",
    Group.CREATE,
    Severity.MINOR,
    {
        "ok": passes("A user with empty attributes was created."),
        "refused": fails(
            "A user with empty (null) attributes is refused: {detail}.",
            "Entra normally leaves such attributes out; nothing has to be done.",
        ),
    },
    needs=("U-POST",),
    after=("F-MATCH",),
    writes=True,
    fact=schema("2.5"),
)
async def _nulls(probe: Probe) -> str:
    name = probe.bench.name("c")
    body = {"schemas": [USER_SCHEMA, ENTERPRISE_SCHEMA], "userName": name, "active": True}
    exchange = await probe.make("Users", {**body, "displayName": None, "title": None, "nickName": None})
    probe.show(exchange)
    if 200 <= exchange.status < 300:
        return "ok"
    probe.detail = exchange.scim_error[1] or f"status {exchange.status}"
    await probe.make("Users", body)  # F-SPARSE needs somebody without an e-mail address
    return "refused"
