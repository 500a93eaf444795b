"""The practice tenant as the wizard starts it: beside the practice app, and ended with the worker."""

from __future__ import annotations

import httpx

from app.engine.state.schema import DATABASE_FILE
from app.entra.road_journal import FILE
from app.setup.plan import Place
from app.setup.tenant_url import TenantUrl
from app.tasks.context import Context
from app.tasks.tenant_people import copy_of
from tests.tasks.conftest import Hear


async def test_it_starts_beside_the_practice_app_and_a_second_start_is_a_new_one(
    hear: Hear, context: Context
) -> None:
    context.need_plan().run.where = Place.ENTRA
    _, ready = await hear("practice-tenant")
    tenant = context.shared.tenant
    assert tenant is not None
    assert ready.graph == tenant.graph_url
    assert context.tokens.get(TenantUrl.parse(ready.tenant_url))
    async with httpx.AsyncClient() as client:
        answer = await client.get(f"{ready.graph}/v1.0/users")
        assert answer.status_code == 401  # it answers, and asks who one is
    notes = context.state() / FILE
    notes.write_text("of a tenant that will be gone", encoding="utf-8")
    _, again = await hear("practice-tenant")
    assert not notes.exists()
    assert not tenant.running
    assert again.graph != ready.graph
    context.shared.close()
    assert context.shared.tenant is None


async def test_a_plan_with_an_app_of_its_own_keeps_its_state_and_reads_the_new_tenant_anew(
    hear: Hear, context: Context
) -> None:
    plan = context.need_plan()
    plan.run.where, plan.source.kind, plan.entra.cloud = Place.THIS_COMPUTER, "entra", "practice"
    state = context.state() / DATABASE_FILE
    state.write_bytes(b"what was provisioned")
    for _ in range(2):  # the second is another tenant, with an address of its own
        _, ready = await hear("practice-tenant")
        plan.entra.graph = ready.graph
        await hear("entra-sign-in", method="practice")
        _, summary = await hear("read-people")
        assert (summary.users, summary.groups) == (300, 20)
        link = copy_of(context).link("user")
        assert link is not None
        assert link.text.startswith(ready.graph)  # and what changes is asked of this one
    assert state.read_bytes() == b"what was provisioned"
    context.shared.close()
