"""All that the road sends, and all that the stand-in of its tests answers, is in Microsoft's description."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.entra.assignments import search
from app.entra.gallery import existing_apps, search_gallery
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
