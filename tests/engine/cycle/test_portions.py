"""Members in portions: the size that a refusal sets, one bad member, and apps that leave members out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.engine.conftest import Bench
from tests.engine.faulty import FaultyScim


@pytest.fixture
async def app() -> AsyncIterator[FaultyScim]:
    async with FaultyScim() as server:
        yield server


@pytest.fixture
def bench(app: FaultyScim, tmp_path: Path) -> Bench:
    made = Bench(tmp_path / "state", app.tenant_url, app.token, portion=16)
    made.people.team(1, [made.people.add(number) for number in range(40)])
    return made


def members_in(asked: Any) -> list[str]:
    """The members that a request is about; none for any other request."""
    if asked.method != "PATCH" or "Groups" not in asked.target:
        return []
    return [each["value"] for each in asked.json["Operations"][0]["value"]]


def members(app: FaultyScim) -> int:
    return len(app.state("Group")[0].get("members", []))


@pytest.mark.parametrize("status", ["400", "413"])
async def test_a_refusal_sets_the_size_for_all_that_follow(
    app: FaultyScim, bench: Bench, status: str
) -> None:
    sizes: list[int] = []

    def note(asked: Any) -> str:
        if size := len(members_in(asked)):
            sizes.append(size)
        return status if size > 5 else ""

    app.fault = note
    told = await bench.run()
    assert told.end.state == "succeeded"
    assert members(app) == 40
    assert sizes[:5] == [16, 8, 4, 4, 8] if status == "400" else sizes[:3] == [16, 8, 4]
    assert max(sizes[-5:]) == 4
    # It is remembered: the next cycle does not have to be refused first.
    sizes.clear()
    key, (name, keys) = next(iter(bench.people.teams.items()))
    bench.people.teams[key] = (name, keys + [bench.people.add(number) for number in range(100, 110)])
    await bench.run()
    assert sizes == [4, 4, 2]
    assert members(app) == 50


async def test_one_member_that_is_refused_keeps_no_other_out(app: FaultyScim, bench: Bench) -> None:
    def refuse(asked: Any) -> str:
        bad = [each["id"] for each in app.state("User") if each["userName"] == "user7@contoso.com"]
        return "400" if set(bad) & set(members_in(asked)) else ""

    app.fault = refuse
    told = await bench.run()
    assert (told.end.state, told.end.failures) == ("failures", 1)
    assert members(app) == 39
    assert told.end.counts["member added"] == 39
    before = app.writes
    assert (await bench.run()).end.failures == 0  # put off like anybody who was refused
    assert app.writes == before
    app.fault = lambda asked: ""
    bench.clock.move(hours=6, minutes=1)
    assert (await bench.run()).end.state == "succeeded"
    assert members(app) == 40


async def test_members_that_the_app_leaves_out_are_noticed_and_sent_again(
    app: FaultyScim, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = app._patch

    def forgetful(held: dict[str, Any], operation: dict[str, Any]) -> None:
        if operation["path"] == "members":
            operation = {**operation, "value": operation["value"][:10]}
        plain(held, operation)

    with monkeypatch.context() as patched:
        patched.setattr(app, "_patch", forgetful)
        told = await bench.run()
    # Fewer in a request, and they are kept: in the same cycle, so that nobody waits for the next one.
    assert told.end.counts["member added"] == members(app) == 40
    assert told.end.state == "succeeded"
    assert (await bench.run()).end.requests == 0


async def test_members_that_stay_after_their_removal_are_noticed(
    app: FaultyScim, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    await bench.run()
    key, (name, keys) = next(iter(bench.people.teams.items()))
    bench.people.teams[key] = (name, keys[:30])
    with monkeypatch.context() as patched:
        patched.setattr(app, "_patch", lambda held, operation: None)
        told = await bench.run()
    assert told.entries[-1].code == "MEMBERS-NOT-SEEN"
    assert "still has" in told.entries[-1].reason
    await bench.run()
    assert members(app) == 30


async def test_a_group_is_not_read_as_often_as_it_is_written_to(app: FaultyScim, bench: Bench) -> None:
    bench.profile = bench.profile.model_copy(update={"member_portion": 1})
    reads: list[str] = []

    def note(asked: Any) -> str:
        if asked.method == "GET" and "/Groups/" in asked.target:
            reads.append(asked.target)
        return ""

    app.fault = note
    await bench.run()
    assert members(app) == 40
    assert len(reads) == 7  # after 1, 2, 4, 8, 16, 32 portions, and after the last


async def test_an_app_that_tells_no_members_is_believed(app: FaultyScim, bench: Bench) -> None:
    plain = app._carry_out

    def mute(asked: Any) -> bytes:
        if asked.method == "GET" and "/Groups/" in asked.target:
            asked.target += ("&" if "?" in asked.target else "?") + "excludedAttributes=members"
        return plain(asked)

    app._carry_out = mute  # type: ignore[method-assign]
    assert (await bench.run()).end.state == "succeeded"
    assert (await bench.run()).end.requests == 0
