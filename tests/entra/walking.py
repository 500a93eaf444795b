"""What tests of the road share: a wish, a walk, and how it ended."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import httpx

from app.entra import road
from app.entra.clouds import CLOUDS
from app.entra.graph import GraphClient
from app.entra.patience import Patience
from app.entra.road import RoadEnd, RoadEvent
from app.entra.road_journal import Journal
from app.entra.steps.step import Travel
from app.entra.wish import Wish
from app.network.pace import Waits
from app.setup.plan import AttributeMapping, Clause, Operator, Place, ScopingFilter, SetupPlan
from app.setup.plan_file import read_plan, write_plan
from app.setup.profile import load_profile, user_mappings
from tests.entra.small_tenant import INVISION, TOKEN, USER_ROLE, SmallTenant

URL = "https://contoso.invisionapp.com/scim/v2"
QUICK = Patience(first=0.002, longest=0.005, total=0.05)
TENANT_ID = "01234567-89ab-cdef-0123-456789abcdef"


_read = lru_cache(maxsize=4)(read_plan)
_profile = lru_cache(maxsize=4)(load_profile)


async def bearer(scopes: frozenset[str], claims: str = "", /) -> str:
    return "graph-token"


def whole_plan(folder: Path) -> Path:
    """A plan that takes every step of the road."""
    plan = SetupPlan()
    plan.run.where = Place.ENTRA
    plan.app.tenant_url = URL
    plan.scope.assigned = ["user:ann@contoso.com", "group:Designers"]
    plan.scope.filters = [
        ScopingFilter(
            name="Design", clauses=[Clause(attribute="department", operator=Operator.EQUALS, value="Design")]
        )
    ]
    plan.mappings.users = [
        *user_mappings(plan, load_profile("invision")),
        AttributeMapping(target="displayName", source="ToUpper([givenName])"),
    ]
    plan.notifications.email = "it@contoso.com"
    plan.notifications.on_failure = True
    plan.entra.add_roles = ["Reviewer"]
    folder.mkdir(exist_ok=True)
    path = folder / "pilot.toml"
    write_plan(path, plan)
    return path


def wish_of(path: Path, plan: SetupPlan, **more: Any) -> Wish:
    return Wish(plan, _profile(plan.app.profile), URL, TOKEN, beside=path, **more)


def client_for(tenant: httpx.AsyncBaseTransport, **more: Any) -> GraphClient:
    waits = Waits(first=0.001, cap=0.002, longest=1.0)
    return GraphClient(CLOUDS["global"], bearer, transport=tenant, waits=waits, **more)


async def walk(
    tenant: httpx.AsyncBaseTransport, wish: Wish, folder: Path, *, resume: bool = False, **more: Any
) -> tuple[list[RoadEvent], RoadEnd]:
    """Walk the road once."""
    patience = more.pop("patience", QUICK)
    journal = road.open_journal(folder, wish, TENANT_ID, resume=resume)
    async with client_for(tenant, retries=more.pop("retries", 0)) as client:
        said = [each async for each in road.apply(Travel(client, wish, journal, patience, **more))]
    return _parted(said)


async def take_back(
    tenant: httpx.AsyncBaseTransport, wish: Wish, folder: Path
) -> tuple[list[RoadEvent], RoadEnd]:
    """Undo what the walk made."""
    journal = Journal.read(folder)
    assert journal is not None
    async with client_for(tenant, retries=0) as client:
        said = [each async for each in road.undo(Travel(client, wish, journal, QUICK))]
    return _parted(said)


def _parted(said: list[RoadEvent | RoadEnd]) -> tuple[list[RoadEvent], RoadEnd]:
    end = said[-1]
    assert isinstance(end, RoadEnd)
    return [each for each in said if isinstance(each, RoadEvent)], end


def tenant_of(kind: str) -> SmallTenant:
    """A new tenant; ``existing`` has an app with a job, with other settings, and somebody who is assigned."""
    tenant = SmallTenant(lag=1)
    if kind == "existing":
        body = {"displayName": "Old"}
        _, answer = tenant.answer("POST", f"/applicationTemplates/{INVISION}/instantiate", {}, body)
        sp = answer["servicePrincipal"]["id"]
        tenant.unseen.clear()
        tenant.lag = 0
        tenant.answer("POST", f"/servicePrincipals/{sp}/synchronization/jobs", {}, {"templateId": "invision"})
        tenant.secrets[sp] = {"BaseAddress": "https://old.example/scim", "SkipOutOfScopeDeletions": "True"}
        bo = next(each for each in tenant.users.values() if each["displayName"] == "bo")
        body = {"principalId": bo["id"], "resourceId": sp, "appRoleId": USER_ROLE}
        tenant.answer("POST", f"/servicePrincipals/{sp}/appRoleAssignedTo", {}, body)
    return tenant


def wish_for(tenant: SmallTenant, path: Path, **more: Any) -> Wish:
    """What the plan wants of this tenant: its existing app where there is one."""
    plan = _read(path).model_copy(deep=True)
    old = [sp["id"] for sp in tenant.principals.values() if sp["displayName"] == "Old"]
    plan.entra.application = old[0] if old else ""
    return wish_of(path, plan, **more)


def folder_in(tmp_path: Path, name: str) -> Path:
    """A state folder."""
    folder = tmp_path / name
    folder.mkdir()
    return folder
