"""App roles that the plan adds: step 4 of Microsoft's tutorial."""

from __future__ import annotations

from typing import Final

from app.entra.app_roles import new_role, read_roles, remove_roles, with_added
from app.entra.patience import comes_true
from app.entra.planned_call import PlannedCall, Planner
from app.entra.road_journal import Entry
from app.entra.service_principal import application_path
from app.entra.steps.step import Note, Said, Step, Travel
from app.entra.wish import Facts, Wish
from app.setup.problem import Problem

NAME: Final = "roles"
TITLE: Final = "Add app roles"


def needed(wish: Wish) -> bool:
    """Whether the plan adds roles."""
    return bool(wish.new_roles)


def calls(wish: Wish, facts: Facts) -> list[PlannedCall]:
    """What would be sent."""
    plan, application = Planner(NAME, TITLE), facts.named("application")
    roles = [new_role(application, name) for name in wish.new_roles]
    return [
        plan.look(
            f"/applications/{application}", "Read the roles that are there: the list is replaced whole."
        ),
        plan.change(
            "PATCH",
            f"/applications/{application}",
            {"appRoles": ["(the roles that are there)", *roles]},
            "Add " + ", ".join(wish.new_roles) + ".",
            when="when they are not there yet",
        ),
        plan.look(f"/applications/{application}", "Read them back."),
    ]


async def _missing(travel: Travel) -> list[str]:
    roles = await travel.read(lambda: read_roles(travel.client, travel.facts.application))
    whole = with_added(roles, travel.facts.application, travel.wish.new_roles)
    return [str(role["id"]) for role in whole[len(roles) :]]


async def do(travel: Travel) -> Said:
    """Add those that are not there."""
    application, names = travel.facts.application, travel.wish.new_roles
    if not application:
        raise Problem(
            "ROLES-NOT-OWNED",
            "Roles cannot be added to this app.",
            "Its application belongs to another tenant, its publisher's.",
            "Take the roles out of the plan, or use an app that was added from the gallery.",
        )
    roles = await travel.read(lambda: read_roles(travel.client, application))
    whole = with_added(roles, application, names)
    new = [str(role["id"]) for role in whole[len(roles) :]]
    if not new:
        yield Note("The roles are there.")
        return
    made = {"application": application, "ids": ",".join(new)}
    body = {"appRoles": whole}
    await travel.send(NAME, "role", "PATCH", application_path(application), body, made=made)
    yield Note(f"Added {', '.join(names)}.")


async def verify(travel: Travel) -> None:
    """All of them are listed."""

    async def there() -> bool:
        return not await _missing(travel)

    if not await comes_true(there, travel.patience):
        raise Problem(
            "ROLES-NOT-KEPT",
            "The new app roles are not listed.",
            "The tenant has not come to know them yet, or somebody else wrote the list at the same time.",
            "Choose Resume: those that are missing are added again.",
        )


async def undo(travel: Travel, entry: Entry) -> str:
    """Take them out, unless the app goes too."""
    if travel.made_app:
        return ""
    await remove_roles(travel.client, entry.made["application"], entry.made["ids"].split(","))
    return "The app roles that were added are taken out."


STEP: Final = Step(NAME, TITLE, calls, do, verify, undo, ("role",), needed)
