"""All that the road sends, and all that the stand-in of its tests answers, is in Microsoft's description."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from app.entra.assignments import resolve_all, search
from app.entra.clouds import practice
from app.entra.gallery import existing_apps, search_gallery
from app.entra.graph import GraphClient
from app.entra.patience import Patience
from app.entra.practice_sign_in import PracticeSignIn
from app.entra.road import RoadEnd, apply, open_journal, undo
from app.entra.steps.step import Travel
from app.entra.token_cache import sign_in_store
from app.entra.wish import Wish
from app.practice.app import PracticeApp
from app.practice.tenant.process import PracticeTenant
from app.setup.plan_file import read_plan
from app.setup.profile import load_profile
from app.tasks.entra.wishing import evaluate
from tests.entra.small_tenant import SmallTenant
from tests.entra.walking import client_for, folder_in, take_back, walk, whole_plan, wish_for
from tests.servers.described import DescribedTransport


@pytest.mark.parametrize("start", [True, False])
async def test_the_whole_road_and_back(tmp_path: Path, start: bool) -> None:
    tenant = SmallTenant(lag=1, odd=False)
    seen: list[tuple[str, str]] = []
    wish = wish_for(tenant, whole_plan(tmp_path / "plan"), start=start)
    folder = folder_in(tmp_path, "state")
    described = DescribedTransport(tenant, seen)
    _, end = await walk(described, wish, folder)
    assert end.state == "done", end.sentence
    _, end = await walk(
        described, wish_for(tenant, tmp_path / "plan" / "pilot.toml", touch_running=True), folder
    )
    assert end.state == "done", end.sentence
    _, end = await take_back(described, wish, folder)
    assert end.state == "undone"
    assert len(seen) == len(tenant.log)


async def test_looking_for_apps_and_people(tmp_path: Path) -> None:
    tenant = SmallTenant(odd=False)
    async with client_for(DescribedTransport(tenant)) as client:
        await search_gallery(client, "In'Vision")
        await existing_apps(client, "In")
        await search(client, "user", "ann")
        await search(client, "group", "Des")


async def test_the_whole_road_on_the_practice_tenant(tmp_path: Path) -> None:
    path = whole_plan(tmp_path / "plan")
    plan = read_plan(path)
    plan.scope.assigned = ["user:ann.nilsson@contoso.example", "group:InVision pilot"]
    seen: list[tuple[str, str]] = []
    with PracticeTenant.start() as tenant, PracticeApp.start() as app:
        cloud = practice(tenant.graph_url)
        sign_in = PracticeSignIn(cloud, sign_in_store())
        account = await sign_in.sign_in(write=True)
        wish = Wish(plan, load_profile("invision"), app.tenant_url, app.token, beside=path)
        journal = open_journal(folder_in(tmp_path, "state"), wish, account.tenant, resume=False)
        described = DescribedTransport(httpx.AsyncHTTPTransport(), seen)
        async with GraphClient(cloud, sign_in, transport=described) as client:
            travel = Travel(client, wish, journal, Patience(first=0.05, longest=0.1, total=20.0), evaluate)
            ended = [each async for each in apply(travel) if isinstance(each, RoadEnd)]
            assert ended[0].state == "done", ended[0].sentence
            said = [each async for each in undo(travel)]
    assert isinstance(said[-1], RoadEnd)
    assert said[-1].state == "undone"
    assert len(seen) > 40
    assert not any(app.token in str(each) for each in [ended, said, journal.path.read_text(encoding="utf-8")])


async def test_looking_up_many_at_once(tmp_path: Path) -> None:
    tenant = SmallTenant(odd=False)
    async with client_for(DescribedTransport(tenant)) as client:
        entries = [f"user:{name}@contoso.com" for name in ("ann", "bo", "cy")] + ["group:Designers"]
        assert len(await resolve_all(client, entries)) == 4
