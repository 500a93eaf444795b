"""The road cut at every call, before it is sent and after it was carried out; then resumed."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.entra.road_journal import Journal
from tests.entra.small_tenant import TOKEN, Cut, SmallTenant
from tests.entra.walking import folder_in, take_back, tenant_of, walk, whole_plan, wish_for


def cut_at(tenant: SmallTenant, number: int, *, after: bool) -> None:
    """Let the power go out at a call, counted from now."""
    left = [number]

    def cut(*call: str) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise Cut

    if after:
        tenant.after = cut
    else:
        tenant.before = cut


def mend(tenant: SmallTenant) -> None:
    tenant.before, tenant.after = (lambda *call: None), (lambda *call: None)


@pytest.mark.parametrize("after", [False, True], ids=["before it is sent", "after it was carried out"])
@pytest.mark.parametrize("kind", ["new", "existing"])
async def test_a_cut_at_every_call_and_the_tenant_ends_the_same(
    tmp_path: Path, kind: str, after: bool
) -> None:
    path = whole_plan(tmp_path / "plan")
    whole = tenant_of(kind)
    await walk(whole, wish_for(whole, path), folder_in(tmp_path, "whole"))
    wanted, calls = whole.state(), len(whole.log)
    assert calls > 30
    for number in range(calls):
        tenant, folder = tenant_of(kind), folder_in(tmp_path, str(number))
        wish = wish_for(tenant, path)
        cut_at(tenant, number, after=after)
        with pytest.raises(Cut):
            await walk(tenant, wish, folder)
        mend(tenant)
        _, end = await walk(tenant, wish, folder, resume=True)
        assert end.state == "done", (number, tenant.log[number], end.sentence)
        assert tenant.state() == wanted, (number, tenant.log[number])
        # Nothing was made twice, not even for a moment.
        assert _made(tenant) == _made(whole), (number, tenant.log[number])
        assert TOKEN not in (folder / "road.json").read_text(encoding="utf-8")


@pytest.mark.parametrize("after", [False, True], ids=["before it is sent", "after it was carried out"])
@pytest.mark.parametrize("kind", ["new", "existing"])
async def test_undo_can_be_cut_at_every_call_and_leaves_the_tenant_as_before(
    tmp_path: Path, kind: str, after: bool
) -> None:
    path = whole_plan(tmp_path / "plan")
    number, calls = 0, 1
    while number < calls:
        tenant, folder = tenant_of(kind), folder_in(tmp_path, str(number))
        before = tenant.state()
        wish = wish_for(tenant, path)
        await walk(tenant, wish, folder)
        tenant.log.clear()
        if number == 0:
            whole = tenant_of(kind)
            whole_folder = folder_in(tmp_path, "whole")
            whole_wish = wish_for(whole, path)
            await walk(whole, whole_wish, whole_folder)
            whole.log.clear()
            await take_back(whole, whole_wish, whole_folder)
            calls = len(whole.log)
            assert calls >= 4
        cut_at(tenant, number, after=after)
        with pytest.raises(Cut):
            await take_back(tenant, wish, folder)
        mend(tenant)
        _, end = await take_back(tenant, wish, folder)
        assert end.state == "undone"
        left = tenant.state()
        # What a set held before cannot be read, so it cannot be put back: that is said.
        assert {**left, "secrets": 0} == {**before, "secrets": 0}, number
        if kind == "existing":
            assert "but for what is said" in end.sentence
            assert ("SkipOutOfScopeDeletions", "True") in left["secrets"][0][1]
        number += 1


async def test_a_run_that_is_cut_again_and_again_ends_the_same(tmp_path: Path) -> None:
    path = whole_plan(tmp_path / "plan")
    whole = tenant_of("new")
    await walk(whole, wish_for(whole, path), folder_in(tmp_path, "whole"))
    tenant, folder = tenant_of("new"), folder_in(tmp_path, "cut")
    wish = wish_for(tenant, path)
    for number in range(80):
        cut_at(tenant, 2 + number, after=number % 2 == 0)
        try:
            _, end = await walk(tenant, wish, folder, resume=True)
        except Cut:
            mend(tenant)
            continue
        assert end.state == "done"
        break
    else:
        pytest.fail("it never came to its end")
    assert tenant.state() == whole.state()
    assert _made(tenant) == _made(whole)
    journal = Journal.read(folder)
    assert journal is not None
    assert journal.state == "done"


def _made(tenant: SmallTenant) -> dict[str, int]:
    """How many calls of each kind were carried out that make something."""
    kinds = ("/instantiate", "/jobs", "/start", "/appRoleAssignedTo")
    posts = [call for call in tenant.carried_out if call.startswith("POST")]
    return {kind: sum(call.endswith(kind) for call in posts) for kind in kinds}
