"""The practice tenant as the wizard starts it: beside the practice app, and ended with the worker."""

from __future__ import annotations

import httpx

from app.entra.road_journal import FILE
from app.setup.tenant_url import TenantUrl
from app.tasks.context import Context
from tests.tasks.conftest import Hear


async def test_it_starts_beside_the_practice_app_and_a_second_start_is_a_new_one(
    hear: Hear, context: Context
) -> None:
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
