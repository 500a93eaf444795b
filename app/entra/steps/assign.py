"""The people and groups of the plan are assigned to the app."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from app.entra.app_roles import DEFAULT_ACCESS, choose_role
from app.entra.assignments import (
    Assignment,
    Principal,
    assigned_path,
    assignment,
    list_assigned,
    remove,
    resolve_all,
)
from app.entra.graph_problem import GraphProblem
from app.entra.patience import comes_true
from app.entra.planned_call import PlannedCall, Planner
from app.entra.road_journal import Entry
from app.entra.service_principal import read_principal
from app.entra.steps.step import Note, Said, Step, Travel
from app.entra.wish import Facts, Wish, is_guid
from app.setup.problem import Problem

NAME: Final = "assignments"
TITLE: Final = "Assign people and groups"


def needed(wish: Wish) -> bool:
    """Whether only those who are assigned are provisioned."""
    return not wish.everybody


def calls(wish: Wish, facts: Facts) -> list[PlannedCall]:
    """What would be sent."""
    plan = Planner(NAME, TITLE)
    principal = wish.plan.entra.application or facts.named("service_principal")
    at = f"/servicePrincipals/{principal}"
    made = [
        plan.look(at, "Read the app's roles, to assign with the right one."),
        plan.look(f"{at}/appRoleAssignedTo", "Read who is assigned already."),
    ]
    for entry in wish.assigned:
        kind, _, name = entry.partition(":")
        what, key = ("users", "userPrincipalName") if kind == "user" else ("groups", "displayName")
        look = f"/{what}/{name}" if is_guid(name) else f"/{what}?$filter={key} eq '{name}'"
        body = assignment(f"{{id of {name}}}", principal, facts.named("role"))
        made.append(plan.look(look, f"Find the {kind} {name}."))
        why = f"Assign the {kind} {name}."
        made.append(plan.change("POST", f"{at}/appRoleAssignedTo", body, why, when="when not assigned yet"))
    made.append(plan.look(f"{at}/appRoleAssignedTo", "Read back who is assigned."))
    return made


async def do(travel: Travel) -> Said:
    """Assign those who are not."""
    principals = await _principals(travel)
    role = await _role(travel)
    travel.journal.learn(role=role)
    there = await _listed(travel)
    _settle_open(travel, there)
    if not principals:
        yield Note(
            "Nobody is named in the plan's scope: only those who are assigned in the admin center are "
            "provisioned.",
            "warning",
            "NOBODY-ASSIGNED",
        )
    if any(each.kind == "group" for each in principals):
        yield Note("Of a group, only direct members are provisioned; groups inside it are not looked into.")
    done = 0
    for principal in principals:
        if _is_assigned(principal, role, there):
            continue
        await _assign(travel, principal, role)
        done += 1
        yield Note(f"{principal.name} is assigned ({done} of {len(principals)} at most).")
    named = {principal.id for principal in principals}
    others = len({each.principal for each in there} - named)
    yield Note(
        f"{len(principals)} of the plan are assigned, {done} of them now."
        + (f" {others} others were assigned before and stay so." if others else "")
    )


async def _principals(travel: Travel) -> list[Principal]:
    """Whom the plan names; each is looked up once in a run."""
    new = [entry for entry in travel.wish.assigned if entry not in travel.found]
    travel.found |= dict(zip(new, await resolve_all(travel.client, new), strict=True))
    return [travel.found[entry] for entry in travel.wish.assigned]


async def _role(travel: Travel) -> str:
    """The role to assign with; one that was just added takes a while to be known to the service principal."""
    wanted = travel.wish.plan.entra.role
    found: list[str] = []
    failed: list[Problem] = []

    async def known() -> bool:
        principal = await travel.read(lambda: read_principal(travel.client, travel.facts.service_principal))
        try:
            found[:] = [choose_role(principal, wanted)]
        except Problem as problem:
            failed[:] = [problem]
        return bool(found)

    left = travel.patience.total if wanted and travel.wish.new_roles else 0.0
    if not await comes_true(known, travel.patience, left):
        raise failed[0]
    return found[0]


async def _listed(travel: Travel) -> list[Assignment]:
    principal = travel.facts.service_principal
    return await travel.read(lambda: list_assigned(travel.client, principal))


def _is_assigned(principal: Principal, role: str, there: Sequence[Assignment]) -> bool:
    """Default access does not count where the app has roles: provisioning skips such people."""
    return any(
        each.principal == principal.id and (each.role != DEFAULT_ACCESS or role == DEFAULT_ACCESS)
        for each in there
    )


def _settle_open(travel: Travel, there: Sequence[Assignment]) -> None:
    """What was cut and is there now was made by this run; what is not there is sent again."""
    for entry in travel.journal.open_entries("assignment"):
        same = (entry.made.get("principal"), entry.made.get("role"))
        found = next((each for each in there if (each.principal, each.role) == same), None)
        travel.journal.settle(entry, "done" if found else "refused", {"id": found.id} if found else None)


async def _assign(travel: Travel, principal: Principal, role: str) -> None:
    app = travel.facts.service_principal
    made = {"service_principal": app, "principal": principal.id, "role": role, "name": principal.name}
    try:
        await travel.send(
            NAME,
            "assignment",
            "POST",
            assigned_path(app),
            assignment(principal.id, app, role),
            made=made,
            ids=lambda answer: {"id": str((answer or {}).get("id") or "")},
        )
    except GraphProblem as problem:
        # An earlier try, or somebody else, was quicker than the list.
        if problem.code != "GRAPH-EXISTS":
            raise


async def verify(travel: Travel) -> None:
    """All of them are listed."""
    wanted = {each.id for each in await _principals(travel)}
    missing: set[str] = set(wanted)

    async def listed() -> bool:
        missing.clear()
        missing.update(wanted - {each.principal for each in await _listed(travel)})
        return not missing

    if not await comes_true(listed, travel.patience):
        raise Problem(
            "ASSIGNMENTS-NOT-KEPT",
            f"{len(missing)} of {len(wanted)} are not listed as assigned.",
            "The tenant has not come to know it yet, or somebody removed them.",
            "Wait a minute, then choose Resume: those who are missing are assigned again.",
            ", ".join(sorted(missing)[:5]),
        )


async def undo(travel: Travel, entry: Entry) -> str:
    """Remove the assignment."""
    if travel.made_app:
        return ""
    app, made = entry.made["service_principal"], entry.made
    same = (made.get("principal"), made.get("role"))

    async def gone() -> bool:
        there = await list_assigned(travel.client, app)
        left = [each.id for each in there if (each.principal, each.role) == same]
        for found in left:
            await remove(travel.client, app, found)
        return not left

    if not await comes_true(gone, travel.patience):
        raise Problem(
            "UNDO-NOT-KEPT",
            f"{made.get('name', '')} is still assigned after that was taken back.",
            "The tenant has not come to know it yet, or somebody assigned them anew.",
            "Choose Undo once more in a minute, or remove the assignment in the admin center.",
        )
    return f"{made.get('name', '')} is not assigned any more."


STEP: Final = Step(NAME, TITLE, calls, do, verify, undo, ("assignment",), needed)
