"""A list of people that is cut short: nobody is made twice, and a comparison does not call all well."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from app.engine.control import Control
from app.engine.drift.compare import compare
from app.engine.drift.rows import Comparison
from app.engine.state.store import Store
from tests.engine.conftest import Bench
from tests.engine.faulty import FaultyScim
from tests.servers.raw_server import answer


class CutApp(FaultyScim):
    """An app whose list leaves people out.

    Attributes:
        cut: ``page``: the total is that of the page, and each page is the first; ``total``: the last people
            are missing and counted; ``silent``: they are missing and not counted.
        missing: how many are left out at the end.
    """

    cut = ""
    missing = 30

    def _carry_out(self, request: Any) -> bytes:
        query = parse_qs(urlsplit(request.target).query)
        if not self.cut or request.method != "GET" or "filter" in query or "startIndex" not in query:
            return super()._carry_out(request)
        everybody = list(self.store.held["Users"].values())
        start, count = int(query["startIndex"][0]), int(query["count"][0])
        if self.cut == "page":
            page = everybody[:count]
            return answer(200, {"totalResults": len(page), "Resources": page})
        shown = everybody[: -self.missing]
        total = len(shown) if self.cut == "silent" or count > 1 else len(everybody)
        return answer(200, {"totalResults": total, "Resources": shown[start - 1 : start - 1 + count]})


@pytest.fixture
async def app() -> AsyncIterator[CutApp]:
    async with CutApp() as server:
        yield server


async def compared(bench: Bench) -> Comparison:
    found = Comparison()
    with Store.open(bench.folder) as store:
        async with bench.client() as client:
            async for item in compare(
                bench.plan, bench.profile, bench.people, client, store, Control(bench.clock)
            ):
                if isinstance(item, Comparison):
                    found = item
    return found


def posts(app: CutApp) -> int:
    return sum(each.method == "POST" for each in app.server.requests)


@pytest.mark.parametrize("cut", ["page", "total", "silent"])
async def test_nobody_is_made_twice_where_the_list_is_cut_short(
    app: CutApp, tmp_path: Path, cut: str
) -> None:
    bench = Bench(tmp_path / "state", app.tenant_url, app.token)
    for number in range(150):
        bench.people.add(number)
    assert (await bench.run()).end.counts["create"] == 150
    app.cut = cut
    again = Bench(tmp_path / "another", app.tenant_url, app.token, people=bench.people)
    before = posts(app)
    told = await again.run()
    assert posts(app) == before
    assert "create" not in told.end.counts
    assert [each for each in told.end.warnings if "LISTING-UNRELIABLE" in each]
    # The verdict is kept: the list is not read again in the next cycle, nor in a comparison.
    pages = sum("startIndex" in each.target for each in app.server.requests)
    assert (await compared(again)).list_doubt
    assert sum("startIndex" in each.target for each in app.server.requests) == pages


@pytest.mark.parametrize("cut", ["page", "total", "silent"])
async def test_a_comparison_does_not_call_a_leaver_gone_who_is_not_listed(
    app: CutApp, tmp_path: Path, cut: str
) -> None:
    bench = Bench(tmp_path / "state", app.tenant_url, app.token)
    keys = [bench.people.add(number) for number in range(150)]
    await bench.run()
    bench.people.persons.pop(keys[-1])
    await bench.run()
    (account,) = [each for each in app.state("User") if each["userName"] == "user149@contoso.com"]
    assert account["active"] is False
    account["active"] = True
    app.cut = cut
    found = await compared(bench)
    assert [(row.name, row.what) for row in found.rows] == [("user149@contoso.com", "enabled")]


async def test_a_list_that_is_whole_is_believed(app: CutApp, tmp_path: Path) -> None:
    bench = Bench(tmp_path / "state", app.tenant_url, app.token)
    for number in range(150):
        bench.people.add(number)
    await bench.run()
    found = await compared(bench)
    assert (found.listed, found.list_doubt, found.total) == (True, "", 0)
    assert found.requests < 20


def test_the_drift_of_an_app_with_a_cut_list_says_so() -> None:
    from app.tasks.drift import in_words

    assert "LISTING-UNRELIABLE" in in_words(Comparison(compared=3, list_doubt="Pages repeat."))
    assert json.dumps(in_words(Comparison(compared=3))) == '"3 objects compared: all are as they should be."'
