"""Have Microsoft's service provision one person, or a group with a few members, now."""

from __future__ import annotations

import time

from pydantic import BaseModel, ConfigDict, Field

from app.engine.events import Step
from app.entra.assignments import Principal, resolve
from app.entra.error_advice import advice_for
from app.entra.on_demand import OnDemand, provision
from app.entra.whereabouts import find_job
from app.scim.answer import shown
from app.setup.problem import Problem
from app.tasks import convert
from app.tasks.context import Context
from app.tasks.engine_results import OnDemandReport
from app.tasks.entra.log_shown import ACTIONS, STATUSES, changes, plain_steps
from app.tasks.entra.reaching import graph_client, signed_in
from app.tasks.headline import headline, is_carried_out
from app.tasks.registry import Said


class Params(BaseModel):
    """Whom: a user, or a group and at most five of its members; by name or object id."""

    model_config = ConfigDict(extra="forbid")

    user: str = ""
    group: str = ""
    members: list[str] = Field(default_factory=list)


async def run(context: Context, params: Params) -> Said:
    """Provision them. The service speaks the older dialect here, whatever flag the tenant URL has."""
    if bool(params.user.strip()) == bool(params.group.strip()):
        raise Problem(
            "NOBODY-CHOSEN",
            "On-demand provisioning needs one person or one group.",
            "Neither was chosen, or both were.",
            "Choose a person, or a group and up to five of its members.",
        )
    began = time.monotonic()
    await signed_in(context)
    async with graph_client(context) as client:
        where = await find_job(client, context.state(), context.need_plan())
        entry = f"user:{params.user}" if params.user.strip() else f"group:{params.group}"
        who = await resolve(client, entry)
        members = [(await resolve(client, f"user:{each}")).id for each in params.members]
        outcome = await provision(
            client, where.service_principal, where.job, who.id, who.kind, tuple(members)
        )
    yield report(who, outcome, time.monotonic() - began)


def report(who: Principal, outcome: OnDemand, seconds: float) -> OnDemandReport:
    """What came of it, as Rollcall's own engine tells it too."""
    status = STATUSES.get(outcome.result, "warning")
    action = ACTIONS.get(outcome.action, "none")
    advice = advice_for(outcome.code)
    name = who.detail if who.kind == "user" and who.detail else who.name
    why = " ".join(outcome.because) or (advice.cause if advice else outcome.message)
    steps = plain_steps(outcome.steps)
    done = is_carried_out([(step.name, step.status) for step in steps])
    said = headline(name, action, status, carried_out=done)
    return OnDemandReport(
        name=name,
        kind=who.kind,
        action=action,
        status=status,
        sentence=f"{said} {why}".strip(),
        steps=convert.steps(_all_five(steps)),
        changes=changes(outcome.changes),
        source_id=who.id,
        target_id=outcome.target_id,
        code=outcome.code,
        remedy=advice.fix if advice and status in {"failure", "warning"} else "",
        seconds=round(seconds, 3),
        # Where Rollcall knows the code, the service's message would be lost, and the app's words are in it.
        answer=shown(" ".join(outcome.message.split()), 500) if advice and status == "failure" else "",
    )


def _all_five(steps: list[Step]) -> list[Step]:
    """The portal's steps in its order; those that were not reached are there as skipped."""
    five: list[Step] = []
    for name in ("import", "scope", "match", "export", "reference"):
        found = [step for step in steps if step.name == name]
        five += found or [Step(name, "skipped", "Not reached.")]
    return five
