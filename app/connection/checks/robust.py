"""O: listing, rate, discovery. Nothing here stops provisioning; it sets how Rollcall goes about it."""

from __future__ import annotations

import asyncio
import time
import uuid

from app.connection.check import check, fails, passes, skips, warns
from app.connection.facts import ENDPOINT, protocol
from app.connection.finding import Group, Severity
from app.connection.probe import Probe, resources
from app.scim.dialect import filter_eq

BURST = 50
BURST_BETWEEN_WRITES = 36
"""A run that writes asks the app a hundred times more anyhow, and is to end within 160 requests."""
_ENOUGH = 25.0
"""Requests a second that Microsoft asks gallery apps to bear for one tenant."""


@check(
    "O-PAGE",
    "Lists can be read page by page",
    Group.ROBUST,
    Severity.MAJOR,
    {
        "ok": passes("The second page differs from the first."),
        "repeats": warns(
            "The second page is the first one again.", "Nothing: people are looked up one by one instead."
        ),
        "refused": warns(
            "Lists cannot be read ({detail}).", "Nothing: people are looked up one by one instead."
        ),
        "too-few": skips("There are too few people in the app to tell."),
    },
    needs=("C-AUTH",),
    after=("U-NULL", "F-EXACT"),
    fact=protocol("3.4.2.4"),
)
async def _pages(probe: Probe) -> str:
    first = await probe.send("GET", "/Users", query={"startIndex": "1", "count": "1"})
    one = resources(first)
    probe.bench.learnt["listing-reliable"] = False
    if one is None:
        probe.detail = f"status {first.status}"
        return "refused"
    if not one or first.json.get("totalResults") in {0, 1}:
        return "too-few"
    second = await probe.send("GET", "/Users", query={"startIndex": "2", "count": "1"})
    two = resources(second)
    if two is None:
        probe.detail = f"status {second.status}"
        return "refused"
    if not two or two[0].get("id") == one[0].get("id"):
        return "repeats"
    probe.bench.learnt["listing-reliable"] = len(one) == len(two) == 1
    return "ok"


@check(
    "O-RATE",
    "Requests are answered as fast as they come",
    Group.ROBUST,
    Severity.MAJOR,
    {
        "ok": passes("{detail}"),
        "slow": passes("{detail}"),
        "limited": warns(
            "{title} answers 'too many requests' (429). {detail}",
            "Rollcall slows down by itself; set the rate of this plan to what is measured here.",
        ),
        "breaks": fails(
            "{title} breaks when requests come fast: {detail}",
            "Set a lower rate for this plan, and tell the vendor.",
        ),
    },
    needs=("C-AUTH",),
    after=("C-EMPTY", "F-MATCH", "F-CHARS", "F-SPARSE", "F-GROUP", "O-PAGE", "O-DISC"),
    fact=ENDPOINT,
)
async def _rate(probe: Probe) -> str:
    wire, statuses = probe.bench.wire, []
    query = {"filter": filter_eq(probe.usage.matching[0], f"{uuid.uuid4()}@example.com")}

    async def look_up() -> None:
        exchange = await wire.exchange("GET", "/Users", query=query)
        probe.bench.times.append(exchange.seconds)
        statuses.append(exchange.status)
        if exchange.status == 429 or exchange.status >= 500:
            probe.show(exchange)

    burst = BURST_BETWEEN_WRITES if probe.bench.writes else BURST
    began = time.monotonic()
    await asyncio.gather(*[look_up() for _ in range(burst)])
    taken = max(time.monotonic() - began, 0.001)
    good = sum(status not in {429} and status < 500 for status in statuses)
    measured = good / taken
    probe.detail = f"{good} of {burst} look-ups were answered, {measured:.0f} a second."
    if any(status >= 500 for status in statuses):
        probe.bench.learnt["rate"] = max(1.0, measured / 2)
        return "breaks"
    if 429 in statuses:
        probe.bench.learnt["rate"] = max(1.0, measured * 0.8)
        return "limited"
    # Other checks share the rate with this one, so a little less than all of it is all of it.
    held = measured >= probe.usage.rate * 0.8
    probe.bench.learnt["rate"] = probe.usage.rate if held else measured
    return "ok" if held or measured >= _ENOUGH else "slow"


@check(
    "O-DISC",
    "The app describes itself",
    Group.ROBUST,
    Severity.MINOR,
    {
        "ok": passes("ServiceProviderConfig, Schemas and ResourceTypes are there."),
        "missing": warns(
            "The app does not offer {detail}.", "Not needed: Entra does not ask for it with custom apps."
        ),
        "claims": warns(
            "The app says that it cannot {detail}, which provisioning needs.",
            "Trust the other checks: what they show counts, not what the app says of itself.",
        ),
    },
    needs=("C-AUTH",),
    fact=protocol("4"),
)
async def _discovery(probe: Probe) -> str:
    missing, claims = [], []
    for name in ("Schemas", "ResourceTypes", "ServiceProviderConfig"):
        exchange = await probe.send("GET", f"/{name}")
        if exchange.status != 200 or not isinstance(exchange.json, dict | list):
            missing.append(name)
        elif name == "ServiceProviderConfig" and isinstance(exchange.json, dict):
            for feature in ("patch", "filter"):
                told = exchange.json.get(feature)
                if isinstance(told, dict) and told.get("supported") is False:
                    claims.append(feature)
    probe.detail = ", ".join(missing or claims)
    return "missing" if missing else "claims" if claims else "ok"
