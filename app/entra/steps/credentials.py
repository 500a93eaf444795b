"""Tenant URL, token, scope, notification e-mail and deletion guard: one set, saved whole."""

from __future__ import annotations

from typing import Final

from app.entra.credentials import (
    as_pairs,
    blanked,
    check_size,
    differences,
    guard_needs_mail,
    read_set,
    secrets_path,
    wanted,
    whole_set,
)
from app.entra.graph_problem import GraphProblem
from app.entra.patience import comes_true
from app.entra.planned_call import PlannedCall, Planner
from app.entra.road_journal import Entry
from app.entra.steps.step import Note, Said, Step, Travel
from app.entra.synchronization_job import jobs_path
from app.entra.times import read_time
from app.entra.wish import Facts, Wish
from app.setup.problem import Problem

NAME: Final = "credentials"
TITLE: Final = "Save credentials, notification e-mail and deletion guard"


def calls(wish: Wish, facts: Facts) -> list[PlannedCall]:
    """What would be sent."""
    plan = Planner(NAME, TITLE)
    principal = wish.plan.entra.application or facts.named("service_principal")
    at = f"/servicePrincipals/{principal}/synchronization/secrets"
    return [
        plan.look(at, "Read what is saved, so that nothing else in the set is lost."),
        plan.change(
            "PUT",
            at,
            {"value": blanked(as_pairs(wanted(wish)))},
            "Save tenant URL and token, who is provisioned (SyncAll), the address for failures, and the "
            "accidental deletion guard, together with what was in the set before.",
        ),
        plan.look(at, "Read it back; secrets come back as *."),
    ]


async def _present(travel: Travel) -> dict[str, str]:
    """What is saved; an app whose provisioning is new may have no set yet."""
    try:
        return await read_set(travel.client, travel.facts.service_principal)
    except GraphProblem as problem:
        # Of provisioning that was there before, the set is there too: saving without it would lose it.
        if problem.code == "GRAPH-NOT-FOUND" and travel.made_job:
            return {}
        raise


async def do(travel: Travel) -> Said:
    """Save the set."""
    wish, principal = travel.wish, travel.facts.service_principal
    present = await travel.read(lambda: _present(travel))
    pairs = whole_set(wish, present)
    check_size(wish, pairs)
    if guard_needs_mail(wish):
        yield Note(
            "The accidental deletion guard is on, but there is no address to tell. Microsoft asks for one: "
            "add it on the page Safety.",
            "warning",
            "GUARD-WITHOUT-MAIL",
        )
    if present.get("SyncAll", "").casefold() == "true" and not wish.everybody and await _has_run(travel):
        before = wish.plan.scope.model_copy(update={"who": "all"})
        told = await travel.who_leaves(before, wish.plan.scope)
        yield Note(
            "So far everybody was provisioned; now only those who are assigned are. That takes effect when "
            f"the job is restarted. {told}",
            "warning",
            "SCOPE-NARROWS",
        )
    await travel.send(
        NAME,
        "secrets",
        "PUT",
        secrets_path(principal),
        {"value": pairs},
        made={"new": ",".join(sorted(set(wanted(wish)) - set(present)))},
    )
    kept = len(pairs) - len(wanted(wish))
    yield Note("Saved." + (f" {kept} other settings of the app were kept." if kept else ""))


async def _has_run(travel: Travel) -> bool:
    """Whether the job's initial cycle is behind it: nobody can leave what nobody is in."""
    facts = travel.facts
    job = await travel.read(lambda: travel.client.get(jobs_path(facts.service_principal, facts.job)))
    return read_time((job.get("status") or {}).get("steadyStateFirstAchievedTime")) is not None


async def verify(travel: Travel) -> None:
    """The plan's keys read back as they were sent."""
    found: list[str] = []

    async def same() -> bool:
        found[:] = differences(travel.wish, await travel.read(lambda: _present(travel)))
        return not found

    if not await comes_true(same, travel.patience):
        raise Problem(
            "CREDENTIALS-NOT-KEPT",
            f"{' and '.join(found)} did not take effect.",
            "The tenant accepted the settings, but gives others when asked. Somebody may be changing them.",
            "Choose Resume to save them once more. If it stays so, look at Provisioning in the admin center.",
        )


async def undo(travel: Travel, entry: Entry) -> str:
    """A set cannot be put back: the token that was there before cannot be read."""
    if travel.made_app:
        travel.journal.settle(entry, "undone")
        return ""
    travel.journal.settle(entry, "kept")
    return (
        "Tenant URL, token and settings stay as they were saved: what was there before could not be read. "
        "Enter it in the admin center if it was another."
    )


STEP: Final = Step(NAME, TITLE, calls, do, verify, undo, ("secrets",))
