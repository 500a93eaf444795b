"""F: people and groups are found by what Entra searches for."""

from __future__ import annotations

import uuid

from app.connection.check import check, fails, passes, skips
from app.connection.finding import Group, Severity
from app.connection.probe import Probe, resources
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
)
async def _matching(probe: Probe) -> str:
    if "C-EMPTY" in probe.bench.failed and len(probe.usage.matching) == 1:
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
        elif user and value is not None and user["id"] not in {str(each.get("id")) for each in listed}:
            missing.append(attribute)
            probe.show(exchange)
    probe.bench.learnt["unsearchable"] = [*refused, *missing]
    probe.detail = ", ".join(refused or missing or probe.usage.matching)
    return "refused" if refused else "not-found" if missing else "ok"
