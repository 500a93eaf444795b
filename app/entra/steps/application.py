"""The enterprise app: an existing one is used, or a new one added, and waited for."""

from __future__ import annotations

from typing import Final

from app.entra.clouds import NON_GALLERY_TEMPLATE
from app.entra.gallery import apps_named, by_name, gallery_app, ids_of_added, instantiate_path
from app.entra.graph_problem import GraphProblem
from app.entra.patience import comes_true, until
from app.entra.planned_call import PlannedCall, Planner
from app.entra.road_journal import Entry
from app.entra.service_principal import (
    application_of,
    application_path,
    can_be_read,
    is_gone,
    name_taken,
    principal_path,
    read_principal,
)
from app.entra.steps.step import Note, Said, Step, Travel
from app.entra.wish import Facts, Wish
from app.setup.problem import Problem

NAME: Final = "application"
TITLE: Final = "Find or add the enterprise app"


def calls(wish: Wish, facts: Facts) -> list[PlannedCall]:
    """What would be sent."""
    plan = Planner(NAME, TITLE)
    principal = "/servicePrincipals/" + (wish.plan.entra.application or facts.named("service_principal"))
    if wish.plan.entra.application:
        return [
            plan.look(principal, "Read the enterprise app that was chosen."),
            plan.look("/applications?$filter=appId eq '{app-id}'", "Find the application that it is of."),
        ]
    if facts.service_principal:
        return [plan.look(principal, "Read the enterprise app that was added.")]
    made = []
    if wish.gallery_name:
        why = f"Find {wish.gallery_name} in the gallery."
        made.append(plan.look(f"/applicationTemplates?$filter={by_name(wish.gallery_name)}", why))
    template = facts.named("gallery_template") if wish.gallery_name else NON_GALLERY_TEMPLATE
    named = f"/servicePrincipals?$filter={by_name(wish.application_name)}"
    made += [
        plan.look(named, "See that no app of this name is there, so that none is added twice."),
        plan.change(
            "POST",
            f"/applicationTemplates/{template}/instantiate",
            {"displayName": wish.application_name},
            f"Add the enterprise app {wish.application_name}.",
        ),
        plan.look(principal, "Wait until the new app can be read everywhere."),
        plan.look(f"/applications/{facts.named('application')}", "Wait for its application too."),
    ]
    return made


async def do(travel: Travel) -> Said:
    """Find the app, or add it."""
    chosen = travel.wish.plan.entra.application
    if chosen:
        async for note in _use(travel, chosen):
            yield note
        return
    async for note in _settle_open(travel):
        yield note
    if not travel.made_app:
        async for note in _add(travel):
            yield note
    async for note in _wait(travel):
        yield note


async def _use(travel: Travel, chosen: str) -> Said:
    try:
        principal = await read_principal(travel.client, chosen)
    except GraphProblem as problem:
        if problem.code != "GRAPH-NOT-FOUND":
            raise
        raise Problem(
            "APP-MISSING",
            "The enterprise app that the plan names is not in this tenant.",
            "It was removed, you are signed in to another tenant, or the id is that of the application and "
            "not of its service principal (the Object ID on the page of the enterprise app).",
            "Choose the app again on the page App, or leave it empty to add a new one.",
            chosen,
        ) from problem
    app_id = str(principal.get("appId") or "")
    application = await application_of(travel.client, app_id) if app_id else ""
    travel.journal.learn(service_principal=chosen, app_id=app_id, application=application)
    yield Note(f"The enterprise app {principal.get('displayName') or chosen} is used.")


async def _settle_open(travel: Travel) -> Said:
    """Find out whether a call that was cut had added the app after all, so that none is added twice."""
    for entry in travel.journal.open_entries("application"):
        left = max(0.0, travel.patience.total - entry.seconds_ago())
        found: list[str] = []

        async def look(entry: Entry = entry, found: list[str] = found) -> bool:
            template = entry.made.get("template", "")
            apps = await apps_named(travel.client, entry.made["name"])
            new = [app for app in apps if app.id not in entry.before and app.template in {"", template}]
            if len(new) > 1:
                raise name_taken(entry.made["name"], [app.id for app in new])
            found[:] = [new[0].id, new[0].app_id] if new else []
            return bool(new)

        async for seconds in until(look, travel.patience, left):
            yield Note(f"Looking whether the app was added before this was cut ({seconds:.0f} s)")
        if not found:
            travel.journal.settle(entry, "refused")
            continue
        application = await travel.read(lambda found=found: application_of(travel.client, found[1]))  # type: ignore[misc]
        ids = {"service_principal": found[0], "app_id": found[1], "application": application}
        travel.journal.settle(entry, "done", ids)
        travel.journal.learn(gallery_template=entry.made.get("template", ""), **ids)
        yield Note(f"{entry.made['name']} had been added before this was cut; it is used.")


