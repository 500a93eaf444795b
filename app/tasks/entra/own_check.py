"""Rollcall's own connection check beside Microsoft's: where the two disagree, what that may come from."""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import dataclass

from app.connection.finding import Verdict
from app.connection.runner import run_checks
from app.entra.road import RoadEvent
from app.entra.wish import Wish
from app.tasks.context import Context
from app.tasks.events import Notice

REFUSED = "GRAPH-CREDENTIALS"


@dataclass(frozen=True, slots=True)
class Own:
    """What the check from this computer found."""

    ready: bool
    sentence: str


async def look(context: Context, wish: Wish) -> Own | None:
    """Ask the app from here, with reads only."""
    checks = run_checks(context.tenant_url(), wish.token, profile=wish.profile, plan=wish.plan)
    async with aclosing(checks):
        async for said in checks:
            if isinstance(said, Verdict):
                return Own(said.verdict != "not-ready", said.sentence)
    return None


def disagreement(own: Own, event: RoadEvent) -> Notice | None:
    """What to say when the two do not find the same; None when they do, or Microsoft's was not made."""
    if event.state == "done" and not own.ready:
        return Notice(
            level="warning",
            code="CHECKS-DISAGREE",
            text="Microsoft Entra reaches the app, but the check from this computer does not find it ready: "
            f"{own.sentence} The app may let Microsoft's addresses in and not yours, or a proxy here stands "
            "in between. Microsoft's own test asks for one person who does not exist, and finds less than "
            "the check on the page Connection.",
        )
    if event.state == "failed" and event.code == REFUSED and own.ready:
        return Notice(
            level="warning",
            code="CHECKS-DISAGREE",
            text="The check from this computer finds the app ready, but Microsoft Entra does not reach it. "
            "The app's firewall may let your network in and not Microsoft's (allow the service tag "
            "AzureActiveDirectory), its address may be known inside your network only, or its certificate "
            "may come from a root that Microsoft does not trust.",
        )
    return None
