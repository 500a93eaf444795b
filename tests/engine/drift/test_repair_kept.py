"""A repair counts only what then holds: what the app does not keep stays on the list."""

from __future__ import annotations

from pathlib import Path

from app.engine.drift.kept import last_comparison
from tests.engine.conftest import Bench
from tests.engine.cycle.test_group_care import LyingApp
from tests.engine.cycle.test_member_answers import PartialApp
from tests.engine.drift.test_drift import compared, repaired, told


async def test_a_member_that_the_app_never_keeps_is_not_repaired(tmp_path: Path) -> None:
    async with PartialApp() as app:
        app.never = frozenset({"user3@contoso.com"})
        bench = Bench(tmp_path / "state", app.tenant_url, app.token)
        bench.people.team(1, [bench.people.add(number) for number in range(5)], "All")
        await bench.run()
        assert told(await compared(bench)) == {("All", "members")}
        assert [each.code for each in (await repaired(bench)).entries if each.code] == ["MEMBERS-NOT-SEEN"]
        left = last_comparison(bench.folder)
        assert left is not None
        assert told(left) == {("All", "members")}
        app.never = frozenset()
        await repaired(bench)
        left = last_comparison(bench.folder)
        assert left is not None
        assert not left.rows
        assert len(app.members()) == 5


async def test_a_manager_that_the_app_does_not_show_is_not_repaired(tmp_path: Path) -> None:
    async with LyingApp() as app:
        app.moved = True
        bench = Bench(tmp_path / "state", app.tenant_url, app.token)
        boss = bench.people.add(1)
        bench.people.add(2, manager=boss)
        await bench.run()
        assert told(await compared(bench)) == {("user2@contoso.com", "differs")}
        await repaired(bench)
        left = last_comparison(bench.folder)
        assert left is not None
        assert told(left) == {("user2@contoso.com", "differs")}
