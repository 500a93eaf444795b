"""Entra tries tenant URL and token, before there is a job."""

from __future__ import annotations

from typing import Final

from app.entra.credentials import blanked, validate, validation
from app.entra.planned_call import PlannedCall, Planner
from app.entra.steps.step import Note, Said, Step, Travel
from app.entra.wish import Facts, Wish

NAME: Final = "connection"
TITLE: Final = "Let Microsoft Entra test the connection"


def calls(wish: Wish, facts: Facts) -> list[PlannedCall]:
    """What would be sent."""
    plan = Planner(NAME, TITLE)
    principal = wish.plan.entra.application or facts.named("service_principal")
    body = validation(wish, facts.named("template"))
    body["credentials"] = blanked(body["credentials"])
    return [
        plan.ask(
            f"/servicePrincipals/{principal}/synchronization/jobs/validateCredentials",
            body,
            "Have Microsoft's service call the app with this tenant URL and token. Nothing is saved.",
        )
    ]


async def do(travel: Travel) -> Said:
    """Have them tried."""
    facts = travel.facts
    await travel.read(lambda: validate(travel.client, facts.service_principal, travel.wish, facts.template))
    yield Note("Microsoft Entra reaches the app with this tenant URL and token.", code="ENTRA-REACHES-APP")


async def verify(travel: Travel) -> None:
    """Nothing was changed."""


STEP: Final = Step(NAME, TITLE, calls, do, verify)
