"""Writes that go together: on a real server that takes them, and where they go wrong."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.engine.state.cycles import standing
from app.engine.state.store import Store
from tests.engine.conftest import Bench
from tests.engine.faulty import FaultyScim
from tests.engine.model import compare
from tests.engine.weeks import change, many
from tests.servers.raw_server import Request
from tests.servers.real_scim import RealScim


@pytest.fixture
async def faulty() -> AsyncIterator[FaultyScim]:
    async with FaultyScim() as server:
        server.bulk = 50
        yield server


def bench_of(server: FaultyScim | RealScim, folder: Path, *, allowed: bool = True) -> Bench:
    bench = Bench(folder / "state", server.tenant_url, server.token, portion=7)
    bench.profile = bench.profile.model_copy(update={"bulk": allowed})
    bench.people = many(random.Random(7), 60)
    return bench


def sent(server: FaultyScim, method: str, path: str) -> list[Request]:
    return [each for each in server.server.requests if each.method == method and path in each.target]


async def test_a_real_server_ends_up_the_same_with_fewer_requests(
    tolerant_scim: RealScim, tmp_path: Path
) -> None:
    bench = bench_of(tolerant_scim, tmp_path)
    end = (await bench.run()).end
    assert end.state == "succeeded", end
    compare(tolerant_scim, bench.people)
    # A group is read again after its members were sent, which takes a third of these.
    assert end.requests < len(bench.people.persons) * 2 / 3
    gone = change(bench.people, random.Random(8))
    assert (await bench.run()).end.state == "succeeded"
    compare(tolerant_scim, bench.people, gone)
    assert (await bench.run()).end.requests == 0


async def test_it_is_used_only_where_the_profile_allows_it(faulty: FaultyScim, tmp_path: Path) -> None:
    bench = bench_of(faulty, tmp_path, allowed=False)
    assert (await bench.run()).end.state == "succeeded"
    assert not sent(faulty, "POST", "/Bulk")
    assert not sent(faulty, "GET", "/ServiceProviderConfig")


@pytest.mark.parametrize("fault", ["501", "wrong type", "500"])
async def test_a_probe_that_fails_leaves_it_off(faulty: FaultyScim, tmp_path: Path, fault: str) -> None:
    bench = bench_of(faulty, tmp_path)
    faulty.bulk = 0 if fault == "501" else 50
    faulty.fault = lambda request: fault if "/Bulk" in request.target else ""
    assert (await bench.run()).end.state == "succeeded"
    assert len(sent(faulty, "POST", "/Bulk")) <= 1
    compare(faulty, bench.people)  # type: ignore[arg-type]


async def test_an_app_that_refuses_it_later_gets_everything_alone(faulty: FaultyScim, tmp_path: Path) -> None:
    bench = bench_of(faulty, tmp_path)
    faulty.fault = lambda request: "400" if "/Bulk" in request.target and faulty.state("User") else ""
    assert (await bench.run()).end.state == "succeeded"
    compare(faulty, bench.people)  # type: ignore[arg-type]


async def test_one_operation_that_fails_is_logged_and_stops_nobody(
    faulty: FaultyScim, tmp_path: Path
) -> None:
    bench = bench_of(faulty, tmp_path)
    refused = {"user7@contoso.com", "user9@contoso.com"} & {
        str(each["userPrincipalName"]) for each in bench.people.persons.values()
    }
    faulty.single = lambda request: (
        "400" if request.method == "POST" and any(name.encode() in request.body for name in refused) else ""
    )
    told = await bench.run()
    assert told.end.state == "failures"
    for name in refused:
        row = told.entry(name)
        assert (row.status, row.code) == ("failure", "BAD-REQUEST")
        assert row.remedy
    assert len(faulty.state("User")) == len(bench.people.persons) - len(refused)
    assert len(sent(faulty, "POST", "/Users")) == 0


async def test_operations_without_an_answer_are_looked_up(faulty: FaultyScim, tmp_path: Path) -> None:
    bench = bench_of(faulty, tmp_path)
    faulty.single = lambda request: "unanswered" if request.method == "POST" else ""
    told = await bench.run()
    assert told.end.state == "succeeded", told.end
    compare(faulty, bench.people)  # type: ignore[arg-type]


@pytest.mark.parametrize("fault", ["lost answer", "cut body", "reset", "wrong type"])
async def test_a_lost_answer_is_settled_person_by_person(
    faulty: FaultyScim, tmp_path: Path, fault: str
) -> None:
    """The first bulk request with creates is carried out (or not), and nobody hears of it."""
    bench = bench_of(faulty, tmp_path)
    hit: list[Request] = []

    def once(request: Request) -> str:
        if "/Bulk" in request.target and b'"POST"' in request.body and not hit:
            hit.append(request)
            return fault
        return ""

    faulty.fault = once
    told = await bench.run()
    assert hit
    if fault == "reset":  # never carried out: they stay open, and the next cycle settles them
        with Store.look(bench.folder) as store:
            assert standing(store).open_requests
        bench.clock.move(days=1)
        told = await bench.run()
    assert told.end.state == "succeeded", told.end
    compare(faulty, bench.people)  # type: ignore[arg-type]


async def test_a_request_that_is_too_large_is_halved(faulty: FaultyScim, tmp_path: Path) -> None:
    bench = bench_of(faulty, tmp_path)
    faulty.fault = lambda request: (
        "413" if "/Bulk" in request.target and request.body.count(b"bulkId") > 10 else ""
    )
    assert (await bench.run()).end.state == "succeeded"
    compare(faulty, bench.people)  # type: ignore[arg-type]
    assert max(each.body.count(b"bulkId") for each in sent(faulty, "POST", "/Bulk")[8:]) <= 25


async def test_faults_of_all_kinds_end_in_the_same_place(faulty: FaultyScim, tmp_path: Path) -> None:
    bench = bench_of(faulty, tmp_path)
    faulty.fail(0.2, 5, ("lost answer", "cut body", "reset", "500", "503 html", "429", "wrong type"))
    for _ in range(6):
        await bench.run()
        bench.clock.move(days=1)
    faulty.mend()
    for _ in range(2):
        bench.clock.move(days=1)
        told = await bench.run()
    assert told.end.state == "succeeded", told.end
    compare(faulty, bench.people)  # type: ignore[arg-type]