async def _add(travel: Travel) -> Said:
    wish = travel.wish
    template = await gallery_app(travel.client, wish.gallery_name)
    travel.journal.learn(gallery_template=template.id)
    if template.deprecated:
        yield Note(
            f"The gallery gives {template.name} up on {template.deprecated}.", "warning", "GALLERY-DEPRECATED"
        )
    there = await apps_named(travel.client, wish.application_name)
    if there:
        raise name_taken(wish.application_name, [app.id for app in there])
    yield Note(
        f"Adding {wish.application_name}" + (f" by {template.publisher}" if template.publisher else "")
    )
    entry = await travel.send(
        NAME,
        "application",
        "POST",
        instantiate_path(template.id),
        {"displayName": wish.application_name},
        made={"name": wish.application_name, "template": template.id},
        ids=ids_of_added,
    )
    if not entry.made.get("service_principal"):
        # An answer without ids: the app is there, and is found by its name.
        travel.journal.settle(entry, "about")
        async for note in _settle_open(travel):
            yield note
        return
    ids = ("application", "app_id", "service_principal")
    travel.journal.learn(**{name: entry.made.get(name, "") for name in ids})


async def _wait(travel: Travel) -> Said:
    """Wait until the app can be read."""
    facts = travel.facts
    new = travel.is_new

    async def readable() -> bool:
        return await can_be_read(travel.client, facts.service_principal, facts.application)

    left = travel.patience.total if new else travel.patience.total / 8
    name = travel.wish.application_name
    async for seconds in until(readable, travel.patience, left):
        yield Note(f"Waiting until the new app is known everywhere ({seconds:.0f} s)")
    if not new and await is_gone(travel.client, principal_path(facts.service_principal)):
        raise Problem(
            "APP-GONE",
            "The enterprise app that this plan had set up is not there any more.",
            "Somebody removed it in the admin center. It can be restored there for 30 days.",
            "Restore it, or choose Undo (which clears Rollcall's notes of it) and set the app up anew.",
            facts.service_principal,
        )
    yield Note(f"{name} is there.")


async def verify(travel: Travel) -> None:
    """It can be read."""
    await travel.read(lambda: read_principal(travel.client, travel.facts.service_principal))


async def undo(travel: Travel, entry: Entry) -> str:
    """Remove the app that was added. Both objects rest in the recycle bin for 30 days."""
    if entry.state == "about":
        async for _ in _settle_open(travel):
            pass
        if not entry.is_done:
            return ""
    application, principal = entry.made.get("application", ""), entry.made.get("service_principal", "")
    if application:
        await travel.client.delete(application_path(application))
    path = principal_path(principal)

    async def gone() -> bool:
        if not await is_gone(travel.client, path):
            return False
        # A 404 alone proves little where something in between answers; a list without it does.
        left = await apps_named(travel.client, entry.made.get("name", ""))
        return all(app.id != principal for app in left)

    if not await comes_true(gone, travel.patience, None if application else 0.0):
        await travel.client.delete(path)
        if not await comes_true(gone, travel.patience):
            raise _not_gone(entry.made.get("name", ""))
    return f"The enterprise app {entry.made.get('name', '')} was removed; the tenant keeps it for 30 days."


def _not_gone(name: str) -> Problem:
    return Problem(
        "UNDO-NOT-KEPT",
        f"The enterprise app {name} is still there after it was removed.",
        "The tenant has not come to know it yet, or the app must not be removed.",
        "Choose Undo once more in a minute, or remove it in the admin center.",
    )


STEP: Final = Step(NAME, TITLE, calls, do, verify, undo, ("application",))
